"""How channels' results stray on their own, for many channels at once.

    log result(t) = ways(t) · effects + walk(t) + noise(t),    effects ~ N(0, spread²)

The walk is nought at the plan's start and goes back from there, so that one pass from the newest period to
the oldest, a Kalman filter, makes what is left independent. It costs as much as there are periods, where a
matrix of their covariances costs their cube.

Reference: J. Durbin and S. J. Koopman, Time Series Analysis by State Space Methods, Oxford University Press
2012, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.curves import FloatArray


@dataclass(frozen=True, eq=False)
class Straying:
    """C channels, T periods from the oldest on, K ways.

    `noise` (T, C) is the variance of each result's noise, infinite where there is none; `steps` (T,) the
    variance of the walk's step from each period to the one after (from the newest to the plan's start);
    `ways` (T, K), with the standard deviations `spread` (K,) of their effects.
    """

    noise: FloatArray
    steps: FloatArray
    ways: FloatArray
    spread: FloatArray

    def told(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """waysᵀ · covariance⁻¹ · ways, (C, K, K), and waysᵀ · covariance⁻¹ · values, (C, K).

        `values` (T, C) are zero where there are none.
        """
        _, known = self._heard(values)
        told: FloatArray = np.asarray(np.linalg.solve(known[:, :-1, :-1] + self._expected, known[:, :-1]))
        told /= self.spread[:, None]
        return told[..., :-1] / self.spread, told[..., -1]

    def weighed(self, values: FloatArray) -> FloatArray:
        """(T, C): covariance⁻¹ · values."""
        white, known = self._heard(values)
        effects = np.linalg.solve(known[:, :-1, :-1] + self._expected, known[:, :-1, -1:])
        return self._back(white[..., -1] - np.einsum("tck,ck->tc", white[..., :-1], effects[..., 0]))

    @property
    def _expected(self) -> FloatArray:
        """(K, K): what is known of the ways' effects beforehand, each in its own spread."""
        return np.eye(len(self.spread))

    def _heard(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The ways, each as large as it is expected to be, and the values, made independent,

        (T, C, K + 1); and what noise and walk let be known of them, (C, K + 1, K + 1).
        """
        columns = np.empty((*values.shape, len(self.spread) + 1))
        columns[..., :-1], columns[..., -1] = (self.ways * self.spread)[:, None], values
        white = self._white(columns)
        each = white.transpose(1, 2, 0)
        return white, np.asarray(each @ each.transpose(0, 2, 1))

    @cached_property
    def _filter(self) -> tuple[FloatArray, FloatArray]:
        """(T, C) each: how far a result moves the level, and one over what it is uncertain by."""
        weight = 1 / self.noise
        before, after = np.empty_like(weight), np.empty_like(weight)
        left = np.zeros(weight.shape[1])
        for t in reversed(range(len(weight))):
            before[t] = left + self.steps[t]
            after[t] = left = before[t] / (1 + before[t] * weight[t])
        return after * weight, np.sqrt(weight * after / before)

    def _white(self, columns: FloatArray) -> FloatArray:
        """Columns (T, C, m) made independent: each less what newer ones foretell, over its doubt."""
        gain, certainty = (side[..., None] for side in self._filter)
        level = np.zeros(columns.shape[1:])
        for t in reversed(range(len(columns))):
            columns[t] -= level
            level += gain[t] * columns[t]
        return columns * certainty

    def _back(self, white: FloatArray) -> FloatArray:
        """(T, C): the transpose of `_white`, which brings independent values back in time."""
        gain, certainty = self._filter
        found, level = white * certainty, np.zeros(white.shape[1])
        for t in range(len(found)):
            found[t] += gain[t] * level
            level -= found[t]
        return found
