"""Several months asked for at once: each as it stands, and what ties them together.

The first month is the decision, the others are the outlook. Money may move between the months of a
pool, spend changes no faster than the change limits allow, what is spent works on into the next
month, and phases limit what months spend and bring together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import floor

from optimizer.errors import Fault, ProblemError
from optimizer.problem import RESPONSE, AllocationProblem, ChannelTerms, OutcomeRule, exact
from optimizer.soundness import not_below_zero


@dataclass(frozen=True)
class Phase:
    """Limits on what `channels` (all when empty) spend and bring from month `first` to `last`, from 0.

    Money in minor units; totals in units of the measure. With F the sum over the phase of what they
    bring:  min_spend ≤ spend ≤ max_spend,  min_total ≤ F ≤ max_total,  spend ≤ max_cost · F.
    """

    name: str
    first: int
    last: int
    channels: tuple[str, ...] = ()
    min_spend: int | None = None
    max_spend: int | None = None
    measure: str = RESPONSE
    min_total: float | None = None
    max_total: float | None = None
    max_cost: float | None = None
    baseline: float = 0.0

    @property
    def outcome(self) -> OutcomeRule:
        """What it says of results, as the rule of one month would."""
        limits = (self.min_total, self.max_total, self.max_cost)
        return OutcomeRule(self.name, self.measure, self.channels, self.baseline, *limits)


@dataclass(frozen=True)
class Pool:
    """Months `first` to `last`, from 0, that share money: each budget may change by `share` of itself,
    their sum may not."""

    first: int
    last: int
    share: float


@dataclass(frozen=True, eq=False)
class Horizon:
    """Months with the same channels in the same order; refuses nonsense with every fault at once.

    The change limits of the first month hold against its `last_spend`, those of each later month
    against the month before it; a channel without any last spend is not held by them. `carry` is the
    share of a month's effect that comes in the next month, by channel: month m brings
    f_m((1 - carry) s_m + carry s_{m-1}). A channel that gets nothing or at least so much, or is
    counted, is not carried over.
    """

    months: tuple[AllocationProblem, ...]
    pools: tuple[Pool, ...] = ()
    phases: tuple[Phase, ...] = ()
    carry: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise ProblemError(faults)

    @property
    def channels(self) -> tuple[ChannelTerms, ...]:
        """The channels as the first month has them."""
        return self.months[0].channels

    @property
    def minor_units(self) -> int:
        """Minor units per currency unit, the same in all months."""
        return self.months[0].minor_units

    def carry_of(self, place: int) -> float:
        """The share of one channel's effect that comes a month later; none where it is all or nothing."""
        chosen = any(month.least_if_used[place] for month in self.months)
        return 0.0 if chosen else float(self.carry.get(self.channels[place].id, 0.0))

    def is_held(self, place: int) -> bool:
        """Whether change limits hold a channel: whether it spent anything in the month before the first."""
        return bool(self.channels[place].last_spend)

    def room_to_move(self, month: int) -> int:
        """By how much the month's budget may change, in minor units."""
        shares = [pool.share for pool in self.pools if pool.first <= month <= pool.last]
        return floor(self.months[month].budget * exact(shares[0])) if shares else 0

    def month_after(self, month: int, budget: int, before: tuple[int, ...] | None) -> AllocationProblem:
        """One month with this budget, after these spends of the month before; results are not its own."""
        problem = self.months[month]
        channels = tuple(
            terms
            if before is None
            else replace(terms, last_spend=before[place] if self.is_held(place) else None)
            for place, terms in enumerate(problem.channels)
        )
        return replace(problem, channels=channels, budget=budget, rules=(), risk=None)

    @cached_property
    def unchained(self) -> tuple[AllocationProblem, ...]:
        """The months, with the change limits of all but the first left to the rules that tie months."""
        return (self.months[0], *(_without_change(month) for month in self.months[1:]))


def _without_change(month: AllocationProblem) -> AllocationProblem:
    return replace(month, channels=tuple(replace(terms, last_spend=None) for terms in month.channels))


def _faults(horizon: Horizon) -> Iterator[Fault]:
    """Everything that contradicts itself, in the order of the fields."""
    if not horizon.months:
        yield Fault(("months",), "An outlook needs at least one month.")
        return
    ids = [terms.id for terms in horizon.channels]
    for m, month in enumerate(horizon.months):
        if [terms.id for terms in month.channels] != ids or month.minor_units != horizon.minor_units:
            yield Fault(("months", m), "Every month needs the same channels, in the same order and currency.")
        if month.risk is not None:
            yield Fault(("months", m, "risk"), "An outlook is made for what is expected.")
    yield from _pool_faults(horizon)
    for i, phase in enumerate(horizon.phases):
        at = ("phases", i)
        if not 0 <= phase.first <= phase.last < len(horizon.months):
            yield Fault((*at, "first"), f"{phase.name} is not within the months.")
        for j, name in enumerate(phase.channels):
            if name not in ids:
                yield Fault((*at, "channels", j), f"{phase.name} names {name}, which is no channel.")
        for limit in ("min_spend", "max_spend", "min_total", "max_total", "max_cost", "baseline"):
            yield from not_below_zero((*at, limit), getattr(phase, limit), f"{limit} of {phase.name}")
    for name, share in horizon.carry.items():
        if not 0 <= share < 1:
            yield Fault(("carry", name), f"What {name} carries over is a share from 0 to less than 1.")


def _pool_faults(horizon: Horizon) -> Iterator[Fault]:
    seen: set[int] = set()
    for i, pool in enumerate(horizon.pools):
        months = set(range(pool.first, pool.last + 1))
        if not 0 <= pool.first <= pool.last < len(horizon.months) or months & seen:
            yield Fault(("pools", i), "Pools lie within the months, and no month is in two of them.")
        if not 0 <= pool.share <= 1:
            yield Fault(("pools", i, "share"), "The share that may move lies between 0 and 1.")
        seen |= months
