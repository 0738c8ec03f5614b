"""Budgets split by themselves: the ceiling holds, and no better plan is cut away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.branching import NODE
from optimizer.decomposition import each_apart, narrowed
from optimizer.horizon import Horizon, Pool
from optimizer.joint_program import pose_jointly
from optimizer.posing import pose
from optimizer.problem import AllocationProblem
from optimizer.program import ceiling
from optimizer.refinement import refine
from optimizer.rolling import plan_ahead
from tests.builders import random_problem
from tests.oracles import dynamic_program
from tests.tolerances import BRANCHED_GAP, FLOAT

CELLS = 120


def bent_months(seed: int, months: int = 4, *, carry: float = 0.05, share: float = 0.0) -> Horizon:
    """A season of S-shaped channels, some carried over into the next month, without minimums."""
    base = random_problem(seed, channels=4, s_shaped=True)
    base = replace(base, channels=tuple(replace(t, min_spend=0) for t in base.channels))
    season = 1 + 0.3 * np.sin(seed + np.arange(months))
    return Horizon(
        tuple(
            replace(
                base,
                channels=tuple(replace(t, curve=t.curve.scaled(float(demand))) for t in base.channels),
            )
            for demand in season
        ),
        pools=(Pool(0, months - 1, share),) if share else (),
        carry={"c0": carry, "c1": carry} if carry else {},
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_grid_plan_is_above_the_ceiling_of_a_budget(seed: int) -> None:
    """However finely the ranges are split, the ceiling is one over every plan of a grid."""
    problem = random_problem(seed, channels=3, s_shaped=True)
    posed = pose(problem)
    root = refine(posed.program, posed.guess, NODE)
    assert root is not None
    apart = each_apart(posed.program, root.prices, np.eye(1), np.zeros(3), 1e-6)
    assert apart.ceiling <= root.ceiling * (1 + FLOAT)
    assert dynamic_program(problem, CELLS) <= apart.ceiling * posed.units[0] * (1 + FLOAT)


@pytest.mark.parametrize("seed", range(6))
def test_months_apart_are_as_good_as_each_alone(seed: int) -> None:
    """Months that nothing ties together are worth, to the gap, what they are worth one by one."""
    months = bent_months(seed, 3, carry=0.0)
    plans = plan_ahead(months)
    alone = sum(plan_ahead(Horizon((month,))).certificate.value for month in months.months)
    assert plans.certificate.gap_share <= BRANCHED_GAP
    assert plans.certificate.value == pytest.approx(alone, rel=BRANCHED_GAP)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_cut_away_is_worse(seed: int) -> None:
    """Ranges drawn in round a plan still hold it, and no plan outside them is worth more than it."""
    posed = pose_jointly(bent_months(seed))
    root = refine(posed.program, posed.guess, NODE)
    assert root is not None
    room = root.ceiling - root.value
    inside = narrowed(posed.program, root.prices, room + FLOAT)
    assert (inside.low <= root.spend + FLOAT).all()
    assert (root.spend <= inside.high + FLOAT).all()
    assert (inside.extras.low <= root.extras + 1e-6).all()
    assert (root.extras <= inside.extras.high + 1e-6).all()
    for line in np.flatnonzero(inside.low > posed.program.low):
        high = posed.program.high.copy()
        high[line] = inside.low[line] * (1 - 1e-6)
        assert ceiling(replace(posed.program, high=high), root.prices) <= root.value + FLOAT


@pytest.mark.parametrize(("seed", "carry", "share"), [(3, 0.0, 0.0), (3, 0.02, 0.0), (8, 0.02, 0.2)])
def test_months_that_bend_up_are_proven(seed: int, carry: float, share: float) -> None:
    """Carried over or sharing money, a year's S-shaped months are planned to the promised gap."""
    assert plan_ahead(bent_months(seed, 12, carry=carry, share=share)).certificate.gap_share <= BRANCHED_GAP


def test_directions_that_share_a_column_are_left_out() -> None:
    """Two directions over one budget would count its terms twice: the ceiling stays the plain one."""
    problem: AllocationProblem = random_problem(1, channels=3, s_shaped=True)
    posed = pose(problem)
    root = refine(posed.program, posed.guess, NODE)
    assert root is not None
    twice = each_apart(posed.program, root.prices, np.ones((2, 1)), np.zeros(3), 1e-6)
    assert twice.ceiling == ceiling(posed.program, root.prices)
