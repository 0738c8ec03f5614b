"""Every rule a lead would write in an e-mail: asked for over HTTP, kept, and named when it clashes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.optimize.examples import HISTORY
from tests.app.optimize.test_routes import post


def hill(scale: float, half: float) -> dict[str, Any]:
    return {"family": "hill", "scale": scale, "half_saturation": half, "shape": 1}


def response(curve: dict[str, Any], spend: Any) -> float:
    """What a spend brings on a curve of `hill`."""
    return float(curve["scale"] * float(spend) / (curve["half_saturation"] + float(spend)))


CHANNELS = (  # id, role, and the hill curves of revenue and of new customers
    ("douyin", "core", (2_400_000, 500_000), (6_000, 1_000_000)),
    ("jd", "core", (1_500_000, 300_000), (3_000, 300_000)),
    ("weibo", "supporting", (600_000, 150_000), (9_000, 400_000)),
)
BASE: dict[str, Any] = {
    "month": "2026-12",
    "budget": 1_000_000,
    "channels": [
        {
            "id": name,
            "role": role,
            "last_spend": 300_000,
            "curve": hill(*revenue),
            "curves": {"conversions": hill(revenue[0] / 100, revenue[1]), "new_customers": hill(*customers)},
        }
        for name, role, revenue, customers in CHANNELS
    ],
}


def asked(channel: dict[str, Any] | None = None, **wish: Any) -> dict[str, Any]:
    """The base with other terms of weibo (or the channel named), and other wishes."""
    other = channel or {}
    name = other.get("id", "weibo")
    channels = [each | (other if each["id"] == name else {}) for each in BASE["channels"]]
    return BASE | {"channels": channels} | wish


def planned(client: httpx.Client, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Decimal]]:
    """The reply and each channel's spend."""
    reply = post(client, body)
    return reply, {line["channel"]: Decimal(line["spend"]) for line in reply["allocations"]}


def brought(spends: dict[str, Decimal], metric: str, *names: str) -> float:
    """What these channels (all, when none is named) bring of a metric."""
    curves = {c["id"]: c["curve"] if metric == "revenue" else c["curves"][metric] for c in BASE["channels"]}
    return sum(response(curves[name], spends[name]) for name in names or curves)


