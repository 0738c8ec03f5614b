"""What is asked: next month's budget, the channels' terms, the rules, the reserve.

    maximise    Σ_c f_c(s_c) + v · R
    subject to  Σ_c s_c + R + U = B
                min_c ≤ s_c ≤ max_c,  groups,  outcome rules,  r_min · B ≤ R ≤ r_max · B,  U ≥ 0

Money is in integer minor units (cents, fen); curves are in currency units. U stays unallocated:
money that no channel and no reserve may take, or that would bring too little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, floor

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.errors import ProblemError
from optimizer.soundness import faults_of

RESPONSE = "response"  # the measure that is the objective itself
BREAK_EVEN = 1.0


@dataclass(frozen=True, eq=False)
class ChannelTerms:
    """What one channel may be given, and what it would bring.

    `curve` maps the month's spend in currency units to the objective; `measures` maps it to other
    things that rules speak of, such as revenue or conversions. Amounts are in minor units;
    `max_spend` None is unlimited; with `min_if_used` the channel gets nothing or at least that.
    The change limits are shares of `last_spend`; a channel that spent nothing last month, or is
    new, is not held by them. `draws` (draws, knots) are equally likely versions of the curve at
    its own knots, needed when the plan weighs risk.
    """

    id: str
    curve: ResponseCurve
    min_spend: int = 0
    max_spend: int | None = None
    last_spend: int | None = None
    max_increase_share: float | None = None
    max_decrease_share: float | None = None
    min_if_used: int = 0
    min_marginal_return: float | None = None
    paused: bool = False
    measures: Mapping[str, ResponseCurve] = field(default_factory=dict)
    draws: FloatArray | None = None

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

    def returns_until(self, minor_units: int) -> int | None:
        """The most that may be spent before a further unit brings less than `min_marginal_return`."""
        if self.min_marginal_return is None:
            return None
        knots, slopes, _ = self.curve.spline
        enough = np.flatnonzero(slopes >= self.min_marginal_return)
        if not len(enough):
            return 0
        k = int(enough[-1])
        if k == len(knots) - 1:
            return floor(float(knots[k]) * minor_units)
        share = (slopes[k] - self.min_marginal_return) / (slopes[k] - slopes[k + 1])
        return floor(float(knots[k] + share * (knots[k + 1] - knots[k])) * minor_units)

    def measure(self, name: str) -> ResponseCurve:
        """The curve of a measure; nothing at any spend when the channel has none."""
        return self.curve if name == RESPONSE else self.measures.get(name, NOTHING)


NOTHING = ResponseCurve(np.array([0.0, 1.0]), np.zeros(2), np.zeros(2))


@dataclass(frozen=True)
class Reserve:
    """The money held back: a band of shares of the budget, and what a unit of it is worth.

    `unit_value` is in objective per currency unit; None is break-even, one for one: money that
    would bring back less than itself stays in the reserve as far as the band allows. What one
    for one means in another objective is told by `objectives.break_even`.
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


@dataclass(frozen=True)
class Count:
    """How many of these channels are used: `min_channels` to `max_channels` get more than nothing."""

    name: str
    channels: tuple[str, ...]
    min_channels: int = 0
    max_channels: int | None = None


@dataclass(frozen=True)
class OutcomeRule:
    """A limit on what spend brings, summed over `channels` (all of them when empty).

    With F = baseline + Σ_c F_c(s_c) of a measure:  min_total ≤ F ≤ max_total  and
    Σ_c s_c ≤ max_cost · F. So 5 % of the shop's revenue is max_cost 0.05 with the revenue that
    comes anyway as baseline; a return of at least r is max_cost 1/r; a cost per conversion is
    max_cost on conversions; a capacity is max_total. Totals are in units of the measure, costs in
    currency units per unit of it.
    """

    name: str
    measure: str = RESPONSE
    channels: tuple[str, ...] = ()
    baseline: float = 0.0
    min_total: float | None = None
    max_total: float | None = None
    max_cost: float | None = None


