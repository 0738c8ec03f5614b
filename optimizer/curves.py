"""What a month's spend brings: response curves.

Every curve of a plan, fitted or given, becomes one `ResponseCurve`: a table of spend,
response and marginal return, joined by a quadratic spline whose marginal return is
piecewise linear. So a curve bends down exactly where its table does, and its slope is
known in closed form everywhere.

Reference: L. L. Schumaker, On shape preserving quadratic spline interpolation,
SIAM J. Numer. Anal. 20 (1983) 853-864.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizer.errors import CurveError, Fault

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ResponseCurve:
    """Response to a month's spend, from 0 to the last knot; flat beyond it.

    `spend`, `response` and `marginal` have shape (knots,): spend in currency units, rising
    strictly from 0; response in units of the objective, never falling; marginal is the slope
    of response at the knot, never negative. Response at zero spend is zero.
    Raises `CurveError` when the table is no curve.
    """

    spend: FloatArray
    response: FloatArray
    marginal: FloatArray

    def __post_init__(self) -> None:
        tables = (self.spend, self.response, self.marginal)
        if any(t.ndim != 1 or t.shape != self.spend.shape or len(t) < 2 for t in tables):
            raise CurveError([Fault((), "A curve needs at least two points.")])
        if not all(np.isfinite(t).all() for t in tables):
            raise CurveError([Fault((), "A curve's numbers must be finite.")])
        if self.spend[0] != 0 or self.response[0] != 0 or (np.diff(self.spend) <= 0).any():
            raise CurveError([Fault((), "A curve starts at spend 0 with response 0, and its spend rises.")])
        if (np.diff(self.response) < 0).any() or (self.marginal < 0).any():
            raise CurveError([Fault((), "A curve's response never falls as spend rises.")])

    @classmethod
    def of(
        cls,
        response: Callable[[FloatArray], FloatArray],
        marginal: Callable[[FloatArray], FloatArray],
        spend: FloatArray,
    ) -> ResponseCurve:
        """The curve through `response(spend)`, less its value at zero, with slopes `marginal(spend)`."""
        value = response(spend)
        return cls(spend, np.maximum.accumulate(value - value[0]), np.maximum(marginal(spend), 0.0))

    def __call__(self, spend: ArrayLike) -> FloatArray:
        """Response to each spend; shape as `spend`."""
        x = np.clip(np.asarray(spend, dtype=float), 0.0, self.spend[-1])
        knots, slopes, values = self.spline
        k = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, len(knots) - 2)
        bend = (slopes[k + 1] - slopes[k]) / (knots[k + 1] - knots[k])
        step = x - knots[k]
        return np.asarray(values[k] + step * (slopes[k] + 0.5 * bend * step))

    def marginal_at(self, spend: ArrayLike) -> FloatArray:
        """Response per further unit of spend; zero beyond the last knot."""
        x = np.asarray(spend, dtype=float)
        knots, slopes, _ = self.spline
        return np.where(x > self.spend[-1], 0.0, np.interp(x, knots, slopes))

    @cached_property
    def is_concave(self) -> bool:
        """Whether every further unit of spend brings at most as much as the one before."""
        slopes = self.spline[1]
        return bool((np.diff(slopes) <= 1e-9 * max(slopes.max(), 1e-300)).all())

    def scaled(self, factor: float) -> ResponseCurve:
        """The same curve with its response multiplied by `factor` ≥ 0."""
        return ResponseCurve(self.spend, self.response * factor, self.marginal * factor)

    def stretched(self, length: float, factor: float) -> ResponseCurve:
        """The curve of a month `length` times as long, every day of which has `factor` times the demand."""
        return ResponseCurve(self.spend * length, self.response * length * factor, self.marginal * factor)

    @cached_property
    def spline(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Knots (the table's and one between each pair), with slope and response at each.

        In an interval whose end slopes lie on either side of its mean slope, the extra knot is
        put where the slope equals that mean, which keeps the slope monotone; elsewhere in the
        middle, with the slope that makes the rise fit.
        """
        rise = np.diff(self.response) / np.diff(self.spend)
        start, end = self.marginal[:-1], self.marginal[1:]
        above, below = (np.where(np.abs(gap) <= 1e-9 * rise, 0.0, gap) for gap in (start - rise, rise - end))
        monotone, total = above * below >= 0, above + below
        share = np.where(monotone & (total != 0), below / np.where(total == 0, 1.0, total), 0.5)
        share = np.clip(share, 1e-6, 1 - 1e-6)
        middle = np.maximum(2 * rise - share * start - (1 - share) * end, 0.0)
        middle = np.where(monotone, np.clip(middle, np.minimum(start, end), np.maximum(start, end)), middle)
        knots, slopes = (np.empty(2 * len(self.spend) - 1) for _ in range(2))
        knots[::2], slopes[::2] = self.spend, self.marginal
        knots[1::2], slopes[1::2] = self.spend[:-1] + share * np.diff(self.spend), middle
        steps = np.diff(knots) * (slopes[:-1] + slopes[1:]) / 2
        return knots, slopes, np.concatenate([[0.0], np.cumsum(steps)])


def between(knots: FloatArray, tables: FloatArray, at: float | FloatArray) -> FloatArray:
    """Each table's value (tables,) at one point, or (tables, points) at some, by straight lines.

    `tables` (tables, knots); beyond the knots, the value at the nearest.
    """
    right = np.clip(np.searchsorted(knots, at), 1, len(knots) - 1)
    share = np.clip((at - knots[right - 1]) / (knots[right] - knots[right - 1]), 0.0, 1.0)
    return np.asarray(tables[:, right - 1] * (1 - share) + tables[:, right] * share)