def refused(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    """The problem of a request that no plan can meet; each remedy, taken, makes a plan possible."""
    reply = client.post("/v1/optimize", json=body)
    assert reply.status_code == 422, reply.text
    found: dict[str, Any] = reply.json()
    assert found["type"] == "/problems/infeasible", found
    return found


def test_a_commitment_is_spent_to_the_cent(client: httpx.Client) -> None:
    """Neither more nor less than what was promised, and the reason says so."""
    reply, spends = planned(client, asked({"fixed_spend": 123_456.78}))
    assert spends["weibo"] == Decimal("123456.78")
    assert "as committed" in next(line["why"] for line in reply["allocations"] if line["channel"] == "weibo")


def test_a_paused_channel_gets_nothing(client: httpx.Client) -> None:
    """Its money goes elsewhere, and the reason is the pause."""
    reply, spends = planned(client, asked({"id": "jd", "paused": True}))
    assert spends["jd"] == 0
    assert next(line["why"] for line in reply["allocations"] if line["channel"] == "jd").startswith("Paused")


def test_up_and_down_have_limits_of_their_own(client: httpx.Client) -> None:
    """At most a tenth more, at most half less, against last month."""
    limits = {"max_increase_share": 0.1, "max_decrease_share": 0.5}
    _, spends = planned(client, BASE | {"channels": [each | limits for each in BASE["channels"]]})
    assert spends["douyin"] == 330_000
    assert all(150_000 <= spend <= 330_000 for spend in spends.values())


def test_nothing_or_at_least_so_much(client: httpx.Client) -> None:
    """A channel that would get less than its least gets nothing, or just that."""
    _, free = planned(client, BASE)
    _, spends = planned(client, asked({"min_if_used": 300_000}))
    assert 0 < free["weibo"] < 300_000
    assert spends["weibo"] == 0 or spends["weibo"] >= 300_000


def test_the_last_unit_has_to_bring_enough(client: httpx.Client) -> None:
    """6·10⁵ · 1.5·10⁵ / (1.5·10⁵ + s)² is 2 at s = 62,132."""
    _, spends = planned(client, asked({"min_marginal_roi": 2}))
    assert float(spends["weibo"]) == pytest.approx(62_132, rel=1e-3)


def test_core_channels_by_their_role(client: httpx.Client) -> None:
    """A group of a role holds all channels of it; the other kind of group may overlap."""
    groups = [
        {"name": "core", "role": "core", "max_share": 0.6},
        {"name": "social", "channels": ["douyin", "weibo"], "max_share": 0.55},
    ]
    _, spends = planned(client, BASE | {"groups": groups})
    spent = sum(spends.values())
    assert spends["douyin"] + spends["jd"] <= Decimal("0.6") * spent
    assert spends["douyin"] + spends["weibo"] <= Decimal("0.55") * spent


@pytest.mark.parametrize("count", [{"max_channels": 1}, {"min_channels": 2, "max_channels": 2}])
def test_so_many_channels_and_no_more(client: httpx.Client, count: dict[str, int]) -> None:
    """At most one channel of all, or two core ones: as many get money."""
    wish = {"name": "few", "channels": ["douyin", "jd", "weibo"]} | count
    reply, spends = planned(client, BASE | {"counts": [wish]})
    assert sum(spend > 0 for spend in spends.values()) == count["max_channels"]
    assert "few" in reply["shadow_prices"]["counts"]


LIMITS = {  # what it limits, and whether spend per unit of it
    "max_cost_per_conversion": (38.0, "conversions", True),
    "max_cost_per_new_customer": (150.0, "new_customers", True),
    "max_conversions": (18_000.0, "conversions", False),
    "max_new_customers": (5_000.0, "new_customers", False),
    "max_revenue": (1_800_000.0, "revenue", False),
}


@pytest.mark.parametrize("kind", sorted(LIMITS))
def test_what_the_whole_plan_brings_is_limited(client: httpx.Client, kind: str) -> None:
    """The plan without the rule breaks it; the plan with it keeps it, and pays with revenue."""
    limit, metric, is_cost = LIMITS[kind]
    revenue = []
    for body, keeps in ((BASE, False), (BASE | {"rules": {kind: limit}}, True)):
        reply, spends = planned(client, body)
        revenue.append(reply["expected"]["response"])
        total = brought(spends, metric)
        value = float(sum(spends.values())) / total if is_cost else total
        assert (value <= limit * (1 + 1e-6)) is keeps
    assert revenue[1] < revenue[0]
    assert reply["shadow_prices"]["rules"][kind] > 0


def test_a_least_of_another_result_is_reached(client: httpx.Client) -> None:
    """Asked for 6,500 new customers, the plan for revenue moves money to weibo until they come."""
    _, free = planned(client, BASE)
    _, spends = planned(client, BASE | {"rules": {"min_new_customers": 6_500}})
    assert brought(free, "new_customers") < 6_500 <= brought(spends, "new_customers") * (1 + 1e-6)
    assert spends["weibo"] > free["weibo"]


def test_a_channel_and_a_group_have_targets_of_their_own(client: httpx.Client) -> None:
    """Each holds for its own channels only, and is priced under its own name."""
    body = asked(
        {"id": "douyin", "min_roi": 3.2},
        groups=[{"name": "others", "channels": ["jd", "weibo"], "max_conversions": 9_000}],
    )
    reply, spends = planned(client, body)
    assert brought(spends, "revenue", "douyin") >= 3.2 * float(spends["douyin"]) * (1 - 1e-6)
    assert brought(spends, "conversions", "jd", "weibo") <= 9_000 * (1 + 1e-6)
    prices = reply["shadow_prices"]["rules"]
    assert set(prices) == {"channels/douyin/min_roi", "groups/others/max_conversions"}
    assert all(price > 0 for price in prices.values())
    why = {line["channel"]: line["why"] for line in reply["allocations"]}
    assert "results asked for" in why["douyin"]


def test_clashes_name_their_owner_and_what_to_change(client: httpx.Client) -> None:
    """A commitment that a target forbids is named with its channel, and so is the target it breaks."""
    channel = {"fixed_spend": 400_000, "min_roi": 2.0, "name": "微博"}
    found = refused(client, asked(channel))
    assert "a return of at least 2 for 微博" in found["detail"]
    remedy = next(each for each in found["remedies"] if each["kind"] == "min_roi")
    assert (remedy["of"], remedy["whose"]) == ("channel", "weibo")
    assert remedy["needed"] == pytest.approx(600_000 / 550_000, rel=1e-3)
    post(client, asked(channel | {"min_roi": remedy["needed"]}))
    chinese = client.post("/v1/optimize", json=asked(channel), params={"lang": "zh"}).json()["detail"]
    assert "微博投资回报至少2" in chinese


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (asked({"paused": True, "fixed_spend": 1000}), "/channels/2/fixed_spend"),
        (asked({"fixed_spend": 1000, "max_spend": 500}), "/channels/2/fixed_spend"),
        (asked({"max_spend": 1000, "min_if_used": 2000}), "/channels/2/min_if_used"),
        (asked({"curves": {}, "min_new_customers": 10}), "/channels/2"),
        (asked(groups=[{"name": "g"}]), "/groups/0"),
        (asked(groups=[{"name": "g", "kind": "affiliate"}]), "/groups/0"),
        (asked(groups=[{"name": "g", "role": "core", "channels": ["jd"]}]), "/groups/0"),
        (asked(counts=[{"name": "c", "role": "core", "min_channels": 3}]), "/counts/0/min_channels"),
        (
            asked(counts=[{"name": "c", "role": "core", "min_channels": 2, "max_channels": 1}]),
            "/counts/0/max_channels",
        ),
        (asked(counts=[{"name": "c", "channels": ["nobody"]}]), "/counts/0/channels/0"),
    ],
)
def test_contradictions_are_caught_at_the_door(
    client: httpx.Client, body: dict[str, Any], pointer: str
) -> None:
    """What one field says against another is a fault of the body, told where it stands."""
    reply = client.post("/v1/optimize", json=body)
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (422, "/problems/invalid-input"), problem
    assert pointer in [fault["pointer"] for fault in problem["errors"]]


def test_a_rule_is_kept_by_what_is_expected(client: httpx.Client) -> None:
    """Curves fitted to noisy history are planned with prudently, but a rule holds for the stated results."""
    rows = [row | {"revenue": row["revenue"] * (1 + 0.2 * (i % 3 - 1))} for i, row in enumerate(HISTORY)]
    body = {"month": "2026-12", "budget": 400_000, "history": rows}
    free = post(client, body)["expected"]["response"]
    spend = 360_000
    reply, spends = planned(client, body | {"rules": {"min_roi": float(free) / spend * 1.05}})
    response = sum(float(line["response"]) for line in reply["allocations"])
    assert response >= float(free) / spend * 1.05 * float(sum(spends.values())) * (1 - 1e-5)
    target = post(client, body | {"target": {"response": float(free) * 0.9}})
    assert float(target["expected"]["response"]) == pytest.approx(float(free) * 0.9, rel=1e-4)
