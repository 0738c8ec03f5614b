"""A rule's limit as its owner wrote it: read it, change it, and see what a plan makes of it.

Money is in minor units, shares are shares, anything else is in units of its measure.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor
from typing import Any, Protocol, TypeVar

from optimizer.curves import FloatArray
from optimizer.problem import AllocationProblem, ChannelTerms, Count, Group, OutcomeRule


class Limited(Protocol):
    """Names a limit: `of` plan, channel, group, count or rule, `whose` by name, `kind` the field."""

    @property
    def of(self) -> str: ...
    @property
    def whose(self) -> str: ...
    @property
    def kind(self) -> str: ...


Owner = TypeVar("Owner", ChannelTerms, Group, Count, OutcomeRule)
SHARE_STEP = 10_000  # shares are written to the hundredth of a percent
DIGITS = 5  # amounts are written to so many digits
NUMBER_STEP = 1e-5  # other limits are eased by this share, so that rounding does not break them again


def limit_of(problem: AllocationProblem, limited: Limited) -> float:
    """The limit's present value."""
    if limited.of == "plan":
        return problem.budget if limited.kind == "budget" else problem.reserve.min_share
    return float(getattr(_owner(problem, limited), limited.kind))


def with_limit(problem: AllocationProblem, limited: Limited, limit: float) -> AllocationProblem:
    """The same problem with this one limit set anew."""
    if limited.of == "plan":
        if limited.kind == "budget":
            return replace(problem, budget=int(limit))
        top = max(limit, problem.reserve.max_share)
        return replace(problem, reserve=replace(problem.reserve, min_share=limit, max_share=top))
    value: Any = int(limit) if limited.kind in WHOLE else limit
    return replace(
        problem,
        channels=_changed(problem.channels, limited, value) if limited.of == "channel" else problem.channels,
        groups=_changed(problem.groups, limited, value) if limited.of == "group" else problem.groups,
        counts=_changed(problem.counts, limited, value) if limited.of == "count" else problem.counts,
        rules=_changed(problem.rules, limited, value) if limited.of == "rule" else problem.rules,
    )


def reached(
    problem: AllocationProblem, limited: Limited, spend: FloatArray, reserve: float, budget: float
) -> float:
    """What a plan makes of the rule's quantity, eased outward to how its limit is written.

    Money is eased to five digits and whole currency units, with room for every channel to be rounded.
    `spend` (channels,), `reserve` and `budget` are in minor units.
    """
    amount = _quantity(problem, limited, spend, reserve, budget)
    down = limited.kind in LEAST
    if limited.kind.endswith("share"):
        steps = amount * SHARE_STEP
        return (floor(steps + 1e-6) if down else ceil(steps - 1e-6)) / SHARE_STEP
    if limited.kind in MONEY:
        written = int(10.0 ** max(0, len(str(int(amount))) - DIGITS))
        unit = max(problem.minor_units, problem.step, written)
        room = problem.step * len(problem.channels)
        return max(0, floor((amount - room) / unit) * unit) if down else ceil((amount + room) / unit) * unit
    if limited.kind in WHOLE:
        return floor(amount + 1e-3) if down else ceil(amount - 1e-3)
    return amount * (1 - NUMBER_STEP if down else 1 + NUMBER_STEP)


def is_money(kind: str) -> bool:
    """Whether a limit of this kind is an amount in minor units."""
    return kind in MONEY


def is_ratio(kind: str) -> bool:
    """Whether the limit is on a quotient of two things a plan decides."""
    return kind.endswith("share") or kind == "max_cost"


def is_eased(kind: str, now: float, then: float) -> bool:
    """Whether a limit of this kind is wider `then` than it is `now`."""
    return then < now if kind in LEAST else then > now


LEAST = {"min_share", "min_spend", "min_total", "min_channels", "min_marginal_return"}
MONEY = {"budget", "min_spend", "max_spend"}
WHOLE = {*MONEY, "min_channels", "max_channels"}


def _quantity(
    problem: AllocationProblem, limited: Limited, spend: FloatArray, reserve: float, budget: float
) -> float:
    """The number that the rule limits."""
    if limited.of == "plan":
        return budget if limited.kind == "budget" else reserve / budget
    if limited.of == "channel":
        return _own_quantity(problem, limited, float(spend[problem.places((limited.whose,))[0]]))
    owner = _owner(problem, limited)
    inside = list(problem.places(owner.channels))
    spent = float(spend[inside].sum())
    if limited.of == "group":
        return spent / max(float(spend.sum()), 1e-9) if limited.kind.endswith("share") else spent
    if limited.of == "count":
        return float((spend[inside] > 0).sum())
    measured = [problem.channels[place].measure(owner.measure) for place in inside]
    brought = sum(float(f(s / problem.minor_units)) for f, s in zip(measured, spend[inside], strict=True))
    total = float(owner.baseline) + brought
    return spent / problem.minor_units / max(total, 1e-12) if limited.kind == "max_cost" else total


def _own_quantity(problem: AllocationProblem, limited: Limited, spend: float) -> float:
    """The number that one of a channel's own bounds limits."""
    terms = problem.channels[problem.places((limited.whose,))[0]]
    if limited.kind == "max_increase_share":
        return spend / max(terms.last_spend or 0, 1) - 1
    if limited.kind == "max_decrease_share":
        return 1 - spend / max(terms.last_spend or 0, 1)
    if limited.kind == "min_marginal_return":
        return float(terms.curve.marginal_at(spend / problem.minor_units))
    return spend


def _owner(problem: AllocationProblem, limited: Limited) -> Any:
    """The channel, group, count or outcome rule whose limit it is."""
    if limited.of == "channel":
        return problem.channels[problem.places((limited.whose,))[0]]
    owners: dict[str, tuple[Any, ...]] = {
        "group": problem.groups,
        "count": problem.counts,
        "rule": problem.rules,
    }
    return next(owner for owner in owners[limited.of] if owner.name == limited.whose)


def _changed(owners: tuple[Owner, ...], limited: Limited, limit: Any) -> tuple[Owner, ...]:
    """These owners, with the limit of the one whose rule it is set anew."""
    return tuple(
        replace(owner, **{limited.kind: limit})
        if (owner.id if isinstance(owner, ChannelTerms) else owner.name) == limited.whose
        else owner
        for owner in owners
    )
