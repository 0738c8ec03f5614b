"""Why no plan is possible: the rules that clash, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from optimizer.errors import InfeasibleError
from optimizer.problem import AllocationProblem


@dataclass(frozen=True)
class Clash:
    """A rule that takes part in a contradiction.

    `rule` is budget, reserve, min_spend, max_spend, change_limit or group; `whose` the channel or
    group; `missing` how many minor units short the rules are of being possible, 0 when unknown.
    """

    rule: str
    whose: str
    missing: int


def refuse_if_plainly_impossible(problem: AllocationProblem) -> None:
    """Raise `InfeasibleError` when one channel's bounds cross, or all minimums exceed the budget."""
    crossed = [
        Clash("change_limit" if terms.change_bounds != (0, None) else "max_spend", terms.id, low - high)
        for terms, (low, high) in zip(problem.channels, problem.bounds, strict=True)
        if low > high
    ]
    if crossed:
        names = ", ".join(clash.whose for clash in crossed)
        raise InfeasibleError(
            f"The least and the most that may be spent contradict each other: {names}.", tuple(crossed)
        )
    minimums = [
        Clash("min_spend", terms.id, low)
        for terms, (low, _) in zip(problem.channels, problem.bounds, strict=True)
        if low > 0
    ]
    missing = sum(clash.missing for clash in minimums) + problem.reserve_bounds[0] - problem.budget
    if missing > 0:
        short, budget = missing / problem.minor_units, problem.budget / problem.minor_units
        message = f"Minimums and reserve need {short:,.2f} more than the budget of {budget:,.2f}."
        clashes = [Clash(c.rule, c.whose, missing) for c in minimums]
        raise InfeasibleError(
            message, (Clash("budget", "", missing), Clash("reserve", "", missing), *clashes)
        )


def refuse(problem: AllocationProblem) -> NoReturn:
    """Raise `InfeasibleError` for a problem whose groups and bounds allow no plan."""
    clashes = tuple(Clash("group", group.name, 0) for group in problem.groups)
    names = ", ".join(group.name for group in problem.groups)
    raise InfeasibleError(
        f"The limits of the groups {names} cannot be met within the channels' bounds.", clashes
    )
