"""Nonsense in a problem: every fault that can be seen without solving, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from optimizer.curves import FloatArray
from optimizer.errors import Fault

if TYPE_CHECKING:
    from optimizer.problem import AllocationProblem, ChannelTerms, Count, Group, OutcomeRule

LARGEST_AMOUNT = 10**18
Path = tuple[str | int, ...]


def faults_of(problem: AllocationProblem) -> Iterator[Fault]:
    """Everything that contradicts itself, in the order of the problem's fields."""
    if not 1 <= problem.budget <= LARGEST_AMOUNT:
        yield Fault(("budget",), "The budget must be more than nothing and at most 1e18 minor units.")
    if problem.step < 1 or problem.minor_units < 1:
        yield Fault(("step",), "Step and minor units must be at least 1.")
    if not problem.channels:
        yield Fault(("channels",), "A plan needs at least one channel.")
    yield from not_below_zero(("idle_value",), problem.idle_value, "What idle money is worth")
    yield from _band(("reserve",), problem.reserve.min_share, problem.reserve.max_share, "share")
    yield from not_below_zero(("reserve", "unit_value"), problem.reserve.worth, "A unit of the reserve")
    for i, terms in enumerate(problem.channels):
        yield from _channel(("channels", i), terms)
    yield from _sets(problem)
    for i, group in enumerate(problem.groups):
        yield from _band(("groups", i), group.min_share, group.max_share, "share")
        yield from _band(("groups", i), group.min_spend, group.max_spend, "spend")
    yield from _counts(problem)
    yield from _rules(problem)
    yield from _risk(problem)


def _channel(at: Path, terms: ChannelTerms) -> Iterator[Fault]:
    """Faults of one channel's own terms."""
    yield from _band(at, terms.min_spend, terms.max_spend, "spend")
    if terms.paused and terms.min_spend:
        yield Fault((*at, "paused"), f"{terms.id} is paused, but must get at least {terms.min_spend}.")
    for name in (
        "last_spend",
        "max_increase_share",
        "max_decrease_share",
        "min_if_used",
        "min_marginal_return",
    ):
        yield from not_below_zero((*at, name), getattr(terms, name), f"{name} of {terms.id}")
    if terms.max_spend is not None and terms.max_spend < terms.min_if_used:
        yield Fault((*at, "min_if_used"), f"{terms.id} cannot get {terms.min_if_used} under its maximum.")


def _sets(problem: AllocationProblem) -> Iterator[Fault]:
    """Names given twice, and groups, counts and rules that speak of no channel or an unknown one."""
    known = {terms.id for terms in problem.channels}
    yield from _twice("channels", "id", [terms.id for terms in problem.channels])
    named: dict[str, tuple[Group | Count | OutcomeRule, ...]] = {
        "groups": problem.groups,
        "counts": problem.counts,
        "rules": problem.rules,
    }
    for what, members in named.items():
        yield from _twice(what, "name", [member.name for member in members])
        for i, member in enumerate(members):
            if len(set(member.channels)) != len(member.channels) or not (member.channels or what == "rules"):
                yield Fault(
                    (what, i, "channels"), f"{member.name} must name each channel once, and at least one."
                )
            for j, name in enumerate(member.channels):
                if name not in known:
                    yield Fault((what, i, "channels", j), f"{member.name} names {name}, which is no channel.")


def _twice(what: str, field: str, names: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield Fault((what, i, field), f"{name} is given twice.")
        seen.add(name)


def _counts(problem: AllocationProblem) -> Iterator[Fault]:
    for i, count in enumerate(problem.counts):
        most = len(count.channels) if count.max_channels is None else count.max_channels
        if not 0 <= count.min_channels <= min(most, len(count.channels)):
            yield Fault(
                ("counts", i, "min_channels"), f"{count.name} cannot use {count.min_channels} channels."
            )


def _rules(problem: AllocationProblem) -> Iterator[Fault]:
    measured = {name for terms in problem.channels for name in terms.measures} | {"response"}
    for i, rule in enumerate(problem.rules):
        if rule.measure not in measured:
            yield Fault(("rules", i, "measure"), f"No channel has a curve of {rule.measure}.")
        for name in ("baseline", "min_total", "max_total", "max_cost"):
            yield from not_below_zero(("rules", i, name), getattr(rule, name), f"{name} of {rule.name}")
        if rule.min_total is not None and rule.max_total is not None and rule.min_total > rule.max_total:
            yield Fault(("rules", i, "min_total"), f"The least of {rule.name} is above its most.")


def _risk(problem: AllocationProblem) -> Iterator[Fault]:
    if problem.risk is None:
        return
    if not 0 <= problem.risk.level < 1:
        yield Fault(("risk", "level"), "The level of risk lies between 0 and 1.")
    shapes = {None if terms.draws is None else len(terms.draws) for terms in problem.channels}
    if len(shapes) != 1 or None in shapes:
        yield Fault(("risk",), "Weighing risk needs equally many draws of every channel's curve.")
    for i, terms in enumerate(problem.channels):
        if terms.draws is not None and not _is_of(terms.draws, len(terms.curve.spend)):
            yield Fault(("channels", i, "draws"), f"The draws of {terms.id} do not lie on its curve's knots.")


def _is_of(draws: FloatArray, knots: int) -> bool:
    """Whether draws are tables of finite responses at so many knots."""
    return draws.ndim == 2 and draws.shape[1] == knots and len(draws) > 0 and bool(np.isfinite(draws).all())


def not_below_zero(at: Path, value: float | None, what: str) -> Iterator[Fault]:
    if value is not None and not (isfinite(value) and value >= 0):
        yield Fault(at, f"{what} must be a number of 0 or more.")


def _band(at: Path, low: float | None, high: float | None, what: str) -> Iterator[Fault]:
    """Faults of a least and a most `share` or `spend`: negative, too large, or crossed."""
    top = 1 if what == "share" else LARGEST_AMOUNT
    for side, value in (("min", low), ("max", high)):
        if value is not None and not 0 <= value <= top:
            yield Fault((*at, f"{side}_{what}"), f"A {side}imum {what} must lie between 0 and {top:g}.")
    if low is not None and high is not None and low > high:
        yield Fault((*at, f"min_{what}"), f"The minimum {what} {low:g} is above the maximum {high:g}.")
