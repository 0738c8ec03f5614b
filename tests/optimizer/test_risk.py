"""A plan for the bad case is the best one for the mean of the worst draws, and says what that costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.draws import Draws
from optimizer.errors import ProblemError
from optimizer.problem import AllocationProblem, ChannelTerms, Count, Reserve, Risk
from tests.builders import random_problem, straight_curve, with_draws
from tests.oracles import best_bad_case_of_a_grid
from tests.tolerances import BRANCHED_GAP, FLOAT, PRICE


def coin(up: float, down: float) -> np.ndarray:
    """A straight channel that brings `up` or `down` per unit, equally likely."""
    return np.array([[0.0, 1000 * up], [0.0, 1000 * down]])


def test_by_hand_money_is_split_between_two_opposite_bets() -> None:
    """One channel brings 4 or 0, the other 0 or 3: the worse of both is largest where 4 a = 3 b.

    With 700 to spend a = 300, b = 400, and both cases bring 1200; by expectation all would go to a.
    """
    channels = (
        ChannelTerms("a", straight_curve(2.0, 1000), draws=coin(4, 0)),
        ChannelTerms("b", straight_curve(1.5, 1000), draws=coin(0, 3)),
    )
    plan = allocate(AllocationProblem(channels, 70_000, Reserve(0, 0), risk=Risk(0.5)))
    assert plan.bad_case is not None
    assert [line.spend for line in plan.lines] == pytest.approx([30_000, 40_000], abs=1)
    assert plan.bad_case.response == pytest.approx(1200, rel=1e-4)
    assert [line.spend for line in plan.bad_case.expected.lines] == [70_000, 0]
    assert plan.bad_case.expected_response == 0
    assert plan.shadow_prices.budget == pytest.approx(12 / 7, rel=PRICE)


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_of_a_grid_has_a_better_bad_case(seed: int) -> None:
    """Two or three channels, S-shaped or not, groups or not: no grid plan beats the plan or its ceiling."""
    problem = random_problem(seed, 2 + seed % 2, s_shaped=seed % 3 == 0, groups=seed % 2)
    problem = with_draws(problem, seed, level=(0.5, 0.8, 0.95)[seed % 3], draws=40)
    certificate = allocate(problem).certificate
    best = best_bad_case_of_a_grid(problem, (300, 40)[seed % 2])
    assert certificate.gap_share <= BRANCHED_GAP
    assert best <= certificate.value * (1 + BRANCHED_GAP)
    assert best <= certificate.ceiling * (1 + FLOAT)


@pytest.mark.parametrize("seed", range(4))
def test_neither_plan_is_better_at_the_others_aim(seed: int) -> None:
    """With as much held back, caution never loses in the bad case and never gains in what is expected."""
    problem = with_draws(replace(random_problem(seed), reserve=Reserve(0.1, 0.1)), seed)
    plan = allocate(problem)
    case = plan.bad_case
    assert case is not None
    assert case.response >= case.expected_response * (1 - BRANCHED_GAP)
    assert plan.response <= case.expected.response * (1 + BRANCHED_GAP)
    assert case.expected.lines == allocate(replace(problem, risk=None)).lines


def test_without_doubt_caution_changes_nothing() -> None:
    """Where all draws are the curve itself the plan is the expected one."""
    problem = random_problem(2)
    channels = tuple(replace(t, draws=np.repeat(t.curve.response[None], 9, 0)) for t in problem.channels)
    plan = allocate(replace(problem, channels=channels, risk=Risk(0.8)))
    assert plan.bad_case is not None
    spend = [line.spend for line in plan.bad_case.expected.lines]
    assert [line.spend for line in plan.lines] == pytest.approx(spend, rel=1e-3)
    assert plan.bad_case.response == pytest.approx(plan.response, rel=FLOAT)


def test_free_channels_share_one_marginal_return_of_the_bad_case() -> None:
    """The next unit brings the budget's price in every free channel, and so says a finite difference."""
    problem = with_draws(replace(random_problem(7), reserve=Reserve(0, 0)), 7)
    plan, more = allocate(problem), allocate(replace(problem, budget=problem.budget + 100_000))
    price = plan.shadow_prices.budget
    free = [line.marginal_response for line in plan.lines if line.position == "free"]
    assert len(free) > 1
    assert free == pytest.approx([price] * len(free), rel=PRICE)
    assert (more.certificate.value - plan.certificate.value) / 1000 == pytest.approx(price, rel=PRICE)


def test_all_or_nothing_channels_keep_their_least() -> None:
    """With a least if used and at most two channels, the bad case is still proven."""
    problem = with_draws(random_problem(5, 4), 5, draws=60)
    channels = tuple(replace(t, min_spend=0, min_if_used=20_000_000) for t in problem.channels)
    count = Count("few", tuple(t.id for t in channels), max_channels=2)
    plan = allocate(replace(problem, channels=channels, counts=(count,)))
    assert plan.certificate.gap_share <= BRANCHED_GAP
    assert sum(line.spend > 0 for line in plan.lines) <= 2
    spend = np.array([line.spend / 100 for line in plan.lines])
    assert plan.bad_case is not None
    assert plan.bad_case.response == pytest.approx(Draws.of(problem).bad_case(spend, 0.8), rel=1e-4)


def test_draws_off_the_knots_are_refused() -> None:
    """Draws that do not lie on the curve's knots, or are missing, are faults of the problem."""
    problem = with_draws(random_problem(1, 2), 1, draws=5)
    first, second = problem.channels
    with pytest.raises(ProblemError):
        replace(problem, channels=(replace(first, draws=None), second))
    assert first.draws is not None
    with pytest.raises(ProblemError):
        replace(problem, channels=(replace(first, draws=first.draws[:, :-1]), second))
