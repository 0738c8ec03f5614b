"""The past beside a curve: what a channel's months would have brought in the plan month.

A month's result is brought to the plan month's demand and length, and to the part of it that is
taken to be caused, so that it can be drawn into the picture of the curve:

    response = result · caused share · demand(plan month) / demand(then) · days(plan month) / days(then)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.belief import Belief
from optimizer.fitting.fitted import SeenMonth
from optimizer.fitting.plan_demand import PlanDemand
from optimizer.history import Series
from optimizer.periods import Period

MOST_MONTHS = 36
MISSING_DAYS = 6  # of a month at the edge of weekly rows: the rest is taken as alike


def caused_shares(own: Sequence[Belief], after: Sequence[Belief]) -> FloatArray:
    """(C,): what each channel is taken to cause of what it is credited with, by its returns."""
    return np.array([_mean_roi(b) / _mean_roi(a) for a, b in zip(own, after, strict=True)])


@dataclass(frozen=True, eq=False)
class PastMonths:
    """The whole months before the plan month, oldest first, with their first days and lengths (months,).

    `pace` is the plan month's length over theirs, `lift` what brings their results to its demand and length.
    """

    months: list[Period]
    start: FloatArray
    days: FloatArray
    pace: FloatArray
    lift: FloatArray

    @classmethod
    def of(cls, demand: PlanDemand) -> PastMonths:
        """The months that the panel covers, as good as."""
        months = _whole_months(demand)
        start, days = (np.array([getattr(m, name) for m in months], float) for name in ("start", "days"))
        pace = demand.month.days / days
        return cls(months, start, days, pace, demand.against(start, days) * pace if months else pace)

    def seen(self, series: Series, caused_share: float) -> tuple[SeenMonth, ...]:
        """Those in which the channel spent."""
        if not self.months or not len(series):
            return ()
        end = (self.start + self.days)[:, None]
        inside = np.minimum(series.end, end) - np.maximum(series.start, self.start[:, None])
        share = np.maximum(inside, 0.0) / series.days
        covered = np.maximum(share @ series.days, 1e-9)
        result = _sums(share, series.result) * self.days / covered
        spend = share @ series.spend * self.days / covered
        response = result * caused_share * self.lift
        return tuple(
            SeenMonth(
                month, float(spend[i]), _known(result[i]), float(spend[i] * self.pace[i]), _known(response[i])
            )
            for i, month in enumerate(self.months)
            if spend[i] > 0 and covered[i] >= month.days - MISSING_DAYS
        )


def _whole_months(demand: PlanDemand) -> list[Period]:
    last = date.fromordinal(demand.panel.end - 1)
    month = Period.month(last.year, last.month)
    found: list[Period] = []
    while month.start >= demand.features.first and len(found) < MOST_MONTHS:
        if month.end <= demand.panel.end + MISSING_DAYS and month.end <= demand.month.start:
            found.append(month)
        month = month.next(-1)
    return found[::-1]


def _sums(share: FloatArray, values: FloatArray) -> FloatArray:
    """(months,): sums of values by their shares; NaN where a row that counts is unknown."""
    unknown = (share > 0) @ np.isnan(values)
    return np.asarray(np.where(unknown, np.nan, share @ np.nan_to_num(values)))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _mean_roi(belief: Belief) -> float:
    """What a unit of spend is expected to return at the reference spend."""
    roi = np.exp(belief.log_roi + belief.log_roi_spread**2 / 2)
    return float(belief.share @ roi * np.exp(belief.noise**2 / 2))
