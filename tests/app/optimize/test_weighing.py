"""A scorecard over HTTP: several results weighed, and what the weights give up of each."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.optimize.examples import TWO_CURVES
from tests.app.optimize.test_routes import post


def told(revenue: float, customers: float) -> dict[str, Any]:
    """The curves of a channel's two results."""
    shape = {"family": "hill", "half_saturation": 100_000, "shape": 1}
    return {"revenue": shape | {"scale": revenue}, "new_customers": shape | {"scale": customers}}


BODY: dict[str, Any] = {
    "month": "2026-12",
    "budget": 200_000,
    "objective": "scorecard",
    "weights": {"revenue": 0.6, "new_customers": 0.4},
    "channels": [
        {"id": "old", "last_spend": 90_000, "curves": told(900_000, 1_000)},
        {"id": "new", "last_spend": 90_000, "curves": told(400_000, 4_000)},
    ],
}


def reached(reply: dict[str, Any]) -> dict[str, Any]:
    return {one["objective"]: one for one in reply["trade_off"]}


def test_each_result_is_shown_with_what_it_would_reach_alone(client: httpx.Client) -> None:
    """The plan for revenue alone reaches the revenue that is called its best, and no other more."""
    found = reached(post(client, BODY))
    for metric in ("revenue", "new_customers"):
        channels = [c | {"curve": c["curves"][metric], "curves": {}} for c in BODY["channels"]]
        alone = {"objective": metric, "weights": None, "channels": channels, "reserve": {"max_share": 0.1}}
        best = post(client, BODY | alone)["expected"]["response"]
        assert float(found[metric]["alone"]) == pytest.approx(float(best), rel=1e-4)
        assert found[metric]["reached"] <= found[metric]["alone"]
        share = 1 - found[metric]["reached"] / found[metric]["alone"]
        assert float(found[metric]["given_up_share"]) == pytest.approx(float(share), abs=1e-3)
    assert "give up" in found["revenue"]["message"]


def test_the_more_a_result_counts_the_less_of_it_is_given_up(client: httpx.Client) -> None:
    """From 0.9 to 0.1 for revenue, ever more customers and ever less revenue."""
    weights = [{"revenue": w, "new_customers": 1 - w} for w in (0.9, 0.5, 0.1)]
    found = [reached(post(client, BODY | {"weights": each})) for each in weights]
    revenue, customers = ([one[m]["reached"] for one in found] for m in ("revenue", "new_customers"))
    assert revenue == sorted(revenue, reverse=True)
    assert customers == sorted(customers)
    assert revenue[0] > revenue[-1]


def test_points_are_a_hundred_for_the_present_mix(client: httpx.Client) -> None:
    """With both channels held at last month's spend the plan is worth 100 points."""
    channels = [channel | {"fixed_spend": 90_000} for channel in BODY["channels"]]
    assert float(post(client, BODY | {"channels": channels})["expected"]["response"]) == 100


def test_rules_and_caution_hold_for_a_scorecard(client: httpx.Client) -> None:
    """At least so much revenue may be asked for beside the points, and the bad case may count."""
    asked = post(client, BODY | {"rules": {"min_revenue": 560_000}})
    assert reached(asked)["revenue"]["reached"] >= 560_000
    assert post(client, BODY | {"risk": {"measure": "cvar"}})["risk"]["bad_case"] > 0
    points = post(client, BODY, "/v1/optimize:sweep")["points"]
    assert [p["response"] for p in points] == sorted(p["response"] for p in points)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"weights": None}, "/weights"),
        ({"weights": {"revenue": 1}}, "/weights"),
        ({"objective": "revenue"}, "/weights"),
        ({"weights": {"revenue": 1, "conversions": 1}}, "/channels/0/curves/conversions"),
        ({"weights": {"revenue": 1, "lifetime_value": 1}}, "/customer_values"),
        ({"target": {"response": 90}}, "/target"),
    ],
)
def test_a_scorecard_that_is_none_is_refused(client: httpx.Client, more: Any, pointer: str) -> None:
    """It takes two results that every channel tells of; a target is one result."""
    refusal = client.post("/v1/optimize", json=BODY | more)
    assert refusal.status_code == 422
    assert pointer in {fault["pointer"] for fault in refusal.json()["errors"]}


def test_weights_of_nothing_are_none(client: httpx.Client) -> None:
    """An empty set of weights beside one result that counts changes nothing."""
    plain, empty = post(client, TWO_CURVES), post(client, TWO_CURVES | {"weights": {}})
    assert empty["allocations"] == plain["allocations"]
    assert empty["trade_off"] is None
