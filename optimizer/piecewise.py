"""Many response curves side by side, and the points at which the linear program sees them.

A curve's marginal return is piecewise linear (`curves`), so for any price of money the spend
that gains most, F(s) - price · s, is known in closed form. Those spends are the corners of the
linear program's segments, and their gains are the Lagrangian ceiling no plan can exceed.

Shapes: `lines` are the things money can go to, `measures` what spend brings (the objective is
measure 0), `pieces` the quadratic pieces of a curve, padded to the longest curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimizer.curves import FloatArray, ResponseCurve

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]
AT_ONCE = 300  # lines times prices up to which one larger question is quicker than several
BEYOND = 1e300  # where padding pieces start: no spend reaches them


@dataclass(frozen=True, eq=False)
class Polyline:
    """A measure that is straight between its points, as a draw of a curve or a count is; flat beyond them."""

    spend: FloatArray
    response: FloatArray

    @property
    def spline(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Knots, the slope that starts at each, and the response there."""
        return self.spend, np.append(np.diff(self.response) / np.diff(self.spend), 0.0), self.response

    @property
    def is_concave(self) -> bool:
        """Whether no stretch is steeper than the one before."""
        slopes = self.spline[1]
        return bool((np.diff(slopes) <= 1e-9 * max(float(np.abs(slopes).max()), 1e-300)).all())


