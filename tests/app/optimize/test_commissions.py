"""Channels paid by commission, over HTTP: their cost is foreseen and taken out of the budget first."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.app.optimize.test_routes import post

HILL = {"family": "hill", "scale": 900_000, "half_saturation": 90_000, "shape": 1}
UNION = {
    "id": "union",
    "name": "联盟",
    "kind": "affiliate",
    "commission_share": 0.1,
    "expected_revenue": 150_000,
}
BODY: dict[str, Any] = {
    "month": "2026-12",
    "budget": 200_000,
    "channels": [
        UNION,
        {"id": "ads", "curve": HILL, "margin": 0.5},
        {"id": "more", "curve": HILL, "margin": 0.5},
    ],
}


def with_union(**more: Any) -> dict[str, Any]:
    """The request with other terms of the channel paid by commission."""
    return BODY | {"channels": [UNION | more, *BODY["channels"][1:]]}


def union(reply: dict[str, Any]) -> dict[str, Any]:
    return next(line for line in reply["allocations"] if line["channel"] == "union")


def total(reply: dict[str, Any]) -> Decimal:
    spent = sum(Decimal(line["spend"]) for line in reply["allocations"])
    return Decimal(reply["reserve"]["amount"]) + spent + Decimal(reply["unallocated"])


def test_the_commission_comes_out_of_the_budget_first(client: httpx.Client) -> None:
    """10 % of 150,000 is 15,000; the other two share the rest alike, and all adds up to the cent."""
    reply = post(client, BODY)
    line = union(reply)
    assert (line["spend"], line["response"], line["position"]) == (15_000, 150_000, "commission")
    others = [other["spend"] for other in reply["allocations"] if other is not line]
    assert others == [pytest.approx(82_500, abs=1)] * 2
    assert total(reply) == 200_000
    assert "10% of the ¥150,000 it is expected to sell" in line["why"]
    assert "按10%付佣金" in union(post(client, BODY, params={"lang": "zh"}))["why"]


def test_nobody_can_give_it_more(client: httpx.Client) -> None:
    """It is not among those who would get released money, and its next unit brings nothing."""
    reply = post(client, BODY)
    assert {taker["channel"] for taker in reply["reserve"]["release_order"]} == {"ads", "more"}
    assert (union(reply)["marginal_roi"], union(reply)["shadow_price"]) == (0, 0)


def test_groups_and_returns_count_it(client: httpx.Client) -> None:
    """With half of all spend for union and ads together, ads get half less the commission."""
    group = {"name": "half", "channels": ["union", "ads"], "max_share": 0.5}
    spend = {
        line["channel"]: line["spend"] for line in post(client, BODY | {"groups": [group]})["allocations"]
    }
    assert spend["union"] + spend["ads"] <= spend["more"]
    reply = post(client, BODY | {"rules": {"min_roi": 7}})
    spent, brought = (sum(line[x] for line in reply["allocations"]) for x in ("spend", "response"))
    assert brought >= 7 * spent * Decimal("0.999999")


def test_profit_pays_it(client: httpx.Client) -> None:
    """A margin of 0.4 on 150,000 less 15,000 is 45,000; where less is sold, less is paid, too."""
    terms = {"margin": 0.4, "expected_revenue_low": 100_000, "expected_revenue_high": 200_000}
    line = union(post(client, with_union(**terms) | {"objective": "profit"}))
    assert (line["response"], line["response_low"], line["response_high"]) == (45_000, 30_000, 60_000)


def test_a_budget_below_it_is_refused_with_what_it_takes(client: httpx.Client) -> None:
    """15,000 and a tenth held back take 16,667; the commission is no one's to lower."""
    refusal = client.post("/v1/optimize", json=BODY | {"budget": 10_000})
    assert refusal.status_code == 422
    detail, remedies = refusal.json()["detail"], refusal.json()["remedies"]
    assert "联盟's expected commission of ¥15,000" in detail
    assert [(remedy["kind"], remedy["needed"]) for remedy in remedies] == [("budget", 16_667)]


def test_what_the_reserve_cannot_cover_is_told(client: httpx.Client) -> None:
    """Up to 30,000 more is not covered by 20,000 held back; up to 10,000 more is."""
    wide = post(client, with_union(expected_revenue_low=0, expected_revenue_high=450_000))
    assert "commission_uncovered" in {warning["code"] for warning in wide["warnings"]}
    assert union(wide)["commission"]["spend_high"] == 45_000
    near = post(client, with_union(expected_revenue_low=0, expected_revenue_high=250_000))
    assert near["warnings"] == []


def test_what_ifs_take_it_as_it_comes(client: httpx.Client) -> None:
    """At any budget, and in a bad case, it costs the same; no plan leans on it."""
    sweep = post(client, BODY, "/v1/optimize:sweep")
    costs = {
        channel["spend"]
        for p in sweep["points"]
        for channel in p["channels"]
        if channel["channel"] == "union"
    }
    assert costs == {15_000}
    assert sweep["best"] is not None
    cautious = post(client, BODY | {"risk": {"measure": "cvar"}})
    assert union(cautious)["spend"] == 15_000
    leaning = post(client, with_union(expected_revenue_high=300_000), "/v1/optimize:sensitivity")
    assert "union" not in {channel["channel"] for channel in leaning["channels"]}


def test_a_paused_one_costs_nothing(client: httpx.Client) -> None:
    """Its links are off: nothing is sold, nothing is paid."""
    line = union(post(client, with_union(paused=True)))
    assert (line["spend"], line["response"], line["commission"]) == (0, 0, None)


def test_the_months_ahead_pay_it_in_their_season(client: httpx.Client) -> None:
    """With half as much demand in January it sells and costs half as much, a day's length apart."""
    body = BODY | {"months": 2, "season": [1, 0.5]}
    months = post(client, body, "/v1/outlook")["months"]
    spends = [union(month)["spend"] for month in months]
    assert spends == [15_000, 7_500]
    assert union(months[1])["response"] == pytest.approx(Decimal(75_000))


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"min_spend": 5}, "commission_share"),
        ({"max_change_share": 0.3}, "commission_share"),
        ({"curve": HILL}, "curve"),
        ({"expected_revenue_low": 160_000}, "expected_revenue_low"),
        ({"commission_share": None}, "expected_revenue"),
        ({"commission_share": 1.2}, "commission_share"),
        ({"expected_revenue": None}, "expected_revenue"),
    ],
)
def test_terms_that_contradict_it_are_refused(client: httpx.Client, more: Any, pointer: str) -> None:
    """What is not decided on has no limits and no curve; sales that nobody tells are asked for."""
    refusal = client.post("/v1/optimize", json=with_union(**more))
    assert refusal.status_code == 422
    assert f"/channels/0/{pointer}" in {fault["pointer"] for fault in refusal.json()["errors"]}
