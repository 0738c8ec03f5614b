"""Goals kept by month, quarter and year, and the rules that they set for plans."""

from __future__ import annotations

import pytest

from tests.app.cycle import MONTH, ROWS, WISH
from tests.app.shop import Person, Shop

YEAR = str(MONTH.first.year)
QUARTER = f"{YEAR}-Q{(MONTH.first.month + 2) // 3}"
GOAL = {"spend": 1200000.5, "revenue": 4000000, "conversions": 5000, "min_roi": 0.5}


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def test_a_goal_comes_back_as_it_went(planner: Person) -> None:
    """Month, quarter and year are each set once and then changed by version only."""
    for period in (str(MONTH), QUARTER, YEAR):
        kept = planner.put(f"/v1/goals/{period}", GOAL)
        assert {name: kept[name] for name in GOAL} == GOAL
        assert planner.get(f"/v1/goals/{period}") == kept
    assert {goal["period"] for goal in planner.get("/v1/goals")["items"]} == {str(MONTH), QUARTER, YEAR}
    planner.put(f"/v1/goals/{YEAR}", GOAL, 428)
    planner.put("/v1/goals/2020", GOAL, 412, If_Match="*")
    planner.put(f"/v1/goals/{YEAR}", {}, If_Match='"1"')
    planner.put(f"/v1/goals/{YEAR}", GOAL, 412, If_Match='"1"')
    assert planner.get(f"/v1/goals/{YEAR}")["revenue"] is None


def test_a_goal_can_be_removed(shop: Shop, planner: Person) -> None:
    """What was removed is answered and in the trail; another workspace never had it."""
    kept = planner.put(f"/v1/goals/{QUARTER}", GOAL)
    other = Shop(shop.client, shop.database).person("planner")
    other.get(f"/v1/goals/{QUARTER}", 404)
    assert other.send("DELETE", f"/v1/goals/{QUARTER}").status_code == 404
    assert planner.send("DELETE", f"/v1/goals/{QUARTER}").json() == kept
    planner.get(f"/v1/goals/{QUARTER}", 404)
    assert planner.get("/v1/audit?limit=1000")["items"][-1]["action"] == "goal.remove"


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "2026-Q", "26", "1066", "2026-W01", "2026-12-01"])
def test_what_is_no_goal_period_is_refused(planner: Person, period: str) -> None:
    """Only months, quarters and years of the calendar have goals."""
    planner.put(f"/v1/goals/{period}", GOAL, 422)


def test_parts_of_a_cent_are_refused(planner: Person) -> None:
    """Money goals are payable amounts."""
    refusal = planner.put(f"/v1/goals/{YEAR}", {"revenue": 0.001}, 422)
    assert refusal["errors"][0]["pointer"] == "/revenue"


def test_the_nearest_goal_rules_a_plan(planner: Person) -> None:
    """The year's return holds unless the month has its own; what the draft says goes before both."""
    planner.post("/v1/history", {"rows": ROWS})
    free = planner.post("/v1/plans", WISH, 201)
    planner.put(f"/v1/goals/{YEAR}", {"min_roi": 1000})
    assert planner.post("/v1/plans", WISH, 201)["unallocated"] > free["unallocated"]
    assert planner.post("/v1/plans", WISH | {"rules": {"min_roi": None}}, 201)["expected"] == free["expected"]
    planner.put(f"/v1/goals/{MONTH}", {"min_roi": 0.01})
    ruled = planner.post("/v1/plans", WISH, 201)
    assert ruled["shadow_prices"]["rules"].keys() == {"min_roi"}
    assert ruled["unallocated"] == free["unallocated"]
    planner.put("/v1/goals/2020", {"max_spend_to_revenue": 0.001})
    assert planner.post("/v1/plans", WISH, 201)["shadow_prices"]["rules"].keys() == {"min_roi"}
