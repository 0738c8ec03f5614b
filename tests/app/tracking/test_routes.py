"""Plan against actual, over HTTP: by channel and week, with what to look at in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.app.cycle import MONTH, ROWS, WISH
from tests.app.plans.test_routes import act
from tests.app.shop import Person, Shop

RATES = {"impressions": 10_000, "clicks": 500, "conversions": 50}


@pytest.fixture
def planner(shop: Shop) -> Person:
    """A planner of a shop whose past is stored, as a fifth of what it will be, but for its rates."""
    planner = shop.person("planner", "li")
    planner.post("/v1/history", {"rows": [row | RATES for row in ROWS]})
    return planner


@pytest.fixture
def plan(planner: Person) -> dict[str, Any]:
    return dict(planner.post("/v1/plans", WISH, 201))


def days(
    plan: dict[str, Any], count: int, spend: float = 1.0, result: float = 1.0, **more: float
) -> list[dict[str, Any]]:
    """The month's first days, at these multiples of the plan's daily spend and response."""
    return [
        {
            "channel": line["channel"],
            "period": (MONTH.first + timedelta(days=day)).isoformat(),
            "spend": round(spend * line["spend"] / MONTH.days, 2),
            "revenue": round(result * line["response"] / MONTH.days, 2),
            **more,
        }
        for line in plan["allocations"]
        for day in range(count)
    ]


def codes(tracking: dict[str, Any], channel: str | None) -> set[str]:
    return {alert["code"] for alert in tracking["alerts"] if alert["channel"] == channel}


def tracked(planner: Person, plan: dict[str, Any], lang: str = "en") -> dict[str, Any]:
    return dict(planner.get(f"/v1/plans/{plan['id']}/tracking?lang={lang}"))


def test_a_month_as_planned_has_nothing_to_tell(planner: Person, plan: dict[str, Any]) -> None:
    """Fourteen days on plan: planned and actual agree by channel and in all, and no alarm is raised."""
    planner.post("/v1/history", {"rows": days(plan, 14)})
    found = tracked(planner, plan)
    assert found["as_of"] == (MONTH.first + timedelta(days=13)).isoformat()
    assert found["alerts"] == []
    for line, planned in zip(found["channels"], plan["allocations"], strict=True):
        assert line["spend"] == pytest.approx(planned["spend"] * 14 / MONTH.days, rel=1e-4)
        assert line["planned_spend_so_far"] == pytest.approx(line["spend"], rel=1e-4)
        assert line["projected_response"]["value"] == pytest.approx(planned["response"], rel=1e-4)
    assert found["total"]["projected_spend"]["value"] == pytest.approx(
        sum(line["spend"] for line in plan["allocations"]), rel=1e-4
    )


def test_weeks_add_up_to_the_month(planner: Person, plan: dict[str, Any]) -> None:
    """The weeks' planned spend is the month's, their actual spend what came; weeks are cut at its ends."""
    planner.post("/v1/history", {"rows": days(plan, 10)})
    for line in tracked(planner, plan)["channels"]:
        weeks = line["weeks"]
        assert sum(week["planned_spend"] for week in weeks) == pytest.approx(line["planned_spend"], abs=0.05)
        assert sum(week["spend"] for week in weeks) == pytest.approx(line["spend"], abs=0.05)
        assert weeks[0]["first"] == MONTH.first.isoformat()
        assert weeks[-1]["last"] == date.fromordinal(MONTH.end - 1).isoformat()
        assert sum(week["covered_days"] for week in weeks) == 10


def test_a_week_over_the_months_edge_counts_by_its_days(planner: Person, plan: dict[str, Any]) -> None:
    """Of a week that began before the month, the days in the month count."""
    first = MONTH.first - timedelta(days=3)
    row = {"channel": "weibo", "period": f"{first}/P7D", "spend": 700}
    planner.post("/v1/history", {"rows": [row]})
    line = next(line for line in tracked(planner, plan)["channels"] if line["channel"] == "weibo")
    assert (line["spend"], line["covered_days"]) == (400, 4)


def test_spending_apart_from_the_plan_is_told(planner: Person, plan: dict[str, Any]) -> None:
    """Half again as much is overspend of each channel and of all; half is underspend; in both languages."""
    planner.post("/v1/history", {"rows": days(plan, 14, spend=1.5)})
    found = tracked(planner, plan)
    assert "overspend" in codes(found, "jd") & codes(found, None)
    message = next(alert["message"] for alert in found["alerts"] if alert["channel"] == "jd")
    assert "50% over the plan" in message
    assert "超出计划" in str(tracked(planner, plan, "zh")["alerts"])
    planner.post("/v1/history", {"rows": days(plan, 14, spend=0.5)})
    assert "underspend" in codes(tracked(planner, plan), "jd")


def test_results_out_of_the_stated_range_are_told(planner: Person, plan: dict[str, Any]) -> None:
    """A third of the expected results: below the range, below the plan's return; three times: above it."""
    planner.post("/v1/history", {"rows": days(plan, 21, result=0.3)})
    assert {"below_range", "roi_below_plan"} <= codes(tracked(planner, plan), "douyin")
    planner.post("/v1/history", {"rows": days(plan, 21, result=3)})
    found = tracked(planner, plan)
    assert "above_range" in codes(found, "douyin") & codes(found, None)
    assert "roi_below_plan" not in codes(found, "douyin")


