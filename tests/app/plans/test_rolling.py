"""From month to month: what is left of a reserve, and what the next plan starts from."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

import pytest

from app.optimize.wishes import ReserveInput
from app.plans.rolling import kept_back, share_of
from tests.app.cycle import BUDGET, MONTH, Cycle
from tests.app.shop import Shop


@pytest.fixture
def cycle(shop: Shop) -> Cycle:
    return Cycle(shop)


def total(plan: Any) -> float:
    return float(
        plan["reserve"]["amount"] + plan["unallocated"] + sum(a["spend"] for a in plan["allocations"])
    )


def test_what_is_left_becomes_the_next_months_reserve(cycle: Cycle) -> None:
    """It adds to the next budget, to the cent, and stays held back; the band counts it in."""
    first = cycle.run(cycle.draft())
    held = first["reserve"]["amount"]
    cycle.close(first)
    assert [line["kind"] for line in cycle.ledger(first)["entries"]] == ["opening", "roll"]
    second = cycle.draft(MONTH.next())
    assert second["rolled_reserve"] == held
    assert second["budget"] == pytest.approx(BUDGET + held, abs=0.001)
    assert total(second) == pytest.approx(second["budget"], abs=0.001)
    assert second["reserve"]["amount"] >= held
    cycle.run(second)
    assert cycle.ledger(second)["held"] == second["reserve"]["amount"]


def test_what_is_left_lapses_where_that_is_the_policy(cycle: Cycle) -> None:
    """Then nothing rolls, and the next month's budget is its own."""
    cycle.admin.patch("/v1/workspace", {"reserve_policy": "lapse"}, If_Match="*")
    first = cycle.run(cycle.draft())
    cycle.close(first)
    assert cycle.ledger(first)["entries"][-1]["kind"] == "lapse"
    second = cycle.draft(MONTH.next())
    assert (second["rolled_reserve"], second["budget"]) == (0, BUDGET)


def test_what_lapses_goes_to_no_active_plan_either(cycle: Cycle) -> None:
    """Where an unspent reserve lapses, a month that runs already keeps its own alone."""
    cycle.admin.patch("/v1/workspace", {"reserve_policy": "lapse"}, If_Match="*")
    first, second = cycle.run(cycle.draft()), cycle.run(cycle.draft(MONTH.next()))
    cycle.close(first)
    assert cycle.ledger(second)["left"] == second["reserve"]["amount"]


def test_a_reserve_rolls_into_a_plan_that_is_active_already(cycle: Cycle) -> None:
    """A month that closes late adds to the ledger of the next one, once, and to no later draft of it."""
    first, second = cycle.run(cycle.draft()), cycle.run(cycle.draft(MONTH.next()))
    own = second["reserve"]["amount"]
    cycle.close(first)
    rolled = first["reserve"]["amount"]
    assert cycle.ledger(second)["left"] == pytest.approx(own + rolled, abs=0.001)
    again = cycle.run(cycle.draft(MONTH.next()))
    assert again["rolled_reserve"] == rolled
    assert cycle.ledger(again)["left"] == again["reserve"]["amount"]
    assert cycle.ledger(second)["left"] == 0


def test_a_reserve_that_rolled_after_the_draft_is_not_lost(cycle: Cycle) -> None:
    """A draft made before the last month closed gets the rest of it when it becomes active."""
    first, draft = cycle.run(cycle.draft()), cycle.draft(MONTH.next())
    cycle.close(first)
    cycle.run(draft)
    ledger = cycle.ledger(draft)
    assert [line["kind"] for line in ledger["entries"]] == ["opening", "rolled"]
    assert ledger["left"] == pytest.approx(draft["reserve"]["amount"] + first["reserve"]["amount"], abs=0.001)
    assert ledger["held"] == ledger["left"]


def test_a_reserve_is_not_counted_twice(cycle: Cycle) -> None:
    """A draft that counts on a reserve which another month took since cannot become active."""
    first = cycle.run(cycle.draft())
    cycle.close(first)
    late = cycle.draft(MONTH.next(2))
    assert late["rolled_reserve"] > 0
    cycle.run(cycle.draft(MONTH.next()))
    cycle.planner.post(f"/v1/plans/{late['id']}:submit")
    cycle.approver.post(f"/v1/plans/{late['id']}:approve")
    assert "draft it again" in cycle.planner.post(f"/v1/plans/{late['id']}:activate", None, 409)["detail"]


def test_a_reserve_does_not_roll_back_in_time(cycle: Cycle) -> None:
    """Once a later month runs, a draft of a month before it gets nothing of an earlier reserve."""
    cycle.close(cycle.run(cycle.draft()))
    later = cycle.run(cycle.draft(MONTH.next(2)))
    assert later["rolled_reserve"] > 0
    assert cycle.draft(MONTH.next())["rolled_reserve"] == 0


def test_months_close_in_order(cycle: Cycle) -> None:
    """While an earlier month runs, a later one cannot be closed: a reserve would be rolled past it."""
    cycle.run(cycle.draft())
    second = cycle.run(cycle.draft(MONTH.next()))
    refusal = cycle.planner.post(f"/v1/plans/{second['id']}:close", None, 409)
    assert str(MONTH) in refusal["detail"]


def test_changes_are_limited_against_the_last_approved_plan(cycle: Cycle) -> None:
    """The next month's limit of 10 % counts from what was approved, though history says otherwise."""
    first = cycle.run(cycle.draft())
    approved = {line["channel"]: line["spend"] for line in first["allocations"]}
    past = [{"channel": name, "period": first["month"], "spend": 1} for name in approved]
    cycle.planner.post("/v1/history", {"rows": past})
    limits = [{"id": name, "max_change_share": 0.1} for name in approved]
    second = cycle.draft(MONTH.next(), budget=BUDGET * 0.95, channels=limits)
    for line in second["allocations"]:
        assert line["last_spend"] == approved[line["channel"]]
        assert abs(line["change_share"]) <= 0.1 + 1e-6


def test_a_shop_of_one_decides_alone(shop: Shop, cycle: Cycle) -> None:
    """With four eyes switched off the drafter's other key may approve; before, it may not."""
    plan, mine = cycle.draft(), shop.person("approver", "li")
    cycle.planner.post(f"/v1/plans/{plan['id']}:submit")
    mine.post(f"/v1/plans/{plan['id']}:approve", None, 403)
    cycle.admin.patch("/v1/workspace", {"four_eyes": False}, If_Match="*")
    assert mine.post(f"/v1/plans/{plan['id']}:approve")["approved_by"] == "li"


@pytest.mark.parametrize(("rolled", "budget"), [(1, 3), (10_000_01, 110_000_07), (33, 100), (1, 10**15)])
def test_the_band_holds_the_rolled_amount_exactly(rolled: int, budget: int) -> None:
    """Where nothing else is held back, the least reserve is the rolled amount: not a unit more or less."""
    band = kept_back(ReserveInput(min_share=0, max_share=0), rolled, budget)
    assert band.min_share == band.max_share == share_of(rolled, budget)
    assert ceil(budget * Fraction(repr(band.min_share))) == rolled
