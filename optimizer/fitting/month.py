"""From what is believed of a channel to its curve for the plan month.

A month's spend s is spread evenly over its days. The adstock starts from what history left,
approaches s per day, and fades after the month; the response counts until it has faded, and what
would have come without the month's spend is subtracted:

    f(s) = roi · reference · Σ_days [unit(state(s)) - unit(state(0))] · demand
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.fitting.belief import Belief
from optimizer.fitting.grid import LEAST, RETENTION, Grid

KNOTS = 40
TAIL_DAYS = 28  # days after the month in which its carried-over response still counts
DRAWS = 200
MASS = 0.999  # of the belief that the curve is made from
MOST_POINTS = 250


@dataclass(frozen=True, eq=False)
class MonthCurves:
    """A channel's expected curve for the month, and equally likely versions (draws, knots) of it."""

    curve: ResponseCurve
    draws: FloatArray
    points: NDArray[np.intp]


def month_curves(
    belief: Belief, state: FloatArray, days: int, reach: float, rng: np.random.Generator
) -> MonthCurves:
    """Curves over monthly spend from 0 to `reach`; `state` is the adstock at the month's start.

    `state` (retentions,) is in currency per day. Responses are at average demand.
    """
    kept = np.argsort(-belief.share, kind="stable")[:MOST_POINTS]
    kept = kept[: int(np.searchsorted(np.cumsum(belief.share[kept]), MASS)) + 1]
    share = belief.share[kept] / belief.share[kept].sum()
    spend = reach * np.concatenate([[0.0], np.geomspace(1e-4, 1.0, KNOTS) * 0.5, [0.0]])
    spend = _knots(reach)
    unit, slope = unit_month(belief.grid.at(kept), state / belief.reference, days, spend / belief.reference)
    unit, slope = unit * belief.reference, slope
    spread = belief.log_roi_spread[kept]
    roi = np.exp(belief.log_roi[kept] + (spread**2 + belief.noise**2) / 2)
    response, marginal = (share * roi) @ unit, (share * roi) @ slope
    pick = rng.choice(len(kept), DRAWS, p=share)
    drawn = np.exp(belief.log_roi[kept][pick] + spread[pick] * rng.normal(size=DRAWS) + belief.noise**2 / 2)
    return MonthCurves(_curve(spend, response, marginal), drawn[:, None] * unit[pick], kept)


def _knots(reach: float) -> FloatArray:
    """Spend at the knots: dense near zero, where curves bend most."""
    return np.asarray(reach * np.linspace(0.0, 1.0, KNOTS + 1) ** 2)


def _curve(spend: FloatArray, response: FloatArray, marginal: FloatArray) -> ResponseCurve:
    """A table as a curve; at zero, where the slope may be infinite, the parabola to the first knot."""
    marginal = marginal.copy()
    marginal[0] = max(2 * response[1] / spend[1] - marginal[1], response[1] / spend[1])
    return ResponseCurve(spend, np.maximum.accumulate(response), np.maximum(marginal, 0.0))


def unit_month(
    points: Grid, state: FloatArray, days: int, spend: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Response of a month in days of reference spend, (points, knots), and its slope per day's spend.

    `state` (retentions,) and `spend` (knots,) are in units of the reference, spend for the month.
    """
    value = np.zeros((len(points), len(spend)))
    slope = np.zeros_like(value)
    retention, shape = RETENTION[points.retention][:, None], points.shape[:, None]
    scale = np.exp(shape * points.log_half[:, None])
    for day, left, count in _stages(days):
        carry = retention**day * state[points.retention][:, None]
        gain = (1 - retention ** min(day, days)) * retention**left / days
        adstock = np.maximum(carry + gain * spend, LEAST)
        power = adstock**shape
        hill = power / (scale + power)
        value += count * hill
        slope += count * shape * hill * (1 - hill) / adstock * gain
    top = 1 + scale
    return (value - value[:, :1]) * top, slope * top


def _stages(days: int) -> list[tuple[float, float, float]]:
    """Groups of alike days: (day since the month began, days since it ended, how many days)."""
    during = [1, 2, 3, 5, 8, 12, 18, days + 1]
    after = [1, 2, 3, 5, 8, 12, 18, TAIL_DAYS + 1]
    stages = [((a + b - 1) / 2, 0.0, float(b - a)) for a, b in zip(during, during[1:], strict=False)]
    tail = [((a + b - 1) / 2, float(b - a)) for a, b in zip(after, after[1:], strict=False)]
    return stages + [(days + left, left, count) for left, count in tail]
