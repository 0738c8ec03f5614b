"""Random problems under all kinds of rules, each answer held against an oracle that knows no linear program.

Three kinds: concave curves against water-filling; S-shaped curves, nothing-or-at-least and at most so
many channels against a dynamic program; a random choice of all rules (bounds, change limits,
groups, counts, totals, capacities, costs) against every plan of a grid. A short form runs in the tests.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated

import numpy as np
import typer

from benchmarks.plan_quality import watched
from optimizer import AllocationProblem, Count, InfeasibleError, allocate
from tests.builders import any_problem, random_problem
from tests.oracles import brute_force, dynamic_program, water_filling
from tests.tolerances import BRANCHED_GAP, FLOAT, SOLVER_GAP

CELLS = {2: 60, 3: 24}  # of the grid, by the number of channels


def concave(seed: int) -> str | None:
    """What is wrong with a plan on concave curves: off what water-filling finds, or not proven."""
    problem = random_problem(seed, channels=2 + seed % 3)
    proof, best = allocate(problem).certificate, water_filling(problem)
    if abs(proof.value - best) > SOLVER_GAP * best or proof.gap_share > SOLVER_GAP:
        return f"worth {proof.value}, water-filling {best}, gap {proof.gap_share}"
    return None


def chosen(seed: int) -> str | None:
    """What is wrong with a plan that chooses among channels: beaten by a grid, or not proven."""
    problem = choosy(seed, channels=2 + seed % 2)
    proof, best = allocate(problem).certificate, dynamic_program(problem, 120)
    if proof.gap_share > BRANCHED_GAP or best > proof.value * (1 + BRANCHED_GAP):
        return f"worth {proof.value}, a grid plan {best}, gap {proof.gap_share}"
    return None


def ruled(seed: int) -> str | None:
    """What is wrong with a plan under any rules: a grid plan above its ceiling, or one that was refused.

    That no plan exists is only asked where the grid has one: refusals are tested by themselves.
    """
    problem = any_problem(seed)
    best = brute_force(problem, CELLS[len(problem.channels)])
    if best == float("-inf"):
        return None
    try:
        proof = allocate(problem).certificate
    except InfeasibleError:
        return f"refused, but a grid plan is worth {best}"
    wrong = best > proof.ceiling * (1 + FLOAT) + FLOAT
    wrong |= proof.status == "optimal" and best > proof.value * (1 + BRANCHED_GAP) + FLOAT
    return f"worth {proof.value}, ceiling {proof.ceiling}, a grid plan {best}" if wrong else None


def choosy(seed: int, channels: int) -> AllocationProblem:
    """S-shaped every other time, with all-or-nothing minimums, a count, or both."""
    rng = np.random.default_rng(seed)
    problem = random_problem(seed, channels, s_shaped=bool(seed % 2))
    least = problem.budget // channels
    terms = tuple(replace(t, min_spend=0) for t in problem.channels)
    if seed % 3 != 1:
        terms = tuple(replace(t, min_if_used=int(least * rng.uniform(0.3, 1))) for t in terms)
    names = tuple(t.id for t in terms)
    counts = (Count("few", names, 1, int(rng.integers(1, channels + 1))),) if seed % 3 else ()
    return replace(problem, channels=terms, counts=counts)


KINDS = {"concave": concave, "chosen": chosen, "ruled": ruled}


def main(
    *,
    problems: Annotated[int, typer.Option(help="how many, a third of each kind")] = 50_000,
    first: Annotated[
        int, typer.Option(help="the first seed; a run that was cut goes on from there")
    ] = 10_000,
    block: Annotated[int, typer.Option(help="seeds after which it is told how far it is")] = 500,
) -> None:
    """Every answer against its oracle; ends with the number of wrong ones, which must be nought."""
    last, wrong, began = first - (-problems // len(KINDS)), 0, time.process_time()
    for start in watched(range(first, last, block), "seeds", -(-(last - first) // block)):
        seeds = range(start, min(start + block, last))
        faults = [f"{name} {seed}: {said}" for name in KINDS for seed in seeds if (said := KINDS[name](seed))]
        wrong += len(faults)
        for fault in faults:
            typer.echo(fault)
        done = (seeds[-1] + 1 - first) * len(KINDS)
        seconds = time.process_time() - began
        typer.echo(f"seeds {first} to {seeds[-1]}: {done} problems, {wrong} wrong, {seconds:.0f} s CPU")
    raise typer.Exit(int(wrong > 0))
