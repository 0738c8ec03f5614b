"""The three numbers in which a response curve is not linear, laid out on a grid.

On a day with adstock a a channel brings

    roi · reference · hill(a) / hill(reference),    hill(a) = a^shape / (half^shape + a^shape)

`reference` is the channel's usual daily spend and `roi` what it returns there, so that roi means
the same at every grid point. What is known before looking: half-saturation is around 1.2 times
the usual spend, shape around 1, and carry-over lasts days rather than weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray

RETENTION = np.array([0.0, 0.4, 0.7, 0.85, 0.93])  # per day
RETENTION_SHARE = np.array([0.25, 0.25, 0.25, 0.17, 0.08])
HALF_CENTRE, HALF_SPREAD = np.log(1.2), 0.9  # of log(half-saturation / reference)
SHAPE = np.array([0.5, 0.65, 0.8, 0.95, 1.2, 1.6, 2.2, 3.0])
SHAPE_CENTRE, SHAPE_SPREAD = -0.02, 0.45  # of log shape
MOST_PART = 0.5  # of a grid that is worth a closer look
LIKELY = 100  # points: so many of the likeliest are looked at closer, however unlikely
FAMILIAR = 1e-3  # a point less likely than this, against the likeliest, is out of the question
LEAST = 1e-9  # of the reference: adstock below it counts as none


@dataclass(frozen=True, eq=False)
class Grid:
    """Grid points in one row each: all arrays have shape (points,).

    `retention` indexes RETENTION, `log_half` is log(half-saturation / reference), `log_share` the
    logarithm of what is known of the point before looking.
    """

    retention: NDArray[np.intp]
    log_half: FloatArray
    shape: FloatArray
    log_share: FloatArray

    def __len__(self) -> int:
        return len(self.shape)

    def at(self, points: NDArray[np.intp]) -> Grid:
        """The grid of some of the points."""
        return Grid(self.retention[points], self.log_half[points], self.shape[points], self.log_share[points])

    def closer(self, share: FloatArray) -> Grid:
        """As many points over the likely ones and a step around; the grid itself where those are most of it.

        Much history may leave so few points that the truth lies between them. `share` (points,) says how
        likely each point of a full grid is.
        """
        likely = share >= min(FAMILIAR * share.max(), np.partition(share, -LIKELY)[-LIKELY])
        half, shape = self._axes
        at = likely.reshape(len(RETENTION), len(half), len(shape))
        axes = _around(half, at.any((0, 2))), _around(shape, at.any((0, 1)))
        parts = [(new[-1] - new[0]) / (old[-1] - old[0]) for new, old in zip(axes, self._axes, strict=True)]
        return _laid_out(*axes) if prod(parts) < MOST_PART else self

    def log_unit(self, adstock: FloatArray) -> FloatArray:
        """log(hill(a) / hill(1)) at every point, for adstock in units of the reference.

        `adstock` (retentions, times) gives (points, times); zero adstock gives a very negative number.
        """
        hill = self.hill(adstock)
        hill *= (1 + self.half)[:, None]
        return np.log(hill, out=hill)

    def hill(self, adstock: FloatArray) -> FloatArray:
        """hill(a) = 1 / (1 + (half / a)^shape) at every point; shapes as in `log_unit`.

        A power is taken once for all points of one retention and shape.
        """
        retention, shape, each = self._bends
        log_adstock = np.log(np.maximum(adstock, LEAST))
        hill: FloatArray = np.exp(-shape[:, None] * log_adstock[retention])[each]
        hill *= self.half[:, None]
        hill += 1
        return np.reciprocal(hill, out=hill)

    @cached_property
    def _axes(self) -> tuple[FloatArray, FloatArray]:
        """The values of log_half and of the logarithm of shape."""
        return np.unique(self.log_half), np.log(np.unique(self.shape))

    @cached_property
    def half(self) -> FloatArray:
        """(points,): half^shape, in units of the reference."""
        return np.exp(self.shape * self.log_half)

    @cached_property
    def _bends(self) -> tuple[NDArray[np.intp], FloatArray, NDArray[np.intp]]:
        """The pairs of retention and shape that occur, (pairs,) each; and which one each point has."""
        pairs = self.retention + 1j * self.shape
        _, first, each = np.unique(pairs, return_index=True, return_inverse=True)
        return self.retention[first], self.shape[first], each


@lru_cache(maxsize=4)
def grid(halves: int = 24, every_shape: int = 1) -> Grid:
    """The full grid, with `halves` half-saturations and every so manieth shape."""
    return _laid_out(np.linspace(-2.4, 3.0, halves), np.log(SHAPE[every_shape // 2 :: every_shape]))


def _laid_out(log_half: FloatArray, log_shape: FloatArray) -> Grid:
    """Every retention with all of these half-saturations and shapes, in this order."""
    retention, half, shape = np.meshgrid(np.arange(len(RETENTION)), log_half, log_shape, indexing="ij")
    log_share = np.log(RETENTION_SHARE)[retention]
    log_share = log_share - 0.5 * ((half - HALF_CENTRE) / HALF_SPREAD) ** 2
    log_share = log_share - 0.5 * ((shape - SHAPE_CENTRE) / SHAPE_SPREAD) ** 2
    return Grid(retention.ravel(), half.ravel(), np.exp(shape.ravel()), log_share.ravel())


def _around(axis: FloatArray, likely: NDArray[np.bool_]) -> FloatArray:
    """As many values as the `axis` has, evenly from one step below the `likely` ones to one above."""
    places = np.flatnonzero(likely)
    low, high = max(places[0] - 1, 0), min(places[-1] + 1, len(axis) - 1)
    return np.linspace(axis[low], axis[high], len(axis))
