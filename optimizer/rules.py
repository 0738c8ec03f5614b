"""The rules of a plan as rows of a linear program.

Lines are the channels in the problem's order; the reserve and the unallocated money are extras.
A rule is written in the problem's own units here (currency, and units of each measure).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import FloatArray
from optimizer.problem import AllocationProblem, Group, OutcomeRule

RESERVE, UNALLOCATED = 0, 1
USED = "used"  # the measure that counts a channel as one when it gets anything


@dataclass(frozen=True, eq=False)
class Rule:
    """spend · s + Σ_m measures[m] · F_m(s) + extras · e ≤ limit (or = limit), with whose rule it is.

    `of` is plan, channel, group, count or rule, `whose` its name (empty for the plan), and `kind`
    the field that sets the limit, e.g. max_share. Shapes (channels,), (extras,).
    """

    of: str
    whose: str
    kind: str
    spend: FloatArray
    limit: float
    measures: dict[str, FloatArray] = field(default_factory=dict)
    extras: FloatArray = field(default_factory=lambda: np.zeros(2))
    equal: bool = False


def rules_of(problem: AllocationProblem) -> Iterator[Rule]:
    """The budget first, then every rule that ties channels together, in the problem's order."""
    everyone = np.ones(len(problem.channels))
    budget = problem.budget / problem.minor_units
    yield Rule("plan", "", "budget", everyone, budget, extras=np.ones(2), equal=True)
    for group in problem.groups:
        yield from _group_rules(problem, group)
    for count in problem.counts:
        inside = _inside(problem, count.channels)
        if count.max_channels is not None:
            yield Rule("count", count.name, "max_channels", 0 * inside, count.max_channels, {USED: inside})
        if count.min_channels:
            yield Rule("count", count.name, "min_channels", 0 * inside, -count.min_channels, {USED: -inside})
    for rule in problem.rules:
        yield from outcome_rules(problem, rule)


def own_rules(problem: AllocationProblem) -> Iterator[Rule]:
    """The reserve's least and every channel's own bounds as rules, for asking which of them must give."""
    least = problem.reserve_bounds[0] / problem.minor_units
    yield Rule("plan", "", "min_share", np.zeros(len(problem.channels)), -least, extras=np.array([-1.0, 0.0]))
    for place, terms in enumerate(problem.channels):
        alone = np.zeros(len(problem.channels))
        alone[place] = 1.0
        for kind, low, high in problem.own_bounds(terms):
            if low:
                yield Rule("channel", terms.id, kind, -alone, -low / problem.minor_units)
            if high is not None:
                yield Rule("channel", terms.id, kind, alone, high / problem.minor_units)


def _group_rules(problem: AllocationProblem, group: Group) -> Iterator[Rule]:
    """Each limit of a group; shares are of what all channels spend."""
    everyone, inside = np.ones(len(problem.channels)), _inside(problem, group.channels)
    if group.max_share is not None:
        yield Rule("group", group.name, "max_share", inside - group.max_share * everyone, 0.0)
    if group.min_share is not None:
        yield Rule("group", group.name, "min_share", group.min_share * everyone - inside, 0.0)
    if group.max_spend is not None:
        yield Rule("group", group.name, "max_spend", inside, group.max_spend / problem.minor_units)
    if group.min_spend is not None:
        yield Rule("group", group.name, "min_spend", -inside, -group.min_spend / problem.minor_units)


def outcome_rules(problem: AllocationProblem, rule: OutcomeRule) -> Iterator[Rule]:
    """Each limit of an outcome rule, with what comes anyway moved to the right-hand side."""
    inside = _inside(problem, rule.channels)
    if rule.min_total is not None:
        limit = rule.baseline - rule.min_total
        yield Rule("rule", rule.name, "min_total", 0 * inside, limit, {rule.measure: -inside})
    if rule.max_total is not None:
        limit = rule.max_total - rule.baseline
        yield Rule("rule", rule.name, "max_total", 0 * inside, limit, {rule.measure: inside})
    if rule.max_cost is not None:
        limit = rule.max_cost * rule.baseline
        yield Rule("rule", rule.name, "max_cost", inside, limit, {rule.measure: -rule.max_cost * inside})


def _inside(problem: AllocationProblem, names: tuple[str, ...]) -> FloatArray:
    """One for each of these channels, nought for the others."""
    inside = np.zeros(len(problem.channels))
    inside[list(problem.places(names))] = 1.0
    return inside
