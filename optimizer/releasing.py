"""Money that is released after the plan was made: which channels get it, on top of what they have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from optimizer.allocation import allocate
from optimizer.problem import AllocationProblem, ChannelTerms, Reserve


@dataclass(frozen=True)
class Spread:
    """What each channel gets more, in minor units, and what none of them may take."""

    parts: dict[str, int]
    unplaced: int


def spread(
    problem: AllocationProblem, spend: Mapping[str, int], amount: int, *, full: Collection[str] = ()
) -> Spread:
    """The split of `amount` (minor units) that brings most, when each channel keeps the `spend` it has.

        maximise  Σ_c f_c(spend_c + part_c)   subject to   Σ_c part_c + unplaced = amount,  part_c ≥ 0

    under the problem's maximums, groups, counts and rules; channels that are `full` get none. Whoever
    releases money has decided to spend it: it is placed also where it would not earn itself back. Raises
    `InfeasibleError` when the money cannot be spent without breaking a rule.
    """
    all_of_it = sum(spend.values()) + amount
    wider = replace(problem, budget=all_of_it, reserve=Reserve(0.0, 0.0, 0.0), step=1, idle_value=0.0)
    channels = tuple(
        _keeping(terms, spend.get(terms.id, 0), 0 if terms.id in full else most)
        for terms, (_, most) in zip(wider.channels, wider.bounds, strict=True)
    )
    found = allocate(replace(wider, channels=channels))
    more = {line.channel: line.spend - spend.get(line.channel, 0) for line in found.lines}
    return Spread({name: part for name, part in more.items() if part}, found.unallocated)


def _keeping(terms: ChannelTerms, spent: int, most: int) -> ChannelTerms:
    """The channel with what it has as its minimum, and its tightest maximum as the only one."""
    return replace(
        terms,
        min_spend=spent,
        max_spend=max(most, spent),
        min_if_used=0 if spent else terms.min_if_used,
        last_spend=None,
        min_marginal_return=None,
        paused=False,
    )