@dataclass(frozen=True, eq=False)
class Spline:
    """A measure whose slope is straight between its knots, as a mean of draws is; flat beyond them.

    All have shape (knots,): spend, and the slope and the response there.
    """

    knots: FloatArray
    slopes: FloatArray
    values: FloatArray

    def __call__(self, spend: ArrayLike) -> FloatArray:
        """Response to each spend; shape as `spend`."""
        x = np.clip(np.asarray(spend, dtype=float), self.knots[0], self.knots[-1])
        k = np.clip(np.searchsorted(self.knots, x, side="right") - 1, 0, len(self.knots) - 2)
        bend = (self.slopes[k + 1] - self.slopes[k]) / (self.knots[k + 1] - self.knots[k])
        step = x - self.knots[k]
        return np.asarray(self.values[k] + step * (self.slopes[k] + 0.5 * bend * step))

    def marginal_at(self, spend: ArrayLike) -> FloatArray:
        """Response per further unit of spend; zero beyond the last knot."""
        x = np.asarray(spend, dtype=float)
        return np.where(x > self.knots[-1], 0.0, np.interp(x, self.knots, self.slopes))

    @property
    def spline(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Knots, with slope and response at each."""
        return self.knots, self.slopes, self.values

    @property
    def is_concave(self) -> bool:
        """Whether no unit brings more than the one before."""
        return bool((np.diff(self.slopes) <= 1e-9 * max(float(np.abs(self.slopes).max()), 1e-300)).all())


@dataclass(frozen=True, eq=False)
class AllOrNothing:
    """A curve of which only spend 0 and spend from `least` on may be used: straight between the two.

    A plan between them stands for a mixture of nothing and `least`; no price makes it better than
    the better of the two, so a Lagrangian ceiling over it is one over what may be used.
    """

    curve: ResponseCurve | Spline
    least: float

    @property
    def spline(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The curve's knots and the least spend, with slope and response of the curve itself."""
        knots = np.union1d(self.curve.spline[0], [self.least])
        return knots, self.curve.marginal_at(knots), self.curve(knots)

    @property
    def is_concave(self) -> bool:
        """The straight stretch is steeper than what follows when the curve bends down."""
        return self.curve.is_concave


Curve = ResponseCurve | Polyline | Spline | AllOrNothing


@dataclass(frozen=True, eq=False)
class Curves:
    """Quadratic pieces: F(s) = value + slope · (s - start) + bend · (s - start)² / 2.

    `start` has shape (lines, pieces); `value`, `slope` and `bend` (measures, lines, pieces);
    `concave` (lines,) tells the lines none of whose curves ever steepens.
    """

    start: FloatArray
    value: FloatArray
    slope: FloatArray
    bend: FloatArray
    concave: BoolArray

    @classmethod
    def of(cls, lines: Sequence[Sequence[Curve]]) -> Curves:
        """One line per entry, each with one curve per measure."""
        starts = [_union([curve.spline[0] for curve in line]) for line in lines]
        shape = (len(lines[0]), len(lines), max(len(start) for start in starts))
        pieces = cls(
            start=np.full(shape[1:], BEYOND),
            value=np.zeros(shape),
            slope=np.zeros(shape),
            bend=np.zeros(shape),
            concave=np.array([all(curve.is_concave for curve in line) for line in lines]),
        )
        for c, (line, start) in enumerate(zip(lines, starts, strict=True)):
            pieces.start[c, : len(start)] = start
            for m, curve in enumerate(line):
                tables = (pieces.value, pieces.slope, pieces.bend)
                for table, numbers in zip(tables, _pieces_from(curve, start), strict=True):
                    table[m, c, : len(start)] = numbers
        return pieces

    def scaled(self, spend_unit: float, units: FloatArray) -> Curves:
        """The same curves with spend counted in this unit, and each measure in its own, (measures,)."""
        unit = units[:, None, None]
        return replace(
            self,
            start=np.where(self.start < BEYOND, self.start / spend_unit, BEYOND),
            value=self.value / unit,
            slope=self.slope * (spend_unit / unit),
            bend=self.bend * (spend_unit**2 / unit),
        )

    def plus(self, lines: Sequence[Curve]) -> Curves:
        """With one measure more, whose knots are among the starts of pieces; in the units of these curves."""
        pieces = [_pieces_from(line, start) for line, start in zip(lines, self.start, strict=True)]
        value, slope, bend = (np.stack(table)[None] for table in zip(*pieces, strict=True))
        return replace(
            self,
            value=np.concatenate([self.value, value]),
            slope=np.concatenate([self.slope, slope]),
            bend=np.concatenate([self.bend, bend]),
            concave=self.concave & [line.is_concave for line in lines],
        )

    def at(self, spend: FloatArray) -> FloatArray:
        """Every measure at each spend: (lines, points) → (measures, lines, points)."""
        line, piece = self._piece(spend)
        step = spend - self.start[line, piece]
        slope, bend = self.slope[:, line, piece], self.bend[:, line, piece]
        return np.asarray(self.value[:, line, piece] + step * (slope + 0.5 * bend * step))

    def marginal(self, spend: FloatArray) -> FloatArray:
        """Every measure's gain per further unit: (lines, points) → (measures, lines, points)."""
        line, piece = self._piece(spend)
        step = spend - self.start[line, piece]
        return np.asarray(self.slope[:, line, piece] + self.bend[:, line, piece] * step)

    def best(self, weights: FloatArray, price: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
        """Where each line gains most between `low` and `high`.

        argmax_s  Σ_m weights_m F_m(s) - price · s;  weights (measures, lines), the rest (lines,).
        """
        slope, bend = (_weighed(weights, table) for table in (self.slope, self.bend))
        rest = ~(self.concave & (weights >= 0).all(axis=0))
        if not rest.any():
            return np.clip(self._crossing(slope, bend, price), low, high)
        tables = self.start, _weighed(weights, self.value), slope, bend
        if rest.all():
            return _peak(tables, price, low, high)
        spend = np.clip(self._crossing(slope, bend, price), low, high)
        spend[rest] = _peak(tuple(table[rest] for table in tables), price[rest], low[rest], high[rest])
        return spend

    def best_at_each(
        self, weights: FloatArray, prices: FloatArray, low: FloatArray, high: FloatArray
    ) -> FloatArray:
        """`best` at several prices, (prices, lines) → (lines, prices); few lines are asked all at once."""
        if prices.size > AT_ONCE:
            return np.stack([self.best(weights, price, low, high) for price in prices], axis=1)
        many = self.taken(np.tile(np.arange(len(low)), len(prices)))
        low, high = np.tile(low, len(prices)), np.tile(high, len(prices))
        found = many.best(np.tile(weights, len(prices)), prices.ravel(), low, high)
        return found.reshape(prices.shape).T

    def worthwhile(
        self, weights: FloatArray, price: FloatArray, low: FloatArray, high: FloatArray, room: float
    ) -> tuple[FloatArray, FloatArray]:
        """The range of each line outside of which it gains less than its best by more than `room`.

        To the whole piece: a range may be somewhat wider than it must.
        """
        value, slope, bend = (_weighed(weights, table) for table in (self.value, self.slope, self.bend))
        tables = self.start, value, slope, bend
        first, last = (np.clip(side, low[:, None], high[:, None]) for side in (self.start, self.end))
        turns = self.start + np.where(
            bend < 0, (price[:, None] - slope) / np.where(bend < 0, bend, -1.0), 0.0
        )
        tried = (first, np.clip(turns, first, last), last)
        most = np.max([_gains(tables, price, each) for each in tried], axis=0)
        most[(self.end < low[:, None]) | (self.start > high[:, None])] = -np.inf
        near = most >= most.max(axis=1, keepdims=True) - room
        line, end = np.arange(len(price)), near.shape[1] - 1
        return first[line, near.argmax(axis=1)], last[line, end - near[:, ::-1].argmax(axis=1)]

    def taken(self, lines: IntArray) -> Curves:
        """The curves of these lines."""
        return Curves(
            self.start[lines],
            self.value[:, lines],
            self.slope[:, lines],
            self.bend[:, lines],
            self.concave[lines],
        )

    def _crossing(self, slope: FloatArray, bend: FloatArray, price: FloatArray) -> FloatArray:
        """Where a marginal return that only falls passes the price."""
        above = (slope > price[:, None]) & (self.start < BEYOND)
        line, piece = np.arange(len(price)), np.maximum(above.sum(axis=1) - 1, 0)
        start, end, first, turn = (table[line, piece] for table in (self.start, self.end, slope, bend))
        step = np.where(turn < 0, (price - first) / np.where(turn < 0, turn, -1.0), BEYOND)
        return np.asarray(np.where(first > price, np.minimum(start + step, end), start))

    def _piece(self, spend: FloatArray) -> tuple[IntArray, IntArray]:
        """The line, and the piece of it, that each spend lies in: (lines, 1) and (lines, points)."""
        below = [(self.start <= column[:, None]).sum(axis=1) - 1 for column in spend.T]
        return np.arange(len(spend))[:, None], np.maximum(np.stack(below, axis=1), 0)

    @cached_property
    def end(self) -> FloatArray:
        """Where each piece ends, (lines, pieces)."""
        return _ends(self.start)


def _weighed(weights: FloatArray, table: FloatArray) -> FloatArray:
    """Σ_m weights_ml table_mlp, shape (lines, pieces)."""
    if len(weights) == 1:
        return np.asarray(table[0] if (weights == 1).all() else weights[0][:, None] * table[0])
    return np.asarray(np.einsum("ml,mlp->lp", weights, table))


def _union(knots: list[FloatArray]) -> FloatArray:
    return knots[0] if len(knots) == 1 else np.unique(np.concatenate(knots))


def _pieces_from(curve: Curve, start: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Value, slope and bend of one curve on pieces that start at `start`; flat beyond its end."""
    if isinstance(curve, AllOrNothing):
        return _straightened(curve, start)
    knots, slopes, values = curve.spline
    if start is knots and isinstance(curve, ResponseCurve):
        bend = np.append(np.diff(slopes) / np.diff(knots), 0.0)
        return values, np.append(slopes[:-1], 0.0), bend
    k = np.clip(np.searchsorted(knots, start, side="right") - 1, 0, len(knots) - 2)
    straight = isinstance(curve, Polyline)
    bend = np.zeros(len(start)) if straight else (np.diff(slopes) / np.diff(knots))[k]
    step = np.minimum(start, knots[-1]) - knots[k]
    over = start >= knots[-1]
    value = np.where(over, values[-1], values[k] + step * (slopes[k] + 0.5 * bend * step))
    return value, np.where(over, 0.0, slopes[k] + bend * step), np.where(over, 0.0, bend)


def _straightened(held: AllOrNothing, start: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The pieces of the curve, but a straight line up to the least spend."""
    value, slope, bend = _pieces_from(held.curve, start)
    chord = float(held.curve(held.least)) / held.least
    below = start < held.least
    return (
        np.where(below, chord * start, value),
        np.where(below, chord, slope),
        np.where(below, 0.0, bend),
    )


def _peak(tables: Sequence[FloatArray], price: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Where a curve of any shape gains most: at a piece's turning point, its start, or the range's end.

    `tables` are the pieces' start, value, slope and bend, (lines, pieces) each.
    The end of a piece need not be tried: it is where the next one starts.
    """
    start, _, slope, bend = tables
    ends = _ends(start)
    first, last = np.clip(start, low[:, None], high[:, None]), np.clip(ends, low[:, None], high[:, None])
    turns = start + np.where(bend < 0, (price[:, None] - slope) / np.where(bend < 0, bend, -1.0), 0.0)
    tries = np.clip(turns, first, last)
    gains = _gains(tables, price, tries)
    gains[(ends < low[:, None]) | (start > high[:, None])] = -np.inf
    line, best = np.arange(len(price)), gains.argmax(axis=1)
    at_end = np.maximum((start <= high[:, None]).sum(axis=1) - 1, 0)
    ended = _gains([table[line, at_end][:, None] for table in tables], price, high[:, None])[:, 0]
    return np.where(ended > gains[line, best], high, tries[line, best])


def _gains(tables: Sequence[FloatArray], price: FloatArray, spend: FloatArray) -> FloatArray:
    """What spend within each piece gains at the price, (lines, pieces)."""
    start, value, slope, bend = tables
    step = spend - np.minimum(start, BEYOND / 2)
    return np.asarray(value + step * (slope + 0.5 * bend * step) - price[:, None] * spend)


def _ends(start: FloatArray) -> FloatArray:
    return np.append(start[:, 1:], np.full((len(start), 1), BEYOND), axis=1)
