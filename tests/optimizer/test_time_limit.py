"""A plan that is cut short says so: its true gap, or that there is none; never that it is the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pulp
import pytest

from benchmarks.proof import choosy
from optimizer import allocation, linear_program
from optimizer.allocation import allocate
from optimizer.answer import OPTIMAL_GAP
from optimizer.errors import SolverTimeoutError
from optimizer.problem import Reserve
from tests.builders import random_problem
from tests.oracles import dynamic_program
from tests.tolerances import FLOAT

NONE = 0  # WORK that leaves no program after the first
HARD = 9  # the seed of a problem that the first program does not close


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_cut_short_reports_its_true_gap(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one program the ceiling holds for every grid plan, and a wide gap is not called optimal."""
    problem = choosy(seed, channels=3)
    monkeypatch.setattr(allocation, "WORK", NONE)
    try:
        proof = allocate(problem).certificate
    except SolverTimeoutError:
        return
    assert dynamic_program(problem, 120) <= proof.ceiling * (1 + FLOAT)
    assert proof.gap_share == pytest.approx((proof.ceiling - proof.value) / proof.value)
    assert proof.status == "feasible" or proof.gap_share <= 2 * OPTIMAL_GAP


def test_some_of_these_are_really_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The canary of the test above: a gap that all the work closes, and none does not."""
    assert allocate(choosy(HARD, channels=3)).certificate.status == "optimal"
    monkeypatch.setattr(allocation, "WORK", NONE)
    try:
        status = allocate(choosy(HARD, channels=3)).certificate.status
    except SolverTimeoutError:
        status = "none"
    assert status != "optimal"


def test_no_time_is_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver stopped at once proves nothing, whatever it calls its answer."""
    monkeypatch.setattr(linear_program, "SECONDS", 0.0)
    with pytest.raises(SolverTimeoutError):
        allocate(replace(random_problem(5, 30), reserve=Reserve(0.1, 0.1)))


def empty(problem: pulp.LpProblem, _: object) -> None:
    """A solver that calls nothing at all the best plan."""
    for variable in problem.variables():
        variable.varValue = 0.0
    problem.assignStatus(pulp.LpStatusOptimal, pulp.LpSolutionOptimal)


def killed(problem: pulp.LpProblem, _: object) -> None:
    """A solver that dies."""
    raise pulp.PulpSolverError("killed")


@pytest.mark.parametrize("solver", [empty, killed])
def test_a_solver_that_fails_gives_no_plan(
    solver: Callable[[pulp.LpProblem, object], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an answer that breaks its own rows nor a dead solver becomes a plan."""
    allocate(random_problem(5))
    monkeypatch.setattr(pulp.LpProblem, "solve", solver)
    with pytest.raises(SolverTimeoutError):
        allocate(random_problem(5))
