"""Random problems under all kinds of rules, against oracles that know no linear program.

The long form of both runs under the benchmarks.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.proof import KINDS
from optimizer.allocation import allocate, is_possible
from tests.builders import any_problem, random_problem
from tests.oracles import brute_force
from tests.tolerances import SOLVER_GAP

NUMBERS = [("concave", 1640), ("chosen", 120), ("ruled", 240)]
BLOCKS = [(kind, first) for kind, count in NUMBERS for first in range(0, count, 40)]


@pytest.mark.parametrize(("kind", "first"), BLOCKS)
def test_two_thousand_problems(kind: str, first: int) -> None:
    """No answer is beaten by its oracle by more than its gap, none is unproven, none is refused wrongly."""
    found = {seed: KINDS[kind](seed) for seed in range(first, first + 40)}
    assert {seed: fault for seed, fault in found.items() if fault} == {}


@pytest.mark.parametrize("seed", range(40))
def test_where_no_plan_is_found_no_grid_has_one(seed: int) -> None:
    """A random choice of rules that allows no plan allows none of a grid either."""
    problem = any_problem(seed)
    if not is_possible(problem):
        assert brute_force(problem, 36) == float("-inf")


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
