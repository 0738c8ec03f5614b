"""All curves of a grid over one channel's results, each traced by a few numbers.

On the logarithm a response is smooth in that of adstock, so that a short Chebyshev series follows every curve
of the grid, x going from -1 at the channel's least adstock to 1 at its most:

    log_unit(t) = Σ_k weight(k) · cos(k · arccos(x(t)))

Between the curves of one retention only the weights differ: what is to be done with every period is done once
for each term and not for each of many curves. What several periods brought together follows no curve at one
adstock; it is a term of its own.

Reference: L. N. Trefethen, Approximation Theory and Approximation Practice, SIAM 2013, chapters 3 and 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial.chebyshev import chebpts1, chebvander

from optimizer.curves import FloatArray
from optimizer.fitting.grid import LEAST, RETENTION, SHAPE, Grid
from optimizer.fitting.settled import Settled

CLOSE = 1e-4  # of log_unit: how near a series comes to it


@dataclass(frozen=True, eq=False)
class Traced:
    """The log_unit of a whole grid over T results: R retentions with P points each, m terms.

    `terms` (R, m, T) and `weights` (R, P, m), in the grid's order.
    """

    terms: FloatArray
    weights: FloatArray

    def mean(self, share: FloatArray) -> FloatArray:
        """(T,): log_unit, each point with its share (points,)."""
        weights = share.reshape(len(self.weights), 1, -1) @ self.weights
        return np.asarray(weights.ravel() @ self.rows)

    @property
    def rows(self) -> FloatArray:
        """(R · m, T): all terms below each other."""
        retentions, count, periods = self.terms.shape
        return self.terms.reshape(retentions * count, periods)


def traced(grid: Grid, adstock: FloatArray, results: Settled) -> Traced:
    """The curves of a full grid, for adstock (retentions, periods) in units of the reference."""
    places = np.log(np.maximum(adstock[:, results.first], LEAST))
    apart = results.size > 1
    count = _enough(places[:, ~apart])
    if count > (~apart).sum():
        apart, count = np.ones_like(apart), 0
    size = count + int(apart.sum())
    terms, weights = np.zeros((len(RETENTION), size, len(results))), np.empty((len(grid), size))
    if count:
        terms[:, :count, ~apart], weights[:, :count] = _series(grid, places[:, ~apart], count)
    if apart.any():
        terms[:, count:, apart] = np.eye(size - count)
        together = results.of(apart)
        weights[:, count:] = np.log(together.mean(np.exp(grid.log_unit(adstock[:, together.periods]))))
    return Traced(terms, weights.reshape(len(RETENTION), len(grid) // len(RETENTION), size))


def _enough(places: FloatArray) -> int:
    """How many terms come CLOSE to the sharpest curve over log adstock (retentions, T).

    A curve is smooth up to π / shape beside the real line; by how far that is, against half the way from
    least to most, every term leaves less by the same factor.
    """
    if not places.size:
        return 0
    reach = max(float(np.ptp(places, axis=1).max()) / 2, LEAST)
    return int(np.ceil(-np.log(CLOSE) / np.arcsinh(np.pi / (SHAPE[-1] * reach)))) + 1


def _series(grid: Grid, places: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Terms (retentions, count, T) and weights (points, count), for log adstock (retentions, T)."""
    least, most = places.min(axis=1, keepdims=True), places.max(axis=1, keepdims=True)
    middle, reach = (least + most) / 2, np.maximum(most - least, LEAST) / 2
    knots, weighing = _knots(count)
    weights = grid.log_unit(np.exp(middle + reach * knots)) @ weighing
    return chebvander((places - middle) / reach, count - 1).swapaxes(1, 2), weights


@lru_cache(maxsize=64)
def _knots(count: int) -> tuple[FloatArray, FloatArray]:
    """Where a series is taken from a curve, (count,), and how its weights come from there, (count, count)."""
    knots = np.asarray(chebpts1(count))
    weighing: FloatArray = np.asarray(chebvander(knots, count - 1) * (2 / count))
    weighing[:, 0] /= 2
    return knots, weighing
