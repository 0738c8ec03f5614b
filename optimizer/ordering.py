"""One order for every way of writing the same problem, so that names and places change no plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from optimizer.problem import AllocationProblem, Count, Group, OutcomeRule

Named = TypeVar("Named", Group, Count, OutcomeRule)


def in_canonical_order(problem: AllocationProblem) -> AllocationProblem:
    """Channels and rules sorted by what they are.

    Only channels alike in everything, down to the rules they are under, are told apart by name.
    """
    limits: list[list[str]] = [[] for _ in problem.channels]
    rules: list[Group | Count | OutcomeRule] = [*problem.groups, *problem.counts, *problem.rules]
    for rule in rules:
        for place in problem.places(rule.channels):
            limits[place].append(_nameless(rule))
    places = sorted(
        range(len(problem.channels)),
        key=lambda place: (*_content(problem, place), sorted(limits[place]), problem.channels[place].id),
    )
    channels = tuple(problem.channels[place] for place in places)
    rank = {terms.id: place for place, terms in enumerate(channels)}
    return replace(
        problem,
        channels=channels,
        groups=_sorted(problem.groups, rank),
        counts=_sorted(problem.counts, rank),
        rules=_sorted(problem.rules, rank),
    )


def _content(problem: AllocationProblem, place: int) -> tuple[object, ...]:
    """Everything about a channel but its name."""
    terms = problem.channels[place]
    curves = [terms.curve, *(terms.measures[name] for name in sorted(terms.measures))]
    tables = b"".join(table.tobytes() for c in curves for table in (c.spend, c.response, c.marginal))
    draws = b"" if terms.draws is None else terms.draws.tobytes()
    return tables, draws, problem.bounds[place], problem.least_if_used[place], terms.last_spend or 0


def _sorted(rules: tuple[Named, ...], rank: dict[str, int]) -> tuple[Named, ...]:
    """Rules sorted by what they say and about whom."""
    return tuple(
        sorted(rules, key=lambda rule: (_nameless(rule), sorted(rank[name] for name in rule.channels)))
    )


def _nameless(rule: Group | Count | OutcomeRule) -> str:
    return repr(replace(rule, name="", channels=()))
