"""From what is believed of a channel to its curve for the plan month.

A month's spend s is spread evenly over its days. The adstock starts from what history left,
approaches s per day, and fades after the month; the response counts until it has faded, and what
would have come without the month's spend is subtracted:

    f(s) = demand · roi · reference · Σ_days [unit(state(s)) - unit(state(0))]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray, ResponseCurve, between
from optimizer.fitting.belief import Belief
from optimizer.fitting.grid import LEAST, RETENTION, Grid

KNOTS = 40
TAIL_DAYS = 28  # days after the month in which its carried-over response still counts
DRAWS = 200
RANGE = np.array([0.05, 0.95])
MASS, MOST_POINTS = 0.995, 200  # of the belief that a curve is made from
KINK = 1e-3  # of the spend to keep: how near it the knots on its two sides are
UNSEEN_PRUDENCE = 10.0  # more of them, for each time that doubt was widened for demand that nobody sees
PRUDENCE = 0.16  # standard deviations of doubt that a move away from the present mix must be worth


@dataclass(frozen=True, eq=False)
class MonthCurve:
    """A channel's response over monthly spend (knots,): expected, and equally likely draws of it.

    `marginal` (knots,) and `slopes` (draws, knots) are the responses' slopes.
    """

    spend: FloatArray
    response: FloatArray
    marginal: FloatArray
    draws: FloatArray
    slopes: FloatArray

    def times(self, factor: FloatArray) -> MonthCurve:
        """The curve at another demand: `factor` (draws,), its mean on the expectation."""
        mean, each = float(factor.mean()), factor[:, None]
        response, marginal = self.response * mean, self.marginal * mean
        return MonthCurve(self.spend, response, marginal, self.draws * each, self.slopes * each)

    @property
    def curve(self) -> ResponseCurve:
        """The expected response."""
        return as_curve(self.spend, self.response, self.marginal)

    @property
    def range(self) -> FloatArray:
        """(2, knots): between these is the response nine times in ten."""
        places = (len(self.draws) - 1) * RANGE
        below, ordered = places.astype(int), np.sort(self.draws, axis=0)
        share = (places - below)[:, None]
        return np.asarray(ordered[below] * (1 - share) + ordered[below + 1] * share)


def month_curve(
    belief: Belief, state: FloatArray, days: int, knots: FloatArray, rng: np.random.Generator
) -> MonthCurve:
    """The curve at average demand; `state` (retentions,) is the daily adstock at the month's start."""
    belief, pick, roi = _drawn(belief, rng)
    reference = belief.reference
    unit, slope = unit_month(belief.grid, state / reference, days, knots / reference)
    unit = unit * reference
    jitter = np.exp(belief.noise**2 / 2)  # the mean of results is above their logarithms' mean
    usual = belief.share * np.exp(belief.log_roi + belief.log_roi_spread**2 / 2) * jitter
    drawn = (roi * jitter)[:, None]
    return MonthCurve(knots, usual @ unit, usual @ slope, drawn * unit[pick], drawn * slope[pick])


def month_knots(reach: float, kept: float) -> FloatArray:
    """Spends from 0 to `reach` (at least 1), dense near zero and on both sides of the spend to keep."""
    reach = max(reach, 1.0)
    knots = reach * np.linspace(0.0, 1.0, KNOTS + 1) ** 2
    beside = kept * np.array([1 - KINK, 1 + KINK])
    if not 0 < beside[0] < beside[1] < reach:
        return np.asarray(knots)
    apart = np.abs(knots - kept) > 2 * KINK * kept
    apart[[0, -1]] = True
    return np.sort(np.concatenate([knots[apart], beside]))


def prudent(month: MonthCurve, kept: float, level: FloatArray, unseen: float = 0.0) -> ResponseCurve:
    """The expected response less some standard deviations of its change against the spend to keep.

    These are PRUDENCE, and UNSEEN_PRUDENCE for each time that doubt was widened for unseen demand
    (`unseen`): spend that follows such demand looks like effect, and by how much nobody knows.

    A move that the history can judge costs next to nothing; one that it cannot must promise more
    than its doubt. `level` (draws,) is how far all channels together are above what is expected in
    each draw: what is uncertain for all alike does not count.
    """
    prudence = PRUDENCE + UNSEEN_PRUDENCE * unseen
    apart, slopes = month.draws / level[:, None], month.slopes / level[:, None]
    apart -= between(month.spend, apart, kept)[:, None]
    apart -= apart.mean(axis=0)
    slopes -= slopes.mean(axis=0)
    doubt = np.sqrt(np.einsum("dk,dk->k", apart, apart) / len(apart))
    together = np.einsum("dk,dk->k", apart, slopes) / len(apart)
    slope = np.divide(together, doubt, out=np.zeros_like(doubt), where=doubt > 1e-12 * doubt.max())
    response = month.response - prudence * (doubt - doubt[0])
    return as_curve(month.spend, response, month.marginal - prudence * slope)


def as_curve(spend: FloatArray, response: FloatArray, marginal: FloatArray) -> ResponseCurve:
    """A table as a curve; at zero, where the slope may be infinite, the parabola to the first knot."""
    marginal = np.maximum(marginal, 0.0)
    first = response[1] / spend[1]
    marginal[0] = max(2 * first - marginal[1], first, 0.0)
    return ResponseCurve(spend, np.maximum.accumulate(response), marginal)


def _drawn(belief: Belief, rng: np.random.Generator) -> tuple[Belief, NDArray[np.intp], FloatArray]:
    """The belief on its likeliest points; and draws from it: which of those points, at what roi."""
    if belief.samples is None:
        belief = belief.likeliest(MASS, MOST_POINTS)
        cumulated = np.cumsum(belief.share)
        pick = np.searchsorted(cumulated / cumulated[-1], rng.random(DRAWS), side="right")
        normal = rng.normal(size=DRAWS)
        return belief, pick, np.exp(belief.log_roi[pick] + belief.log_roi_spread[pick] * normal)
    points, roi = belief.samples
    each = np.linspace(0, len(points) - 1, DRAWS).astype(int)
    return belief, points[each], roi[each]


def unit_month(
    points: Grid, state: FloatArray, days: int, spend: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Response of a month in days of reference spend, (points, knots), and its slope.

    `state` (retentions,) and `spend` (knots,), for the whole month, are in units of the reference.
    """
    since, left, count = (side[:, None] for side in _stages(days))
    retention = RETENTION[:, None, None]
    gain = (1 - retention**since) * retention**left / days
    adstock = np.maximum(retention ** (since + left) * state[:, None, None] + gain * spend, LEAST)
    hill = points.hill(adstock.reshape(len(RETENTION), -1)).reshape(-1, *adstock.shape[1:])
    value = count[:, 0] @ hill
    bend = (gain / adstock)[points.retention]
    bend *= hill
    bend *= np.subtract(1.0, hill, out=hill)
    top = (1 + points.half)[:, None]
    return (value - value[:, :1]) * top, count[:, 0] @ bend * points.shape[:, None] * top


@lru_cache(maxsize=8)
def _stages(days: int) -> FloatArray:
    """Groups of alike days: (spending days so far, days since the month ended, how many days), each
    (stages,)."""
    during = pairwise([1, 2, 4, 7, 12, 20, days + 1])
    after = pairwise([1, 2, 4, 7, 12, 20, TAIL_DAYS + 1])
    month = [((a + b - 1) / 2, 0.0, b - a) for a, b in during]
    return np.array(month + [(days, (a + b - 1) / 2, b - a) for a, b in after], dtype=float).T
