"""What is known: tidy, checked history of spend and results.

Rows come in any order and any mix of grains; here they become one `Series` per channel and
one for the whole shop, sorted by time. Nothing is guessed: a missing number stays missing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.errors import Fault, HistoryError
from optimizer.periods import Event, Period

NARROWEST = 0.01  # standard deviation of the logarithm of an incrementality that is stated for sure
NINE_IN_TEN = 1.645  # standard deviations on both sides that hold nine in ten
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
        return max(math.log(high / low) / (sides * NINE_IN_TEN), NARROWEST)


@dataclass(frozen=True)
class Commission:
    """How a channel is paid that costs a `rate` of the revenue it sells, and nothing else.

    `value` is the month's revenue as a user states it, between `low` and `high` nine times in ten;
    None where its history is to tell. `causes` is the share of its sales that it causes.
    """

    rate: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    causes: float = 1.0


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
class Seller:
    """A channel paid by commission: its terms, what it `sold` (revenue), and what of the metric that counts
    came with a unit of revenue."""

    commission: Commission
    sold: Series
    per_revenue: float


@dataclass(frozen=True, eq=False)
class History:
    """All that is known before the plan month, for one metric.

    `channels` maps each channel to its series; `shop` is the whole shop's result (its `spend`
    is zero), or None when it is unknown. `incrementality` is what a user states of single channels,
    `kinds` what kind a channel is of, in any words; channels without one are of one kind. `sellers`
    are the channels paid by commission: they have no curve to fit and are not among `channels`.
    """

    channels: dict[str, Series]
    shop: Series | None = None
    events: tuple[Event, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    incrementality: Mapping[str, Incrementality] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    sellers: Mapping[str, Seller] = field(default_factory=dict)

    @property
    def is_attributed(self) -> bool:
        """Whether any channel has results of its own."""
        return any(np.isfinite(series.result).any() for series in self.channels.values())

    def before(self, day: int) -> History:
        """What was known on this day: rows and experiments that had ended, and channels that had any.

        Events are a calendar: they are known ahead. What a user states of channels holds at all times.
        """
        channels = {name: series.before(day) for name, series in self.channels.items()}
        shop = self.shop.before(day) if self.shop else None
        return History(
            channels={name: series for name, series in channels.items() if len(series)},
            shop=shop if shop and len(shop) else None,
            events=self.events,
            experiments=tuple(test for test in self.experiments if test.last.end <= day),
            incrementality=self.incrementality,
            kinds=self.kinds,
            sellers={n: replace(seller, sold=seller.sold.before(day)) for n, seller in self.sellers.items()},
        )


def gather(
    rows: Iterable[HistoryRow],
    outcomes: Iterable[OutcomeRow] = (),
    *,
    events: Iterable[Event] = (),
    experiments: Iterable[Experiment] = (),
    incrementality: Mapping[str, Incrementality] | None = None,
    kinds: Mapping[str, str] | None = None,
    commissions: Mapping[str, Commission] | None = None,
    metric: str | Mapping[str, float] = "revenue",
) -> History:
    """Sort rows into a `History` of one metric, or several weighed together; experiments speak of revenue.

    Channels of `commissions` are kept apart, with or without rows. Raises `HistoryError` naming every
    row that repeats or overlaps another of its channel, and every negative spend.
    """
    rows, outcomes = list(rows), list(outcomes)
    faults = contradictions(rows, outcomes)
    if faults:
        raise HistoryError(faults)
    by_channel = _by_channel(rows)
    sellers = {
        name: _seller(commission, by_channel.pop(name, []), metric)
        for name, commission in sorted((commissions or {}).items())
    }
    channels = {
        name: _series([(r.period, r.spend, _result(r, metric)) for r in mine])
        for name, mine in sorted(by_channel.items())
    }
    told = [(o.period, _result(o, metric)) for o in outcomes]
    shop = [(period, 0.0, result) for period, result in told if result is not None]
    return History(
        channels,
        _series(shop) if shop else None,
        tuple(events),
        tuple(experiments) if metric == "revenue" else (),
        incrementality or {},
        kinds or {},
        sellers,
    )


def _by_channel(rows: list[HistoryRow]) -> dict[str, list[HistoryRow]]:
    found: dict[str, list[HistoryRow]] = {}
    for row in rows:
        found.setdefault(row.channel, []).append(row)
    return found


def _result(row: HistoryRow | OutcomeRow, metric: str | Mapping[str, float]) -> float | None:
    """A row's result; None where any part of it is unknown."""
    weights = {metric: 1.0} if isinstance(metric, str) else metric
    parts = [getattr(row, name) for name in weights]
    if None in parts:
        return None
    return float(sum(part * weight for part, weight in zip(parts, weights.values(), strict=True)))


def _seller(commission: Commission, rows: list[HistoryRow], metric: str | Mapping[str, float]) -> Seller:
    """What a channel paid by commission sold; where a row does not tell, its cost at the rate does."""
    sold = [row.spend / commission.rate if row.revenue is None else row.revenue for row in rows]
    results = [(x, _result(row, metric)) for row, x in zip(rows, sold, strict=True)]
    revenue = sum(x for x, result in results if result is not None)
    brought = sum(result for _, result in results if result is not None)
    per_revenue = 1.0 if metric == "revenue" else max(brought, 0.0) / revenue if revenue > 0 else 0.0
    cells: list[tuple[Period, float, float | None]] = [
        (row.period, row.spend, x) for row, x in zip(rows, sold, strict=True)
    ]
    return Seller(commission, _series(cells), per_revenue * commission.causes)


def _series(cells: Sequence[tuple[Period, float, float | None]]) -> Series:
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
