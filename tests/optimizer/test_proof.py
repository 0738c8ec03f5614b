"""The self-check lets a sound plan pass and names whatever is wrong with a spoilt one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from optimizer.allocation import allocate
from optimizer.answer import Allocation
from optimizer.errors import SelfCheckError
from optimizer.problem import Group, OutcomeRule
from optimizer.proof import verify
from tests.builders import random_problem

NAMES = ("c0", "c1", "c2")
PROBLEM = random_problem(1)
FREE = allocate(PROBLEM)
LIVE = sum(line.spend for line in FREE.lines[:3])
RULED = replace(
    PROBLEM,
    groups=(Group("live", NAMES, max_spend=LIVE),),
    rules=(OutcomeRule("goal", min_total=FREE.response * 0.999),),
)
PLAN = allocate(RULED)


def moved(plan: Allocation, giver: int, taker: int, amount: int) -> Allocation:
    """The plan with money moved between two lines, their responses told anew."""
    lines = list(plan.lines)
    for place, change in ((giver, -amount), (taker, amount)):
        spend = lines[place].spend + change
        response = float(RULED.channels[place].curve(spend / 100))
        lines[place] = replace(lines[place], spend=spend, response=response)
    return replace(plan, lines=tuple(lines))


SPOILT: dict[str, tuple[str, Callable[[Allocation], Allocation]]] = {
    "a cent lost": ("add up", lambda plan: replace(plan, unallocated=plan.unallocated - 1)),
    "a minimum broken": ("outside", lambda plan: moved(plan, 5, 4, plan.lines[5].spend)),
    "a group broken": ("group live", lambda plan: moved(plan, 4, 0, 100)),
    "a response overstated": (
        "brings",
        lambda plan: replace(plan, lines=(replace(plan.lines[0], response=9e9), *plan.lines[1:])),
    ),
    "a ceiling too low": (
        "ceiling",
        lambda plan: replace(
            plan, certificate=replace(plan.certificate, ceiling=plan.certificate.value * 0.9)
        ),
    ),
    "a reserve too small": (
        "the reserve",
        lambda plan: replace(
            plan, reserve=replace(plan.reserve, amount=0), unallocated=plan.unallocated + plan.reserve.amount
        ),
    ),
}


def test_a_sound_plan_passes() -> None:
    """What `allocate` answers passes the check again."""
    verify(RULED, PLAN)


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_plan_is_named(fault: str) -> None:
    """Each way of spoiling a plan is found, with a dump of all that led to it."""
    words, spoil = SPOILT[fault]
    with pytest.raises(SelfCheckError) as error:
        verify(RULED, spoil(PLAN))
    assert any(words in broken for broken in error.value.dump["broken"])  # type: ignore[attr-defined]


def test_a_missed_total_is_named() -> None:
    """A plan that brings less than an outcome rule asks for does not pass."""
    harder = replace(RULED, rules=(OutcomeRule("goal", min_total=PLAN.response * 1.001),))
    with pytest.raises(SelfCheckError, match="goal reaches"):
        verify(harder, PLAN)
