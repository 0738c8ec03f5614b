"""What a fit gives back: one curve per channel, how sure it is, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve, between
from optimizer.findings import Finding
from optimizer.periods import Period

LEAST_EXPLAINED = 3  # periods from which ups and downs are spoken of


@dataclass(frozen=True)
class Estimate:
    """A number and the range that holds it nine times in ten."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SeenMonth:
    """A past month of a channel: `paid` and credited with `result` then (currency, None: unknown).

    `spend` and `response` are the same at the plan month's length, demand and caused share.
    """

    month: Period
    paid: float
    result: float | None
    spend: float
    response: float | None


@dataclass(frozen=True, eq=False)
class FittedCurve:
    """What a channel's spend in the plan month is expected to bring.

    `curve` is the expectation, `draws` (draws, knots) equally likely versions of it at the same
    knots, `low` and `high` (knots,) the range that holds the truth nine times in ten. `prudent` is
    the curve to plan with: the expectation less a part of what is doubtful about leaving last
    month's spend, so that a plan moves money as far as the history can judge the move.
    `source` is where it comes from: attributed (the channel's own results), total (the shop's),
    combined (both), pooled (other channels), given (the user), or commission: then `commission` is the
    month's spend, which nobody decides, and the curve the straight line of what it sells for that.
    Spend is per plan month: `last_spend` is what was spent in the month before it,
    `observed_max_spend` the fastest spend seen, and `usual_spend` a usual month (of channels of its
    kind where it never spent), all at the plan month's length; None if unknown. `caused_share` is how
    much of what it is credited with it is taken to cause, None where it is credited with nothing;
    `look_back` finds the past months in which it spent.
    """

    channel: str
    source: str
    curve: ResponseCurve
    low: FloatArray
    high: FloatArray
    draws: FloatArray
    prudent: ResponseCurve
    last_spend: float | None = None
    observed_max_spend: float | None = None
    usual_spend: float | None = None
    parameters: dict[str, Estimate] = field(default_factory=dict)
    explained_share: float | None = None
    caused_share: float | None = None
    commission: Estimate | None = None
    look_back: Callable[[], tuple[SeenMonth, ...]] = tuple

    def drawn_at(self, spend: float | FloatArray) -> FloatArray:
        """Equally likely responses to one spend (draws,), or to some (draws, spends)."""
        return between(self.curve.spend, self.draws, spend)

    @cached_property
    def seen(self) -> tuple[SeenMonth, ...]:
        """The past months in which the channel spent, the oldest first."""
        return self.look_back()


@dataclass(frozen=True, eq=False)
class Demand:
    """How the plan month's demand compares, by season and events, for spend held alike.

    `month_factor` multiplies an average month; `against_last` compares with the `last` days of the
    history, as it would be `without_events` too. `event_factors` are the effects of named events that
    fall into the plan month, `last_event_factors` of those in the last days; `unseen_events` are of the
    month and of no day before. `baseline` is
    what the shop would sell without advertising, None when only attributed results are known;
    `baseline_draws` (draws,) are equally likely versions of it that belong to the curves' draws.
    """

    month_factor: float
    against_last: float
    event_factors: dict[str, float] = field(default_factory=dict)
    last: Period | None = None
    last_event_factors: dict[str, float] = field(default_factory=dict)
    without_events: float = 1.0
    unseen_events: tuple[str, ...] = ()
    baseline: Estimate | None = None
    baseline_draws: FloatArray | None = None


@dataclass(frozen=True, eq=False)
class Past:
    """Where the shop's sales came from, as it is expected: C channels, T periods; amounts per day.

    `brought` (C, T) is what each channel caused, `sold` (T,) what was to be expected of the shop at all,
    `result` (T,) what came; `start` (T,) is each period's first day number, `days` (T,) its length.
    """

    channels: tuple[str, ...]
    start: FloatArray
    days: FloatArray
    brought: FloatArray
    sold: FloatArray
    result: FloatArray

    @property
    def explained_share(self) -> float | None:
        """Share of the variance of log results that is explained; None where it cannot be told."""
        seen, missed = np.log(self.result), np.log(self.result / self.sold)
        if len(seen) < LEAST_EXPLAINED or seen.var() <= 0:
            return None
        return float(np.clip(1 - missed.var() / seen.var(), 0.0, 1.0))

    def share_of(self, channel: str) -> float | None:
        """Share of the shop's ups and downs that go with what one channel brought."""
        if len(self.result) < LEAST_EXPLAINED or self.result.var() <= 0:
            return None
        brought = self.brought[self.channels.index(channel)]
        together = np.mean((brought - brought.mean()) * (self.result - self.result.mean()))
        return float(np.clip(together / self.result.var(), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Fit:
    """The curves of one plan month, by channel, with what was noticed.

    `explained_share` is how much of all results' ups and downs curves and demand explain; `past` where
    the whole shop's sales came from. Both are None where nothing tells.
    """

    curves: dict[str, FittedCurve]
    demand: Demand
    findings: tuple[Finding, ...] = ()
    explained_share: float | None = None
    past: Past | None = None
