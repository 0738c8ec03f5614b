"""A plan of a month's rest: what was spent before it is spent, and the rest is held against the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from optimizer import Period
from tests.app.cycle import BUDGET, MONTH, Cycle
from tests.app.shop import Shop

GONE = 10  # days of which the actuals are known when the rest is planned
SPENT = {"douyin": 160_000.0, "jd": 10_000.0}
ROI = 3.0


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def spend(cycle: Cycle, amounts: dict[str, float], first: int, last: int) -> None:
    """These amounts in all, evenly over the month's days from first to before last, at one return."""
    days = last - first
    rows = [
        {"channel": name, "period": str(Period(MONTH.first + timedelta(days=day), 1))}
        | {"spend": amount / days, "revenue": ROI * amount / days}
        for name, amount in amounts.items()
        for day in range(first, last)
    ]
    cycle.planner.post("/v1/history", {"rows": rows})


def planned_anew(cycle: Cycle) -> Any:
    """The plan of what is left after days in which one channel spent far more than planned, one far less."""
    plan = cycle.run(cycle.draft())
    spend(cycle, SPENT, 0, GONE)
    return cycle.run(cycle.planner.post(f"/v1/plans/{plan['id']}:reoptimize", None, 201))


def tracked(cycle: Cycle, plan: Any) -> Any:
    return cycle.planner.get(f"/v1/plans/{plan['id']}/tracking")


def test_what_was_spent_before_counts_as_planned(cycle: Cycle) -> None:
    """On the first day of the rest, every channel is on its pace, and the month ends as it is now planned."""
    plan = planned_anew(cycle)
    found = tracked(cycle, plan)
    assert found["alerts"] == []
    for line, planned in zip(found["channels"], plan["allocations"], strict=True):
        before = SPENT[line["channel"]]
        assert line["planned_spend"] == pytest.approx(before + planned["spend"], abs=0.01)
        assert line["planned_spend_so_far"] == line["spend"] == before
        assert line["projected_spend"]["value"] == line["planned_spend"]
        assert line["planned_response"]["value"] == pytest.approx(
            ROI * before + planned["response"], abs=0.01
        )
        assert line["projected_response"]["value"] == line["planned_response"]["value"]
    total = found["total"]
    assert total["planned_spend"] == pytest.approx(BUDGET - plan["reserve"]["amount"], abs=0.01)
    assert total["planned_response"]["value"] == pytest.approx(
        ROI * sum(SPENT.values()) + plan["expected"]["response"], abs=0.02
    )


def test_the_rest_is_held_against_the_rest(cycle: Cycle) -> None:
    """Ten more days at the new pace are on plan; at half of it they are not, whatever came before."""
    plan = planned_anew(cycle)
    share = 10 / (MONTH.days - GONE)
    amounts = {line["channel"]: line["spend"] for line in plan["allocations"]}
    spend(cycle, {name: share * amount for name, amount in amounts.items()}, GONE, GONE + 10)
    for line in (found := tracked(cycle, plan))["channels"]:
        assert line["spend"] == pytest.approx(
            SPENT[line["channel"]] + share * amounts[line["channel"]], abs=0.1
        )
        assert line["planned_spend_so_far"] == pytest.approx(line["spend"], abs=0.1)
        assert line["projected_spend"]["value"] == pytest.approx(line["planned_spend"], abs=1)
    assert not {alert["code"] for alert in found["alerts"]} & {"overspend", "underspend", "no_actuals"}
    spend(cycle, {name: share * amount / 2 for name, amount in amounts.items()}, GONE, GONE + 10)
    assert {(alert["code"], alert["channel"]) for alert in tracked(cycle, plan)["alerts"]} >= {
        ("underspend", "jd"),
        ("underspend", None),
    }


def test_weeks_sheets_and_reports_tell_the_whole_month(cycle: Cycle) -> None:
    """Weeks add up to the month; a spreadsheet's cells and the monthly report have the same figures."""
    plan = planned_anew(cycle)
    found = tracked(cycle, plan)
    for line in found["channels"]:
        assert sum(week["planned_spend"] for week in line["weeks"]) == pytest.approx(
            line["planned_spend"], abs=0.05
        )
        responses = sum(week["planned_response"] for week in line["weeks"])
        assert responses == pytest.approx(line["planned_response"]["value"], abs=0.05)
    cells = cycle.planner.send("GET", f"/sheets/{plan['id']}/tracking.csv").text.splitlines()
    assert cells[-1].startswith("total,")
    assert f"{found['total']['planned_spend']:.2f}".rstrip("0").rstrip(".") in cells[-1]
    (told,) = cycle.planner.get(f"/v1/reports/{MONTH}")["plans"]
    assert (told["planned_spend"], told["spend"]) == (found["total"]["planned_spend"], sum(SPENT.values()))
    assert told["planned_response"] == pytest.approx(found["total"]["planned_response"]["value"], abs=0.01)
    paper = cycle.planner.send("GET", f"/v1/plans/{plan['id']}.html").text
    assert "170,000 of the month was spent before" in paper
