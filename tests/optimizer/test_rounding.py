"""Whole amounts near the plan: they add up, stay within bounds, and keep groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.problem import AllocationProblem, ChannelTerms, Group, Reserve
from optimizer.rounding import round_plan
from tests.builders import straight_curve

CURVE = straight_curve(2, 1000)


def thirds(budget: int, step: int = 1, **rules: object) -> AllocationProblem:
    channels = tuple(ChannelTerms(name, CURVE) for name in "abc")
    return AllocationProblem(channels, budget, Reserve(0, 0), step=step, **rules)  # type: ignore[arg-type]


def test_largest_remainder() -> None:
    """1.00 by thirds is 34, 33, 33; by 3.4, 3.4, 3.2 of 10 it is 4, 3, 3."""
    assert round_plan(thirds(100), np.full(3, 100 / 3), 0.0).spend == (34, 33, 33)
    assert round_plan(thirds(10), np.array([3.4, 3.4, 3.2]), 0.0).spend == (4, 3, 3)


def test_what_is_too_small_for_a_step_stays_unallocated() -> None:
    """10.50 in whole units with nothing held back leaves 50 cents."""
    amounts = round_plan(thirds(1050, 100), np.full(3, 350.0), 0.0)
    assert sorted(amounts.spend) == [300, 300, 400]
    assert amounts.unallocated == 50


def test_a_group_is_mended() -> None:
    """A group of at most half of 100.01 may have 50 units, although its remainder is the largest."""
    group = Group("g", ("a",), max_share=0.5)
    amounts = round_plan(thirds(10_001, groups=(group,)), np.array([5000.5, 2500.2, 2500.3]), 0.0)
    assert amounts.spend == (5000, 2500, 2501)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=12),
    budget=st.integers(1, 10**13),
    step=st.sampled_from([1, 7, 100, 10_000]),
    held=st.floats(0.1, 0.15),
)
def test_any_split_adds_up(shares: list[float], budget: int, step: int, held: float) -> None:
    """Whatever the split, every minor unit has a place, no amount is negative, the reserve is in its band."""
    channels = tuple(ChannelTerms(str(i), CURVE) for i in range(len(shares)))
    problem = AllocationProblem(channels, budget, step=step)
    weights = np.array(shares) + 1e-9
    amounts = round_plan(problem, weights / weights.sum() * budget * (1 - held), budget * held)
    low, high = problem.reserve_bounds
    assert sum(amounts.spend) + amounts.reserve + amounts.unallocated == budget
    assert min(amounts.spend) >= 0
    assert amounts.unallocated >= 0
    assert low <= amounts.reserve <= high
    assert all(amount % step == 0 for amount in amounts.spend)


@pytest.mark.parametrize("budget", [10**15 + 1, 10**17 + 3])
def test_large_budgets_lose_nothing(budget: int) -> None:
    """Beyond the whole numbers a float can hold, the sum is still exact."""
    amounts = round_plan(thirds(budget), np.full(3, budget / 3), 0.0)
    assert sum(amounts.spend) + amounts.unallocated == budget
