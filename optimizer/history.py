"""What is known: tidy, checked history of spend and results.

Rows come in any order and any mix of grains; here they become one `Series` per channel and
one for the whole shop, sorted by time. Nothing is guessed: a missing number stays missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import FloatArray
from optimizer.errors import Fault, HistoryError
from optimizer.periods import Event, Period

NARROWEST = 0.01  # standard deviation of the logarithm of an incrementality that is stated for sure
USUAL_SPREAD = 0.25  # of the logarithm of an incrementality that is stated without a range
METRICS = ("revenue", "conversions", "new_customers")


@dataclass(frozen=True)
class HistoryRow:
    """One channel's spend in one period, and what it brought as far as that is known.

    `revenue` is what the channel is credited with (negative after refunds); None is unknown.
    """

    channel: str
    period: Period
    spend: float
    revenue: float | None = None
    conversions: float | None = None
    new_customers: float | None = None
    impressions: float | None = None
    clicks: float | None = None


@dataclass(frozen=True)
class OutcomeRow:
    """The whole shop's result in one period, whatever brought it."""

    period: Period
    revenue: float | None = None
    conversions: float | None = None
    new_customers: float | None = None


@dataclass(frozen=True)
class Experiment:
    """A lift test: what a known change of one channel's spend brought, and how surely.

    `spend_change` is the change over the whole test, in currency; `incremental_revenue` what it
    brought, with `standard_error`.
    """

    channel: str
    first: Period
    last: Period
    spend_change: float
    incremental_revenue: float
    standard_error: float


@dataclass(frozen=True)
class Incrementality:
    """The share of a channel's credited revenue that it caused, as a user states it.

    It lies between `low` and `high` nine times in ten; all are above zero and in order. Without a
    range the standard deviation of its logarithm is USUAL_SPREAD.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def log_spread(self) -> float:
        """The standard deviation of its logarithm, at least NARROWEST."""
        if self.low is None and self.high is None:
            return USUAL_SPREAD
        low, high = self.low or self.value, self.high or self.value
        sides = 2 if self.low and self.high else 1
        return max(math.log(high / low) / (sides * 1.645), NARROWEST)


@dataclass(frozen=True, eq=False)
class Series:
    """Spend and result over time, sorted: all arrays have shape (periods,).

    `start` is the day number of each period's first day, `days` its length; `result` is NaN
    where it is unknown.
    """

    start: FloatArray
    days: FloatArray
    spend: FloatArray
    result: FloatArray

    @property
    def end(self) -> FloatArray:
        """Day number after each period's last day."""
        return np.asarray(self.start + self.days)

    def __len__(self) -> int:
        return len(self.start)

    def before(self, day: int) -> Series:
        """The rows that had ended by this day number."""
        known = self.end <= day
        return Series(self.start[known], self.days[known], self.spend[known], self.result[known])

    def within(self, period: Period) -> Recorded:
        """What is recorded of a period; rows that reach beyond it count by their days inside."""
        inside = np.minimum(self.end, period.end) - np.maximum(self.start, period.start)
        share = np.maximum(inside, 0.0) / self.days
        touched = share > 0
        spend, result = (float((v * share)[touched].sum()) for v in (self.spend, self.result))
        return Recorded(spend, result, float((share * self.days).sum()))


@dataclass(frozen=True)
class Recorded:
    """Spend and result of a period (NaN when part of the result is unknown), and how many days have rows."""

    spend: float
    result: float
    days: float


@dataclass(frozen=True, eq=False)
class History:
    """All that is known before the plan month, for one metric.

    `channels` maps each channel to its series; `shop` is the whole shop's result (its `spend`
    is zero), or None when it is unknown. `incrementality` is what a user states of single channels,
    `kinds` what kind a channel is of, in any words; channels without one are of one kind.
    """

    channels: dict[str, Series]
    shop: Series | None = None
    events: tuple[Event, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    incrementality: Mapping[str, Incrementality] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_attributed(self) -> bool:
        """Whether any channel has results of its own."""
        return any(np.isfinite(series.result).any() for series in self.channels.values())

    def before(self, day: int) -> History:
        """What was known on this day: rows and experiments that had ended, and channels that had any.

        Events are a calendar: they are known ahead.
        """
        channels = {name: series.before(day) for name, series in self.channels.items()}
        shop = self.shop.before(day) if self.shop else None
        return History(
            channels={name: series for name, series in channels.items() if len(series)},
            shop=shop if shop and len(shop) else None,
            events=self.events,
            experiments=tuple(test for test in self.experiments if test.last.end <= day),
            kinds=self.kinds,
        )


def gather(
    rows: Iterable[HistoryRow],
    outcomes: Iterable[OutcomeRow] = (),
    *,
    events: Iterable[Event] = (),
    experiments: Iterable[Experiment] = (),
    incrementality: Mapping[str, Incrementality] | None = None,
    kinds: Mapping[str, str] | None = None,
    metric: str = "revenue",
) -> History:
    """Sort rows into a `History` of one metric; experiments speak of revenue only.

    Raises `HistoryError` naming every row that repeats or overlaps another of its channel, and
    every negative spend.
    """
    rows, outcomes = list(rows), list(outcomes)
    faults = contradictions(rows, outcomes)
    if faults:
        raise HistoryError(faults)
    by_channel: dict[str, list[HistoryRow]] = {}
    for row in rows:
        by_channel.setdefault(row.channel, []).append(row)
    channels = {
        name: _series([(r.period, r.spend, getattr(r, metric)) for r in mine])
        for name, mine in sorted(by_channel.items())
    }
    known = [(o.period, 0.0, getattr(o, metric)) for o in outcomes if getattr(o, metric) is not None]
    return History(
        channels,
        _series(known) if known else None,
        tuple(events),
        tuple(experiments) if metric == "revenue" else (),
        incrementality or {},
        kinds or {},
    )


def _series(cells: list[tuple[Period, float, float | None]]) -> Series:
    cells = sorted(cells, key=lambda cell: cell[0].start)
    return Series(
        start=np.array([period.start for period, _, _ in cells], dtype=float),
        days=np.array([period.days for period, _, _ in cells], dtype=float),
        spend=np.array([spend for _, spend, _ in cells], dtype=float),
        result=np.array([np.nan if result is None else result for _, _, result in cells], dtype=float),
    )


def contradictions(rows: Sequence[HistoryRow], outcomes: Sequence[OutcomeRow]) -> list[Fault]:
    """Every negative spend, and every period that overlaps another of the same channel (or shop)."""
    faults = [
        Fault(("history", i, "spend"), f"Spend of {row.channel} in {row.period} is negative.")
        for i, row in enumerate(rows)
        if row.spend < 0
    ]
    owners = [("history", row.channel, row.period, i) for i, row in enumerate(rows)]
    owners += [("outcomes", "the shop", row.period, i) for i, row in enumerate(outcomes)]
    latest: dict[tuple[str, str], Period] = {}
    for kind, name, period, i in sorted(owners, key=lambda owner: (owner[2].start, owner[3])):
        before = latest.get((kind, name))
        if before and period.start < before.end:
            message = f"{period} of {name} overlaps {before}; each day may be given once."
            faults.append(Fault((kind, i, "period"), message))
        if not before or period.end > before.end:
            latest[kind, name] = period
    return faults
