"""A result that is asked for at least: the most of it that any plan brings tells whether it can be had.

With the result as its objective the program needs no branching on what the rule's chords promise, so
the answer comes in milliseconds where curves bend up, too.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.curves import FloatArray
from optimizer.problem import NOTHING, AllocationProblem, ChannelTerms, OutcomeRule


def only_goal(problem: AllocationProblem) -> OutcomeRule | None:
    """The one rule on results where it asks for at least so much of one and says nothing else."""
    if len(problem.rules) != 1 or problem.risk is not None:
        return None
    (rule,) = problem.rules
    is_goal = rule.min_total is not None and rule.max_total is None and rule.max_cost is None
    return rule if is_goal else None


def bringing_most(problem: AllocationProblem, goal: OutcomeRule) -> AllocationProblem:
    """The problem of bringing most of what the goal speaks of, under all other rules."""
    inside = set(problem.places(goal.channels))
    channels = tuple(
        replace(
            terms,
            curve=terms.measure(goal.measure) if place in inside else NOTHING,
            max_spend=most_spend(terms, problem.minor_units),
            min_marginal_return=None,
            draws=None,
        )
        for place, terms in enumerate(problem.channels)
    )
    worthless = replace(problem.reserve, unit_value=0.0)
    return replace(problem, channels=channels, rules=(), reserve=worthless, idle_value=0.0)


def missing(goal: OutcomeRule) -> float:
    """What its channels have to bring, in units of the measure."""
    return float(goal.min_total or 0.0) - goal.baseline


def is_reached(problem: AllocationProblem, goal: OutcomeRule, spend: FloatArray) -> bool:
    """Whether spends (channels,), in shares of the budget, bring it."""
    currency, inside = spend * (problem.budget / problem.minor_units), problem.places(goal.channels)
    return sum(float(problem.channels[i].measure(goal.measure)(currency[i])) for i in inside) >= missing(goal)


def most_spend(terms: ChannelTerms, minor_units: int) -> int | None:
    """The most a channel may get, by its maximum and by what its next unit must bring."""
    limits = (terms.max_spend, terms.returns_until(minor_units))
    return min((limit for limit in limits if limit is not None), default=None)
