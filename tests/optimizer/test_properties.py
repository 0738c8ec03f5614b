"""Random problems under all kinds of rules, against oracles that know no linear program.

The long form of both runs under the benchmarks.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError
from tests.builders import any_problem, random_problem
from tests.oracles import brute_force, water_filling
from tests.tolerances import FLOAT, SOLVER_GAP

CELLS = {2: 100, 3: 36}


@pytest.mark.parametrize("seed", range(100))
def test_no_plan_of_a_grid_beats_the_ceiling(seed: int) -> None:
    """Whatever the rules: no grid plan is above the ceiling, and there is none where no plan is found."""
    problem = any_problem(seed)
    best = brute_force(problem, CELLS[len(problem.channels)])
    try:
        certificate = allocate(problem).certificate
    except InfeasibleError:
        assert best == float("-inf")
    else:
        assert best <= certificate.ceiling * (1 + FLOAT) + FLOAT


@pytest.mark.parametrize("block", range(8))
def test_hundreds_of_concave_problems(block: int) -> None:
    """Every plan of 400 random problems is worth what water-filling finds, to a millionth."""
    for seed in range(block * 50, block * 50 + 50):
        problem = random_problem(seed, channels=2 + seed % 4)
        assert allocate(problem).certificate.value == pytest.approx(water_filling(problem), rel=SOLVER_GAP)


@pytest.mark.parametrize("seed", range(10))
def test_more_budget_and_looser_bounds_never_hurt(seed: int) -> None:
    """A tenth more budget with the same reserve, or a maximum lifted, never earns less."""
    problem = random_problem(seed, channels=5, groups=seed % 3)
    value = allocate(problem).certificate.value
    richer = replace(problem, budget=problem.budget * 11 // 10)
    looser = replace(problem, channels=tuple(replace(t, max_spend=None) for t in problem.channels))
    assert allocate(richer).certificate.value >= value * (1 - SOLVER_GAP)
    assert allocate(looser).certificate.value >= value * (1 - SOLVER_GAP)


@pytest.mark.parametrize("units", [1, 1000])
def test_currency_does_not_matter(units: int) -> None:
    """In a currency without minor units, or with three decimals, the same minor amounts are planned."""
    problem = random_problem(11)
    curves = [terms.curve for terms in problem.channels]
    resized = tuple(
        replace(
            terms,
            curve=replace(curve, spend=curve.spend * 100 / units, marginal=curve.marginal * units / 100),
        )
        for terms, curve in zip(problem.channels, curves, strict=True)
    )
    worth = replace(problem.reserve, unit_value=units / 100)
    other = replace(problem, channels=resized, minor_units=units, reserve=worth)
    mine, theirs = allocate(problem), allocate(other)
    assert [line.spend for line in theirs.lines] == pytest.approx([line.spend for line in mine.lines], abs=2)
    assert theirs.response == pytest.approx(mine.response, rel=SOLVER_GAP)
