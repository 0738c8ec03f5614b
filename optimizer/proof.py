"""The self-check: every rule and the promised value, verified without the solver.

It reads the problem, not the program, and counts in whole minor units and exact shares, so a
mistake made anywhere on the way to the answer shows here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import isclose

import numpy as np

from optimizer.answer import Allocation
from optimizer.draws import Draws
from optimizer.errors import SelfCheckError
from optimizer.problem import AllocationProblem, Group, OutcomeRule, exact
from optimizer.rounding import Amounts

FLOAT = 1e-9  # sums of floats may differ by this share


def verify(problem: AllocationProblem, allocation: Allocation) -> None:
    """Raise `SelfCheckError`, with everything needed to find out why, if any rule or promise is broken."""
    spend = tuple(line.spend for line in allocation.lines)
    amounts = Amounts(spend, allocation.reserve.amount, allocation.unallocated)
    broken = [*broken_rules(problem, amounts), *_broken_promises(problem, allocation)]
    if broken:
        dump: dict[str, object] = {
            "broken": broken,
            "problem": repr(problem),
            "allocation": asdict(allocation),
        }
        raise SelfCheckError(f"The plan failed its own check: {broken[0]}", dump)


def broken_rules(problem: AllocationProblem, amounts: Amounts) -> Iterator[str]:
    """Every rule that these whole amounts break, in words."""
    total = sum(amounts.spend) + amounts.reserve + amounts.unallocated
    if total != problem.budget:
        yield f"lines, reserve and unallocated add up to {total}, not to {problem.budget}"
    if amounts.unallocated < 0:
        yield f"{amounts.unallocated} is unallocated"
    low, high = problem.reserve_bounds
    if not low <= amounts.reserve <= high:
        yield f"the reserve of {amounts.reserve} is outside {low} to {high}"
    yield from _broken_channels(problem, amounts)
    for group in problem.groups:
        inside = sum(amounts.spend[place] for place in problem.places(group.channels))
        yield from _broken_group(group, inside, sum(amounts.spend))
    for count in problem.counts:
        used = sum(amounts.spend[place] > 0 for place in problem.places(count.channels))
        if not count.min_channels <= used <= (used if count.max_channels is None else count.max_channels):
            yield f"{count.name} uses {used} channels"
    for rule in problem.rules:
        yield from _broken_outcome(problem, rule, amounts)


def _broken_channels(problem: AllocationProblem, amounts: Amounts) -> Iterator[str]:
    """Channels outside their bounds, below what they must get when used, or off the step."""
    for place, (terms, (low, high)) in enumerate(zip(problem.channels, problem.bounds, strict=True)):
        amount = amounts.spend[place]
        if not low <= amount <= high:
            yield f"{terms.id} gets {amount}, outside {low} to {high}"
        if 0 < amount < terms.min_if_used:
            yield f"{terms.id} gets {amount}, less than {terms.min_if_used}"
        if amount % problem.step and amount not in (low, high):
            yield f"{terms.id} gets {amount}, no multiple of {problem.step}"


def _broken_outcome(problem: AllocationProblem, rule: OutcomeRule, amounts: Amounts) -> Iterator[str]:
    """The limits of one outcome rule that the true curves break."""
    places = problem.places(rule.channels)
    spend = {place: amounts.spend[place] / problem.minor_units for place in places}
    brought = sum(float(problem.channels[place].measure(rule.measure)(s)) for place, s in spend.items())
    yield from broken_outcome(rule, brought, sum(spend.values()))


def broken_outcome(rule: OutcomeRule, brought: float, spent: float) -> Iterator[str]:
    """The limits that an outcome beside the baseline, for so much spend in currency, breaks."""
    total = rule.baseline + brought
    if rule.min_total is not None and total < rule.min_total * (1 - FLOAT):
        yield f"{rule.name} reaches {total}, less than {rule.min_total}"
    if rule.max_total is not None and total > rule.max_total * (1 + FLOAT):
        yield f"{rule.name} reaches {total}, more than {rule.max_total}"
    if rule.max_cost is not None and spent > rule.max_cost * total * (1 + FLOAT):
        yield f"{rule.name} spends {spent} for {total}, more than {rule.max_cost} each"


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
        if not isclose(brought, line.response, rel_tol=FLOAT, abs_tol=FLOAT):
            yield f"{line.channel} brings {brought}, not {line.response}"
    if problem.risk is not None:
        spend = np.array([line.spend for line in allocation.lines]) / problem.minor_units
        response = Draws.of(problem).bad_case(spend, problem.risk.level)
    certificate = allocation.certificate
    kept = problem.reserve.worth * allocation.reserve.amount + problem.idle_value * allocation.unallocated
    value = response + kept / problem.minor_units
    if not isclose(value, certificate.value, rel_tol=FLOAT, abs_tol=FLOAT):
        yield f"the plan is worth {value}, not {certificate.value}"
    if value > certificate.ceiling * (1 + FLOAT) + FLOAT:
        yield f"the plan is worth {value}, more than its ceiling {certificate.ceiling}"
