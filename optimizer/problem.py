"""What is asked: next month's budget, the channels' terms, groups of channels, the reserve.

    maximise    Σ_c f_c(s_c) + v · R
    subject to  Σ_c s_c + R + U = B
                min_c ≤ s_c ≤ max_c,  groups,  r_min · B ≤ R ≤ r_max · B,  U ≥ 0

Money is in integer minor units (cents, fen); curves are in currency units. U stays unallocated:
money that no channel and no reserve may take, or that would bring nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, isfinite

from optimizer.curves import ResponseCurve
from optimizer.errors import Fault, ProblemError

LARGEST_AMOUNT = 10**18
BREAK_EVEN = 1.0


@dataclass(frozen=True, eq=False)
class ChannelTerms:
    """What one channel may be given, and what it would bring.

    `curve` maps the month's spend in currency units to the objective. Amounts are in minor units;
    `max_spend` None is unlimited. The change limits are shares of `last_spend`; a channel that
    spent nothing last month, or is new, is not held by them.
    """

    id: str
    curve: ResponseCurve
    min_spend: int = 0
    max_spend: int | None = None
    last_spend: int | None = None
    max_increase_share: float | None = None
    max_decrease_share: float | None = None

    @property
    def change_bounds(self) -> tuple[int, int | None]:
        """Least and most spend that the change limits allow, in minor units."""
        last = self.last_spend
        low, high = 0, None
        if last and self.max_decrease_share is not None:
            low = ceil(last * max(Fraction(0), 1 - exact(self.max_decrease_share)))
        if last and self.max_increase_share is not None:
            high = floor(last * (1 + exact(self.max_increase_share)))
        return low, high


@dataclass(frozen=True)
class Reserve:
    """The money held back: a band of shares of the budget, and what a unit of it is worth.

    `unit_value` is in objective per currency unit; None is break-even, one for one: money that
    would bring back less than itself stays in the reserve as far as the band allows. When the
    objective is revenue and margins are known, break-even is 1 / margin; when it counts
    conversions, it is 1 / (what a conversion may cost).
    """

    min_share: float = 0.10
    max_share: float = 0.15
    unit_value: float | None = None

    @property
    def worth(self) -> float:
        """Objective per currency unit held back."""
        return BREAK_EVEN if self.unit_value is None else self.unit_value


@dataclass(frozen=True)
class Group:
    """Channels that share a limit, as an amount or as a share of what all channels spend together."""

    name: str
    channels: tuple[str, ...]
    min_share: float | None = None
    max_share: float | None = None
    min_spend: int | None = None
    max_spend: int | None = None


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Everything `allocate` needs; refuses nonsense with every fault at once (`ProblemError`).

    `minor_units` per currency unit: 100 for CNY, 1 for JPY, 1000 for KWD. Spend is planned in
    multiples of `step` minor units, except where a bound leaves no multiple.
    """

    channels: tuple[ChannelTerms, ...]
    budget: int
    reserve: Reserve = Reserve()
    groups: tuple[Group, ...] = ()
    minor_units: int = 100
    step: int = 1

    def __post_init__(self) -> None:
        faults = [*self._own_faults(), *self._channel_faults(), *self._group_faults()]
        if faults:
            raise ProblemError(faults)

    @cached_property
    def bounds(self) -> tuple[tuple[int, int], ...]:
        """Least and most spend per channel in minor units, over all its rules; least may exceed most."""
        return tuple(self._bounds_of(terms) for terms in self.channels)

    @cached_property
    def reserve_bounds(self) -> tuple[int, int]:
        """Least and most to hold back, in minor units; the least is rounded up, the most down."""
        low = ceil(self.budget * exact(self.reserve.min_share))
        return low, max(low, floor(self.budget * exact(self.reserve.max_share)))

    @cached_property
    def members(self) -> tuple[tuple[int, ...], ...]:
        """For each group, the places of its channels."""
        place = {terms.id: i for i, terms in enumerate(self.channels)}
        return tuple(tuple(sorted(place[name] for name in group.channels)) for group in self.groups)

    def _bounds_of(self, terms: ChannelTerms) -> tuple[int, int]:
        """The tightest bounds, on multiples of the step where there is one between them."""
        change_low, change_high = terms.change_bounds
        highs = [h for h in (terms.max_spend, change_high) if h is not None]
        low, high = max(terms.min_spend, change_low), min([self.budget, *highs])
        on_step = -(-low // self.step) * self.step, high // self.step * self.step
        return on_step if on_step[0] <= on_step[1] else (low, high)

    def _own_faults(self) -> Iterator[Fault]:
        if not 1 <= self.budget <= LARGEST_AMOUNT:
            yield Fault(("budget",), "The budget must be more than nothing and at most 1e18 minor units.")
        if self.step < 1 or self.minor_units < 1:
            yield Fault(("step",), "Step and minor units must be at least 1.")
        if not self.channels:
            yield Fault(("channels",), "A plan needs at least one channel.")
        yield from _band_faults(("reserve",), self.reserve.min_share, self.reserve.max_share, "share")
        worth = self.reserve.worth
        if not (isfinite(worth) and worth >= 0):
            yield Fault(("reserve", "unit_value"), "What a unit of the reserve is worth cannot be negative.")

    def _channel_faults(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for i, terms in enumerate(self.channels):
            at = ("channels", i)
            if terms.id in seen:
                yield Fault((*at, "id"), f"Channel {terms.id} is given twice.")
            seen.add(terms.id)
            yield from _band_faults(at, terms.min_spend, terms.max_spend, "spend")
            if terms.last_spend is not None and terms.last_spend < 0:
                yield Fault((*at, "last_spend"), f"Last spend of {terms.id} is negative.")
            for side in ("max_increase_share", "max_decrease_share"):
                share = getattr(terms, side)
                if share is not None and not (isfinite(share) and share >= 0):
                    yield Fault((*at, side), f"The change limit of {terms.id} must be a share of 0 or more.")

    def _group_faults(self) -> Iterator[Fault]:
        known, seen = {terms.id for terms in self.channels}, set()
        for i, group in enumerate(self.groups):
            at = ("groups", i)
            if group.name in seen:
                yield Fault((*at, "name"), f"Group {group.name} is given twice.")
            seen.add(group.name)
            if len(set(group.channels)) != len(group.channels) or not group.channels:
                yield Fault(
                    (*at, "channels"), f"Group {group.name} must name each channel once, and at least one."
                )
            for j, name in enumerate(group.channels):
                if name not in known:
                    yield Fault(
                        (*at, "channels", j), f"Group {group.name} names {name}, which is no channel."
                    )
            yield from _band_faults(at, group.min_share, group.max_share, "share")
            yield from _band_faults(at, group.min_spend, group.max_spend, "spend")


def exact(share: float) -> Fraction:
    """The share as it was written: 0.1 is a tenth, not its nearest binary number."""
    return Fraction(repr(float(share)))


def _band_faults(
    at: tuple[str | int, ...], low: float | None, high: float | None, what: str
) -> Iterator[Fault]:
    """Faults of a least and a most `share` or `spend`: negative, too large, or crossed."""
    top = 1 if what == "share" else LARGEST_AMOUNT
    for side, value in (("min", low), ("max", high)):
        if value is not None and not 0 <= value <= top:
            yield Fault((*at, f"{side}_{what}"), f"A {side}imum {what} must lie between 0 and {top:g}.")
    if low is not None and high is not None and low > high:
        yield Fault((*at, f"min_{what}"), f"The minimum {what} {low:g} is above the maximum {high:g}.")
