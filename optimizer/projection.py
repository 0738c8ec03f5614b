"""Where a month that has begun will end: what came so far, and the rest as far as the plan was right.

With plan p for the month and its range (nine times in ten), a share d of the month gone and y come so far,

    r = y / (d · p)                                    how the month went against the plan
    m = ln r · s_p² / (s_p² + s_o²)                    believed as far as the plan's own doubt s_p allows
    end = y + (1 - d) · p · exp(m ± 1.645 · s)         s² = s_p² s_o² / (s_p² + s_o²) + s_w² / weeks left

s_w is how far weeks usually stray (standard deviation of the logarithm), s_o = s_w / √(weeks gone).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt

from optimizer.history import NINE_IN_TEN

LEAST_DOUBT, LEAST_RATIO = 0.02, 0.02
USUAL_STRAY, STRAY_RANGE, STRAY_FROM = 0.2, (0.05, 0.6), 6


@dataclass(frozen=True)
class Projection:
    """The month's end: expected, and the range that holds it nine times in ten."""

    value: float
    low: float
    high: float

    def later(self, before: float) -> Projection:
        """The end when this much had come before."""
        return Projection(before + self.value, before + self.low, before + self.high)


def project(
    actual: float, planned: Projection, *, days_gone: int, days: int, stray: float = USUAL_STRAY
) -> Projection:
    """The month's end from what came in `days_gone` of its `days`.

    Without a plan above zero to go by, the month goes on at the pace it had.
    """
    gone = days_gone / days
    if not 0 < gone < 1:
        return planned if days_gone == 0 else Projection(actual, actual, actual)
    pace_stray = stray / sqrt(days_gone / 7)
    level, doubt = actual / gone, pace_stray
    if planned.value > 0:
        own = _doubt(planned)
        trust = own**2 / (own**2 + pace_stray**2)
        level = planned.value * exp(trust * log(max(actual / (gone * planned.value), LEAST_RATIO)))
        doubt = own * pace_stray / sqrt(own**2 + pace_stray**2)
    rest, spread = (1 - gone) * level, sqrt(doubt**2 + stray**2 / ((days - days_gone) / 7))
    ends = sorted(actual + rest * exp(side * NINE_IN_TEN * spread) for side in (-1, 0, 1))
    return Projection(actual + rest, ends[0], ends[2])


def stray_of(weekly: Sequence[float]) -> float:
    """How far a channel's weeks stray from one another: from the changes of the logarithm, week to week.

    Medians, so that one festival does not count as noise; the usual figure for fewer than seven weeks.
    """
    logs = [log(value) for value in weekly if value > 0]
    steps = sorted(abs(later - earlier) for earlier, later in pairwise(logs))
    if len(steps) < STRAY_FROM:
        return USUAL_STRAY
    typical = steps[len(steps) // 2] / 0.6745 / sqrt(2)  # the median of |N(0, 1)| is 0.6745
    return min(max(typical, STRAY_RANGE[0]), STRAY_RANGE[1])


def summed(parts: Sequence[Projection]) -> Projection:
    """The sum of parts that stray independently of one another."""
    value = sum(part.value for part in parts)
    below = sqrt(sum((part.value - part.low) ** 2 for part in parts))
    above = sqrt(sum((part.high - part.value) ** 2 for part in parts))
    return Projection(value, value - below, value + above)


def _doubt(planned: Projection) -> float:
    """The plan's doubt as a standard deviation of the logarithm."""
    low = max(planned.low, LEAST_RATIO * planned.value)
    return max((log(max(planned.high, low)) - log(low)) / (2 * NINE_IN_TEN), LEAST_DOUBT)
