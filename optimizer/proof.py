"""The self-check: every rule and the promised value, verified without the solver.

It reads the problem, not the program, and counts in whole minor units and exact shares, so a
mistake made anywhere on the way to the answer shows here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import isclose

from optimizer.answer import Allocation
from optimizer.errors import SelfCheckError
from optimizer.problem import AllocationProblem, Group, exact


def verify(problem: AllocationProblem, allocation: Allocation) -> None:
    """Raise `SelfCheckError`, with everything needed to find out why, if any rule or promise is broken."""
    broken = [*broken_rules(problem, allocation), *_broken_promises(problem, allocation)]
    if broken:
        dump: dict[str, object] = {
            "broken": broken,
            "problem": repr(problem),
            "allocation": asdict(allocation),
        }
        raise SelfCheckError(f"The plan failed its own check: {broken[0]}", dump)


def broken_rules(problem: AllocationProblem, allocation: Allocation) -> Iterator[str]:
    """Every rule the plan's whole amounts break, in words."""
    spend = {line.channel: line.spend for line in allocation.lines}
    total = sum(spend.values()) + allocation.reserve.amount + allocation.unallocated
    if total != problem.budget:
        yield f"lines, reserve and unallocated add up to {total}, not to {problem.budget}"
    if allocation.unallocated < 0:
        yield f"{allocation.unallocated} is unallocated"
    low, high = problem.reserve_bounds
    if not low <= allocation.reserve.amount <= high:
        yield f"the reserve of {allocation.reserve.amount} is outside {low} to {high}"
    for terms, (low, high) in zip(problem.channels, problem.bounds, strict=True):
        amount = spend[terms.id]
        if not low <= amount <= high:
            yield f"{terms.id} gets {amount}, outside {low} to {high}"
        if amount % problem.step and amount not in (low, high):
            yield f"{terms.id} gets {amount}, no multiple of {problem.step}"
    for group in problem.groups:
        yield from _broken_group(group, sum(spend[name] for name in group.channels), sum(spend.values()))


def _broken_group(group: Group, inside: int, everywhere: int) -> Iterator[str]:
    """The limits of one group that `inside`, of `everywhere` all channels spend, breaks."""
    if group.min_spend is not None and inside < group.min_spend:
        yield f"group {group.name} gets {inside}, less than {group.min_spend}"
    if group.max_spend is not None and inside > group.max_spend:
        yield f"group {group.name} gets {inside}, more than {group.max_spend}"
    if group.min_share is not None and inside < exact(group.min_share) * everywhere:
        yield f"group {group.name} gets {inside} of {everywhere}, less than {group.min_share:.4%}"
    if group.max_share is not None and inside > exact(group.max_share) * everywhere:
        yield f"group {group.name} gets {inside} of {everywhere}, more than {group.max_share:.4%}"


def _broken_promises(problem: AllocationProblem, allocation: Allocation) -> Iterator[str]:
    """Stated values that the true curves do not bear out."""
    response = 0.0
    for terms, line in zip(problem.channels, allocation.lines, strict=True):
        brought = float(terms.curve(line.spend / problem.minor_units))
        response += brought
        if not isclose(brought, line.response, rel_tol=1e-9, abs_tol=1e-9):
            yield f"{line.channel} brings {brought}, not {line.response}"
    certificate = allocation.certificate
    value = response + problem.reserve.worth * allocation.reserve.amount / problem.minor_units
    if not isclose(value, certificate.value, rel_tol=1e-9, abs_tol=1e-9):
        yield f"the plan is worth {value}, not {certificate.value}"
    if value > certificate.ceiling * (1 + 1e-9) + 1e-9:
        yield f"the plan is worth {value}, more than its ceiling {certificate.ceiling}"
