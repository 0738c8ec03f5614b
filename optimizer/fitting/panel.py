"""All series of a history on one time axis, as daily rates.

The axis has the coarsest grain that any series has (days are always gathered into weeks), so that
every number on it is known, not guessed. A channel without rows for some time spent nothing then, and
its result is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.history import History, Series
from optimizer.periods import Period

MOST_PERIODS = 208  # four years of weeks; what is older says little about next month
LOST_ROWS = 2  # so many missing rows in a row were lost; a longer gap is a pause
LATE_DAYS = 28  # after spend: so long what comes is taken to come of it
LAST_DAYS = 30  # "last month" of a history that ends in the middle of one


@dataclass(frozen=True, eq=False)
class Panel:
    """Rates per day; C channels, T periods, the largest channel first, sorted by time.

    `spend` (C, T) is zero where no row is; `result` (C, T) and `shop` (T,) are NaN where unknown.
    `start` (T,) is each period's first day number, `days` (T,) its length, `plan_start` the plan
    month's first day number; `kinds` (C,) what kind each channel is of.
    """

    channels: tuple[str, ...]
    start: FloatArray
    days: FloatArray
    spend: FloatArray
    result: FloatArray
    shop: FloatArray
    plan_start: int
    kinds: tuple[str, ...]

    @property
    def middle(self) -> FloatArray:
        """Day number in the middle of each period."""
        return np.asarray(self.start + self.days / 2)

    @property
    def end(self) -> int:
        """Day number after the last day."""
        return int(self.start[-1] + self.days[-1])

    @property
    def seed(self) -> int:
        """A number that the same history always gives, whatever its currency and names."""
        return crc32(self.days.tobytes() + self.is_known.tobytes() + np.isfinite(self.shop).tobytes())

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """(C, T): spend above zero with a known result."""
        return np.asarray((self.spend > 0) & np.isfinite(self.result))

    @cached_property
    def is_late(self) -> NDArray[np.bool_]:
        """(C, T): results that came within LATE_DAYS of spend, while nothing was spent."""
        late = np.zeros_like(self.is_known)
        for c, known in enumerate(self.is_known):
            spent = np.maximum.accumulate(np.where(self.spend[c] > 0, np.arange(len(known)), -1))
            after = self.start - (self.start + self.days)[spent]
            late[c] = (self.spend[c] == 0) & known[spent] & (spent >= 0) & (after < LATE_DAYS)
        return np.asarray(late & np.isfinite(self.result))

    @cached_property
    def roi(self) -> float:
        """What all channels with results of their own returned per unit of spend; 0 for nothing."""
        known = self.is_known
        return float(max(self.result[known].sum(), 0.0) / self.spend[known].sum()) if known.any() else 0.0

    @property
    def is_attributed(self) -> bool:
        """Whether channels have results of their own that say something."""
        return self.roi > 0

    @property
    def has_shop(self) -> bool:
        """Whether the whole shop's results are known and say something."""
        return bool((np.nan_to_num(self.shop) > 0).any())

    def last_spend(self, days: float) -> FloatArray:
        """(C,): what each channel spent in the last 30 days, brought to a month of `days`."""
        overlap = np.clip(self.start + self.days - (self.end - LAST_DAYS), 0, self.days)
        return np.asarray(self.spend @ overlap / overlap.sum() * days)


def panel(history: History, before: int) -> Panel:
    """The history up to day number `before`, on one axis."""
    channels = _in_order(history)
    series = list(channels.values()) + ([history.shop] if history.shop else [])
    axis = _axis(series, before)
    start = np.array([period.start for period in axis], dtype=float)
    days = np.array([period.days for period in axis], dtype=float)
    spend = [_rates(s, s.spend, start, days) for s in channels.values()]
    result = [_rates(s, s.result, start, days) for s in channels.values()]
    shape = (len(channels), len(axis))
    return Panel(
        tuple(channels),
        start,
        days,
        _filled(np.reshape(spend, shape)),
        np.reshape(result, shape),
        _rates(history.shop, history.shop.result, start, days)
        if history.shop
        else np.full(len(axis), np.nan),
        before,
        tuple(history.kinds.get(name, "") for name in channels),
    )


def _in_order(history: History) -> dict[str, Series]:
    """Channels by what they spent, the largest first: an order that names have no part in."""
    size = {name: (-s.spend.sum(), -np.nan_to_num(s.result).sum()) for name, s in history.channels.items()}
    return {name: history.channels[name] for name in sorted(size, key=lambda name: (size[name], name))}


def last_spend(history: History, month: Period) -> dict[str, float]:
    """What each channel spent in the last 30 days known before the month, at the month's length."""
    known = panel(history, month.start)
    spent = known.last_spend(month.days) if len(known.start) else np.zeros(len(known.channels))
    return {name: float(amount) for name, amount in zip(known.channels, spent, strict=True)}


def _axis(series: list[Series], before: int) -> list[Period]:
    """Whole periods of the coarsest grain, from the first day known to the last before the plan."""
    known = [s for s in series if len(s)]
    if not known:
        return []
    first = int(min(s.start[0] for s in known))
    last = int(min(max(s.end[-1] for s in known), before))
    longest = max(float(s.days.max()) for s in known)
    if longest > 7:
        period = Period.month(*date.fromordinal(first).timetuple()[:2])
    else:
        weekday = np.concatenate([s.start[s.days == 7] for s in known]).astype(int) % 7
        offset = int(np.bincount(weekday).argmax()) if len(weekday) else 1  # 1 modulo 7 is a Monday
        period = Period(date.fromordinal(first - (first - offset) % 7), 7)
    axis = []
    while period.end <= last:
        if period.start >= first:
            axis.append(period)
        period = period.next()
    return axis[-MOST_PERIODS:]


def _rates(series: Series, values: FloatArray, start: FloatArray, days: FloatArray) -> FloatArray:
    """Daily rates on the axis: NaN where less than half of a period's days is known."""
    if np.array_equal(series.start, start) and np.array_equal(series.days, days):
        return np.asarray(values / days)
    known = np.isfinite(values)
    rate = values[known] / series.days[known]
    begin, end = series.start[known], series.end[known]
    edges = np.append(start, start[-1:] + days[-1:])
    total = _cumulative(edges, begin, end, rate)
    covered = _cumulative(edges, begin, end, np.ones_like(rate))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(covered >= days / 2, total / covered, np.nan))


def _filled(spend: FloatArray) -> FloatArray:
    """Unknown spend as zero, but gaps of up to `LOST_ROWS` periods as the mean of their neighbours."""
    filled = np.nan_to_num(spend)
    for c, row in enumerate(np.isnan(spend)):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], row, [False]]).astype(int)))
        for begin, end in edges.reshape(-1, 2):
            if begin > 0 and end < len(row) and end - begin <= LOST_ROWS:
                filled[c, begin:end] = (spend[c, begin - 1] + spend[c, end]) / 2
    return filled


def _cumulative(edges: FloatArray, begin: FloatArray, end: FloatArray, rate: FloatArray) -> FloatArray:
    """Sum of rate · days of the intervals [begin, end) that fall between consecutive edges."""
    if not len(begin):
        return np.zeros(max(len(edges) - 1, 0))
    knots = np.stack([begin, end], axis=1).ravel()
    added = np.stack([np.zeros_like(rate), rate * (end - begin)], axis=1).ravel()
    return np.diff(np.interp(edges, knots, np.cumsum(added)))