@dataclass(frozen=True)
class Risk:
    """Plan for the mean of the worst outcomes: those below the `level` quantile's complement.

    With level 0.8 the objective is the mean of the worst fifth of the draws (conditional value at
    risk, Rockafellar and Uryasev, J. Risk 2 (2000) 21-41).
    """

    level: float = 0.8


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Everything `allocate` needs; refuses nonsense with every fault at once (`ProblemError`).

    `minor_units` per currency unit: 100 for CNY, 1 for JPY, 1000 for KWD. Spend is planned in
    multiples of `step` minor units, except where a bound leaves no multiple. Money that would
    bring less than `idle_value` per currency unit stays unallocated once the reserve is full.
    """

    channels: tuple[ChannelTerms, ...]
    budget: int
    reserve: Reserve = Reserve()
    groups: tuple[Group, ...] = ()
    minor_units: int = 100
    step: int = 1
    counts: tuple[Count, ...] = ()
    rules: tuple[OutcomeRule, ...] = ()
    risk: Risk | None = None
    idle_value: float = 0.0

    def __post_init__(self) -> None:
        faults = list(faults_of(self))
        if faults:
            raise ProblemError(faults)

    @cached_property
    def bounds(self) -> tuple[tuple[int, int], ...]:
        """Least and most spend per channel in minor units, over all its rules; least may exceed most."""
        return tuple(self._bounds_of(terms) for terms in self.channels)

    @cached_property
    def least_if_used(self) -> tuple[int, ...]:
        """Least spend of each channel that is used at all, on the step; nought where any spend will do.

        A channel that is counted must get at least one step to be used.
        """
        counted = {name for count in self.counts for name in count.channels}
        least = [self._on_step(terms.min_if_used, terms.id in counted) for terms in self.channels]
        return tuple(0 if some and self.bounds[i][0] else some for i, some in enumerate(least))

    def _on_step(self, amount: int, counted: bool) -> int:
        return max(-(-amount // self.step), int(counted)) * self.step

    @cached_property
    def reserve_bounds(self) -> tuple[int, int]:
        """Least and most to hold back, in minor units; the least is rounded up, the most down."""
        low = ceil(self.budget * exact(self.reserve.min_share))
        return low, max(low, floor(self.budget * exact(self.reserve.max_share)))

    def places(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Where these channels stand, in rising order; all of them when none is named."""
        return tuple(sorted(self._place[name] for name in names)) if names else tuple(self._place.values())

    @cached_property
    def _place(self) -> dict[str, int]:
        return {terms.id: place for place, terms in enumerate(self.channels)}

    def own_bounds(self, terms: ChannelTerms) -> list[tuple[str, int, int | None]]:
        """Each of a channel's own bounds: the field that sets it, least, and most (None: no limit)."""
        change_low, change_high = terms.change_bounds
        return [
            ("min_spend", terms.min_spend, None),
            ("max_spend", 0, terms.max_spend),
            ("max_decrease_share", change_low, None),
            ("max_increase_share", 0, change_high),
            ("min_marginal_return", 0, terms.returns_until(self.minor_units)),
        ]

    def _bounds_of(self, terms: ChannelTerms) -> tuple[int, int]:
        """The tightest bounds, on multiples of the step where there is one between them."""
        bounds = self.own_bounds(terms)
        low = max(least for _, least, _ in bounds)
        high = min([self.budget, *(most for _, _, most in bounds if most is not None)])
        if terms.paused or (low == 0 and high < terms.min_if_used):
            return 0, 0
        low = max(low, terms.min_if_used) if low else 0
        on_step = -(-low // self.step) * self.step, high // self.step * self.step
        return on_step if on_step[0] <= on_step[1] else (low, high)


@lru_cache(maxsize=1000)
def exact(share: float) -> Fraction:
    """The share as it was written: 0.1 is a tenth, not its nearest binary number."""
    return Fraction(repr(float(share)))