def test_a_channel_that_fails_in_its_rates_too_may_be_paused(planner: Person, plan: dict[str, Any]) -> None:
    """Results gone and conversions dear: a candidate for a pause; with its usual rates it is none."""
    daily = {"impressions": 1500, "clicks": 75}
    planner.post("/v1/history", {"rows": days(plan, 14, result=0.2, **daily, conversions=1)})
    found = tracked(planner, plan)
    assert "pause" in codes(found, "douyin")
    message = next(alert["message"] for alert in found["alerts"] if alert["code"] == "pause")
    assert "conversion rate fell by 87%" in message
    rates = found["channels"][0]["rates"], found["channels"][0]["usual_rates"]
    assert [rate["cvr"] for rate in rates] == pytest.approx([1 / 75, 0.1])
    assert rates[0]["ctr"] == pytest.approx(0.05)


def test_what_nobody_planned_or_reported_is_told(planner: Person, plan: dict[str, Any]) -> None:
    """Spend in a channel without a plan, and a planned channel without figures."""
    rows = [row for row in days(plan, 10) if row["channel"] != "jd"]
    planner.post("/v1/history", {"rows": [*rows, rows[0] | {"channel": "new", "revenue": None}]})
    found = tracked(planner, plan)
    assert codes(found, "new") == {"unplanned"}
    assert codes(found, "jd") == {"no_actuals"}


def test_a_released_reserve_is_part_of_the_plan(shop: Shop, planner: Person, plan: dict[str, Any]) -> None:
    """Money released to a channel raises its planned spend by as much."""
    act(planner, plan, "submit")
    approver = shop.person("approver", "wang")
    act(approver, plan, "approve")
    act(planner, plan, "activate")
    wish = {"amount": 10000, "channel": "jd", "reason": "double 12"}
    asked = planner.post(f"/v1/plans/{plan['id']}/reserve:release", wish, 201)
    before = {line["channel"]: line["planned_spend"] for line in tracked(planner, plan)["channels"]}
    approver.post(f"/v1/plans/{plan['id']}/reserve/{asked['id']}:approve")
    after = {line["channel"]: line for line in tracked(planner, plan)["channels"]}
    assert after["jd"]["released"] == 10000
    assert after["jd"]["planned_spend"] == pytest.approx(before["jd"] + 10000, abs=0.001)
    assert after["douyin"]["planned_spend"] == before["douyin"]


def test_goals_are_tracked_by_the_shops_results(planner: Person, plan: dict[str, Any]) -> None:
    """Revenue by the whole shop's outcomes where there are any, spend by channels."""
    planner.put(f"/v1/goals/{MONTH}", {"revenue": 1000, "spend": 500})
    planner.post("/v1/history", {"outcomes": [{"period": f"{MONTH.first}", "revenue": 250}]})
    goals = {goal["measure"]: goal for goal in tracked(planner, plan)["goals"]}
    assert (goals["revenue"]["so_far"], goals["revenue"]["share"]) == (250, 0.25)
    assert goals["revenue"]["elapsed_share"] == pytest.approx(1 / MONTH.days, abs=1e-4)
    assert goals["spend"]["so_far"] == 0


def test_a_month_without_figures_is_its_plan(planner: Person, plan: dict[str, Any]) -> None:
    """Before the first figures the projection is the plan, as of no day."""
    found = tracked(planner, plan)
    assert (found["as_of"], found["elapsed_share"]) == (None, 0)
    assert found["channels"][0]["projected_spend"]["value"] == plan["allocations"][0]["spend"]
    assert [alert for alert in found["alerts"] if alert["code"] != "stale"] == []


def test_another_workspaces_plan_is_not_tracked(shop: Shop, plan: dict[str, Any]) -> None:
    """404, as if there were no such plan."""
    Shop(shop.client, shop.database).person("viewer").get(f"/v1/plans/{plan['id']}/tracking", 404)
