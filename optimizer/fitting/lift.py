"""What is known of a channel's roi from outside its history: lift tests, and stated incrementality.

A test changed the spend of some days and saw revenue change. Predicted by a grid point at roi 1:

    unit = reference · Σ_days [unit(adstock with the change) - unit(adstock without)]

over the test's days and the days after it in which carried-over response still counts, on top of
a steady spend. The test's result is then normal around roi · unit · demand(test).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from optimizer.curves import FloatArray
from optimizer.demand import YEAR_DAYS, DemandFeatures
from optimizer.findings import Finding
from optimizer.fitting.belief import Belief, Effects
from optimizer.fitting.grid import RETENTION
from optimizer.fitting.month import TAIL_DAYS
from optimizer.fitting.panel import Panel
from optimizer.history import NINE_IN_TEN, Experiment, Incrementality

MOST_DAYS = 56  # of a test that are computed; a longer one is sampled at as many
BEFORE_DAYS = 56  # before a test: what was usual then
AGEING = 0.2  # of the logarithm of roi after a year: how far an old test may have become wrong


class RoiEvidence(Protocol):
    """Something known of roi at every grid point of a belief."""

    def on(self, belief: Belief) -> tuple[FloatArray, FloatArray]:
        """(points,) twice: precision p and pull q of a log likelihood q · roi - p · roi² / 2."""


@dataclass(frozen=True)
class Lift:
    """A test of one channel, ready to be compared with its curve.

    `base` and `change` are spend per day without and by the test, `days` its length; `revenue` is
    what the change brought, `spread` its standard deviation (with the test's age in it), `demand`
    the demand of the test's days against the plan month's average one.
    """

    test: Experiment
    base: float
    change: float
    days: int
    demand: float
    revenue: float
    spread: float

    @classmethod
    def of(cls, test: Experiment, panel: Panel, features: DemandFeatures, effects: Effects) -> Lift:
        """From a test and the history around it."""
        start, end = test.first.start, test.last.end
        change = test.spend_change / (end - start)
        base = _base(panel, panel.channels.index(test.channel), start, end, change)
        age = max(panel.plan_start - (start + end) / 2, 0.0) / YEAR_DAYS
        aged = abs(test.incremental_revenue) * AGEING * float(np.sqrt(age))
        return cls(
            test=test,
            base=base,
            change=max(change, -base),
            days=end - start,
            demand=_demand(start, end, panel, features, effects),
            revenue=test.incremental_revenue,
            spread=float(np.hypot(test.standard_error, aged)),
        )

    def unit(self, belief: Belief) -> FloatArray:
        """(points,): the revenue that the change brings at roi 1, in the test's demand."""
        count = min(self.days, MOST_DAYS)
        during = (np.arange(count) + 0.5) * self.days / count + 0.5
        after = np.arange(1, TAIL_DAYS + 1)
        retention = RETENTION[:, None]
        reached = np.hstack([1 - retention**during, (1 - retention**self.days) * retention**after])
        weight = np.append(np.full(count, self.days / count), np.ones(TAIL_DAYS))
        with_change = np.exp(belief.grid.log_unit((self.base + self.change * reached) / belief.reference))
        without = np.exp(belief.grid.log_unit(np.full((len(RETENTION), 1), self.base / belief.reference)))
        return np.asarray((with_change - without) @ weight * belief.reference * self.demand)

    def on(self, belief: Belief) -> tuple[FloatArray, FloatArray]:
        """The test's likelihood is normal in roi."""
        unit = self.unit(belief)
        return (unit / self.spread) ** 2, unit * self.revenue / self.spread**2

    @property
    def per_spend(self) -> tuple[float, float]:
        """The range of revenue per unit of spend that the test holds nine times in ten."""
        change, doubt = self.test.spend_change, NINE_IN_TEN * self.test.standard_error
        low, high = sorted(((self.revenue - doubt) / change, (self.revenue + doubt) / change))
        return low, high


@dataclass(frozen=True)
class Stated:
    """A stated share of credited revenue that was caused, as evidence about roi."""

    incrementality: Incrementality

    def on(self, belief: Belief) -> tuple[FloatArray, FloatArray]:
        """Caused roi is normal around the stated share of the credited one."""
        credited = np.exp(belief.log_roi + belief.log_roi_spread**2 / 2)
        mean = credited * self.incrementality.value
        precision = (mean * self.incrementality.log_spread) ** -2.0
        return precision, precision * mean


def lifts(
    tests: Sequence[Experiment], panel: Panel, features: DemandFeatures, effects: Effects
) -> dict[int, list[Lift]]:
    """The tests that ended before the plan month, by the channel's place on the panel."""
    found: dict[int, list[Lift]] = {}
    for test in tests:
        if test.channel in panel.channels and test.last.end <= panel.plan_start:
            channel = panel.channels.index(test.channel)
            found.setdefault(channel, []).append(Lift.of(test, panel, features, effects))
    return found


def unused(tests: Sequence[Experiment], plan_start: int, given: Collection[str]) -> Iterator[Finding]:
    """The tests that a plan cannot count with: they end too late, or their channel has a given curve."""
    for test in tests:
        dates: dict[str, float | str] = {"start": str(test.first), "end": str(test.last)}
        if test.last.end > plan_start:
            yield Finding("test_too_late", test.channel, dates)
        elif test.channel in given:
            yield Finding("test_of_given", test.channel, dates)


def roi_evidence(
    tested: Mapping[int, list[Lift]], stated: Mapping[int, Incrementality]
) -> dict[int, list[RoiEvidence]]:
    """All that is known from outside, by channel."""
    found: dict[int, list[RoiEvidence]] = {c: list(mine) for c, mine in tested.items()}
    for c, incrementality in stated.items():
        found.setdefault(c, []).append(Stated(incrementality))
    return found


def _base(panel: Panel, channel: int, start: int, end: int, change: float) -> float:
    """Spend per day without the change; of a test outside the history, what is usual where there was any.

    The recorded spend holds the change when it lies nearer to what was usual before plus the
    change than to what was usual; otherwise the change came on top of it.
    """
    recorded = _rate(panel, channel, start, end)
    usual = _rate(panel, channel, start - BEFORE_DAYS, start)
    if recorded is None and usual is None:
        return _mean(panel.spend[channel])
    if recorded is None or usual is None:
        return recorded or usual or 0.0
    holds_change = abs(recorded - usual - change) < abs(recorded - usual)
    return max(recorded - change, 0.0) if holds_change else recorded


def _mean(spend: FloatArray) -> float:
    """The mean of the periods with spend."""
    return float(spend[spend > 0].mean()) if spend.any() else 0.0


def _rate(panel: Panel, channel: int, start: int, end: int) -> float | None:
    """Mean daily spend between two days, None outside the history."""
    overlap = np.minimum(panel.start + panel.days, end) - np.maximum(panel.start, start)
    overlap = np.maximum(overlap, 0.0)
    return float(panel.spend[channel] @ overlap / overlap.sum()) if overlap.sum() > 0 else None


def _demand(start: int, end: int, panel: Panel, features: DemandFeatures, effects: Effects) -> float:
    """Demand of the test's days, as far as they lie on the calendar."""
    first = max(start, features.first)
    if first >= end:
        return 1.0
    begin, days = np.array([float(first)]), np.array([float(end - first)])
    level, _ = features.over(begin, days, effects.mean[: len(features.names)])
    return float(np.exp(level[0]))
