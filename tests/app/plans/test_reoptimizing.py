"""In the middle of a month: only what is left of it, and of its money, is planned anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.optimize.channels import CurveInput
from app.plans.reoptimizing import over_fewer_days
from optimizer import Period
from optimizer.fitting.given import given_curve
from tests.app.cycle import BUDGET, MONTH, Cycle
from tests.app.shop import Shop

SPENT = {"douyin": 60_000.5, "jd": 30_000.0}


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def spend(plan: Any) -> dict[str, float]:
    return {line["channel"]: line["spend"] for line in plan["allocations"]}


def spend_ten_days(cycle: Cycle, days: int = 10) -> None:
    """Actuals of the first days, `SPENT` in all, on one row a day and channel."""
    rows = [
        {
            "channel": name,
            "period": str(Period(MONTH.first + timedelta(days=day), 1)),
            "spend": amount / days,
            "revenue": 2 * amount / days,
        }
        for name, amount in SPENT.items()
        for day in range(days)
    ]
    cycle.planner.post("/v1/history", {"rows": rows})


def reoptimized(cycle: Cycle, plan: Any, status: int = 201) -> Any:
    return cycle.planner.post(f"/v1/plans/{plan['id']}:reoptimize", None, status)


def test_what_is_spent_is_spent(cycle: Cycle) -> None:
    """Spent before, planned for the rest and held back add up to the month's budget, to the cent."""
    plan = cycle.run(cycle.draft())
    spend_ten_days(cycle)
    again = reoptimized(cycle, plan)
    assert (again["state"], again["version"], again["base_id"]) == ("draft", 2, plan["id"])
    assert again["spent_before"] == SPENT
    assert again["budget"] == pytest.approx(BUDGET - sum(SPENT.values()), abs=0.001)
    assert again["reserve"]["amount"] == plan["reserve"]["amount"]
    rest = sum(spend(again).values()) + again["reserve"]["amount"] + again["unallocated"]
    assert rest == pytest.approx(again["budget"], abs=0.001)
    assert cycle.planner.post(f"/v1/plans/{again['id']}:replay")["is_same"]


def test_limits_are_of_the_whole_month(cycle: Cycle) -> None:
    """A maximum, a minimum and a group's share hold for what was spent and what is planned together."""
    limits = [{"id": "douyin", "max_spend": 150_000}, {"id": "jd", "min_spend": 190_000}]
    groups = [{"name": "live", "channels": ["douyin"], "max_share": 0.42}]
    plan = cycle.run(cycle.draft(channels=limits, groups=groups))
    spend_ten_days(cycle)
    again = reoptimized(cycle, plan)
    month = {name: amount + SPENT[name] for name, amount in spend(again).items()}
    assert month["douyin"] <= 0.42 * sum(month.values()) + 0.01
    assert month["douyin"] <= 150_000
    assert month["jd"] >= 190_000


def test_the_new_version_takes_the_place_and_the_reserve_of_the_old(cycle: Cycle) -> None:
    """Approved by someone else it becomes active; the reserve goes on with it, not a cent more or less."""
    plan = cycle.run(cycle.draft())
    release = {"amount": 10_000, "channel": "jd", "reason": "show"}
    asked = cycle.planner.post(f"/v1/plans/{plan['id']}/reserve:release", release, 201)
    cycle.approver.post(f"/v1/plans/{plan['id']}/reserve/{asked['id']}:approve")
    spend_ten_days(cycle)
    again = cycle.run(reoptimized(cycle, plan))
    states = [found["state"] for found in cycle.planner.get("/v1/plans")["items"]]
    assert states == ["superseded", "active"]
    left = cycle.ledger(again)["left"]
    assert left == pytest.approx(plan["reserve"]["amount"] - 10_000, abs=0.001)
    cycle.close(again)
    following = cycle.draft(MONTH.next())
    assert following["rolled_reserve"] == left
    lasts = {line["channel"]: line["last_spend"] for line in following["allocations"]}
    months = {name: amount + SPENT[name] for name, amount in spend(again).items()}
    assert lasts == pytest.approx(months, abs=0.001)


def test_money_released_since_is_not_planned_twice(cycle: Cycle) -> None:
    """A version that counts on a reserve of which some was released since cannot become active."""
    plan = cycle.run(cycle.draft())
    spend_ten_days(cycle)
    again = reoptimized(cycle, plan)
    release = {"amount": 1, "channel": "jd", "reason": "show"}
    asked = cycle.planner.post(f"/v1/plans/{plan['id']}/reserve:release", release, 201)
    cycle.approver.post(f"/v1/plans/{plan['id']}/reserve/{asked['id']}:approve")
    cycle.planner.post(f"/v1/plans/{again['id']}:submit")
    cycle.approver.post(f"/v1/plans/{again['id']}:approve")
    assert "has changed" in cycle.planner.post(f"/v1/plans/{again['id']}:activate", None, 409)["detail"]


def test_there_must_be_something_to_go_on_from_and_to(cycle: Cycle) -> None:
    """Not before a plan is active, without actuals, or once they reach the month's end."""
    plan = cycle.draft()
    reoptimized(cycle, plan, 409)
    plan = cycle.run(plan)
    assert "no actuals" in reoptimized(cycle, plan, 409)["detail"]
    spend_ten_days(cycle, MONTH.days)
    assert "to the end" in reoptimized(cycle, plan, 409)["detail"]


def test_the_rest_is_planned_with_curves_of_fewer_days(shop: Shop) -> None:
    """From history, too: at the same pace, a third of the month brings about a third of its response."""
    cycle = Cycle(shop, fits=True)
    plan = cycle.run(cycle.draft())
    rows = [
        {"channel": line["channel"], "period": str(Period(MONTH.first + timedelta(days=day), 1))}
        | {"spend": line["spend"] / MONTH.days, "revenue": line["response"] / MONTH.days}
        for line in plan["allocations"]
        for day in range(20)
    ]
    cycle.planner.post("/v1/history", {"rows": rows})
    again = reoptimized(cycle, plan)
    left = 1 - 20 / MONTH.days
    assert sum(spend(again).values()) == pytest.approx(left * sum(spend(plan).values()), rel=1e-3)
    assert again["expected"]["response"] == pytest.approx(left * plan["expected"]["response"], rel=0.15)


@pytest.mark.parametrize(
    "curve",
    [
        {"family": "hill", "scale": 100.0, "half_saturation": 40.0, "shape": 1.2},
        {"family": "power", "scale": 3.0, "shape": 0.6},
        {"points": [[0.0, 0.0], [20.0, 30.0], [80.0, 60.0]]},
    ],
)
def test_a_curve_over_fewer_days_keeps_its_pace(curve: dict[str, Any]) -> None:
    """A third of the spend in a third of the days brings a third of the response."""

    whole = given_curve(CurveInput.model_validate(curve).to_given(), 80)
    third = given_curve(CurveInput.model_validate(over_fewer_days(curve, 1 / 3)).to_given(), 80 / 3)
    for amount in (6.0, 24.0, 60.0):
        assert float(third(amount / 3)) == pytest.approx(float(whole(amount)) / 3, rel=2e-3)
