"""Stored plans beside each other and beside what-ifs."""

from __future__ import annotations

import pytest

from tests.app.cycle import BUDGET, Cycle
from tests.app.shop import Shop


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def test_a_plan_is_held_against_another_and_a_what_if(cycle: Cycle) -> None:
    """Stored plans stand as they are stored, a what-if as it would be drafted; nothing new is stored."""
    plan, other = cycle.draft(), cycle.draft(budget=BUDGET * 1.25)
    what_if = {"name": "a quarter more", "changes": {"budget": BUDGET * 1.25}}
    body = {"plans": [other["id"]], "scenarios": [what_if]}
    reply = cycle.planner.post(f"/v1/plans/{plan['id']}:compare", body)
    first, second, third = reply["scenarios"]
    assert [each["name"] for each in (first, second, third)] == [plan["id"], other["id"], "a quarter more"]
    assert first["plan"]["allocations"] == plan["allocations"]
    assert second["plan"]["allocations"] == third["plan"]["allocations"] == other["allocations"]
    assert (first["difference"], third["difference"]["budget"]) == (None, BUDGET / 4)
    assert len(cycle.planner.get("/v1/plans")["items"]) == 2


def test_faults_of_a_what_if_are_named(cycle: Cycle) -> None:
    """A group of an unknown channel, and nothing to compare with, are faults of the body."""
    path = f"/v1/plans/{cycle.draft()['id']}:compare"
    groups = [{"name": "g", "channels": ["nobody"], "max_share": 0.5}]
    wrong = {"scenarios": [{"name": "x", "changes": {"groups": groups}}]}
    pointer = cycle.planner.post(path, wrong, 422)["errors"][0]["pointer"]
    assert pointer.startswith("/scenarios/0/changes/groups")
    assert cycle.planner.post(path, {}, 422)["errors"][0]["pointer"] == "/scenarios"


def test_a_what_if_without_a_plan_says_why(cycle: Cycle) -> None:
    """Minimums beyond the budget leave the what-if without a plan, and the rest of the table stands."""
    changes = {"channels": [{"id": "jd", "min_spend": 2 * BUDGET}]}
    body = {"scenarios": [{"name": "too much", "changes": changes}]}
    reply = cycle.planner.post(f"/v1/plans/{cycle.draft()['id']}:compare", body)
    assert reply["scenarios"][1]["plan"] is None
    assert reply["scenarios"][1]["refusal"]["clashes"]


def test_plans_of_another_workspace_cannot_be_compared(shop: Shop, cycle: Cycle) -> None:
    """Naming one answers 404, as if there were none."""
    theirs = Cycle(Shop(shop.client, shop.database)).draft()
    body = {"plans": [theirs["id"]]}
    cycle.planner.post(f"/v1/plans/{cycle.draft()['id']}:compare", body, 404)
