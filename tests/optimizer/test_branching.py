"""Where curves bend up, or channels are all or nothing, the plan is still proven, and no grid beats it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError
from optimizer.problem import AllocationProblem, ChannelTerms, Count, Reserve
from tests.builders import hill_curve, random_problem, straight_curve
from tests.oracles import dynamic_program
from tests.tolerances import BRANCHED_GAP

CELLS = 240


def choosy(seed: int) -> AllocationProblem:
    """Four or five channels, S-shaped every other time, with all-or-nothing minimums, a count, or both."""
    rng = np.random.default_rng(seed)
    problem = random_problem(seed, channels=4 + seed % 2, s_shaped=bool(seed % 2))
    least = problem.budget // len(problem.channels)
    channels = tuple(replace(t, min_spend=0) for t in problem.channels)
    if seed % 3 != 1:
        channels = tuple(replace(t, min_if_used=int(least * rng.uniform(0.3, 1))) for t in channels)
    names = tuple(t.id for t in channels)
    counts = (Count("few", names, 1, int(rng.integers(2, 4))),) if seed % 3 else ()
    return replace(problem, channels=channels, counts=counts)


@pytest.mark.parametrize("seed", range(24))
def test_no_grid_plan_beats_an_s_shaped_plan(seed: int) -> None:
    """On S-shaped curves the plan is within its small gap of the ceiling, and no grid plan is above it."""
    problem = random_problem(seed, channels=3 + seed % 4, s_shaped=True)
    certificate = allocate(problem).certificate
    assert certificate.gap_share <= BRANCHED_GAP
    assert dynamic_program(problem, CELLS) <= certificate.value * (1 + BRANCHED_GAP)


@pytest.mark.parametrize("seed", range(36))
def test_no_grid_plan_beats_a_choice_of_channels(seed: int) -> None:
    """With all-or-nothing minimums and at most so many channels, neither does any grid plan."""
    problem = choosy(seed)
    certificate = allocate(problem).certificate
    assert certificate.gap_share <= BRANCHED_GAP
    assert dynamic_program(problem, CELLS) <= certificate.value * (1 + BRANCHED_GAP)


def test_all_or_nothing_by_hand() -> None:
    """A threshold channel brings 300 for its 60 or nothing; the straight one brings 2 each.

    With 90 to spend: 60 there and 30 straight bring 300 + 60 = 360, against 180 without it.
    """
    threshold = ChannelTerms("a", straight_curve(5, 60), min_if_used=6000)
    plan = allocate(
        AllocationProblem((threshold, ChannelTerms("b", straight_curve(2, 1000))), 10_000, Reserve(0.1, 0.1))
    )
    assert [line.spend for line in plan.lines] == [6000, 3000]
    assert plan.response == pytest.approx(360)


def test_one_of_two() -> None:
    """When one of two channels may be used, it is the one that brings more alone: 2 · 85 and not 98."""
    channels = (ChannelTerms("a", hill_curve(110, 10, 1, 100)), ChannelTerms("b", straight_curve(2, 100)))
    problem = AllocationProblem(channels, 10_000, counts=(Count("one", ("a", "b"), 1, 1),))
    assert [line.spend for line in allocate(problem).lines] == [0, 9000]


def test_at_least_two_are_used() -> None:
    """A channel that brings nothing still gets its least when two must be used."""
    channels = (
        ChannelTerms("a", straight_curve(2, 1000)),
        ChannelTerms("b", straight_curve(0.0, 1000), min_if_used=500),
    )
    problem = AllocationProblem(channels, 10_000, counts=(Count("both", ("a", "b"), 2),))
    assert [line.spend for line in allocate(problem).lines] == [8500, 500]


def test_counts_that_cannot_hold_are_refused() -> None:
    """Three channels of at least 40 do not fit into 90."""
    channels = tuple(ChannelTerms(n, straight_curve(2, 1000), min_if_used=4000) for n in "abc")
    with pytest.raises(InfeasibleError):
        allocate(AllocationProblem(channels, 10_000, counts=(Count("all", ("a", "b", "c"), 3),)))


def test_a_hundred_thresholds() -> None:
    """A hundred channels, each worth nothing until much is spent: proven, and only some are used."""
    rng = np.random.default_rng(7)
    channels = []
    for c in range(100):
        half = 10_000 * rng.uniform(1, 8)
        channels.append(
            ChannelTerms(f"c{c}", hill_curve(half * rng.uniform(1, 4), half, rng.uniform(2, 5), 6 * half))
        )
    plan = allocate(AllocationProblem(tuple(channels), 100_000_000))
    assert plan.certificate.gap_share <= BRANCHED_GAP
    assert 5 < sum(line.spend > 0 for line in plan.lines) < 60
