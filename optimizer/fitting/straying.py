"""How channels' results stray on their own, for many channels at once.

    log result(t) = ways(t) · effects + walk(t) + noise(t),    effects ~ N(0, spread²)

The walk is nought at the plan's start and goes back from there. Its inverse covariance W has but three
diagonals, and so has what noise leaves of it; with N the inverse variance of the noise

    (covariance of walk and noise)⁻¹ = N - N (N + W)⁻¹ N

costs as much as there are periods, where a matrix of their covariances costs their cube.

Reference: H. Rue and L. Held, Gaussian Markov Random Fields, Chapman & Hall 2005, chapters 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dptsv

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
        told: FloatArray = np.asarray(np.linalg.solve(known[..., :-1] + self._expected, known))
        told /= self.spread[:, None]
        return told[..., :-1] / self.spread, told[..., -1]

    def weighed(self, values: FloatArray) -> FloatArray:
        """(T, C): covariance⁻¹ · values."""
        free, known = self._heard(values)
        effects = np.linalg.solve(known[..., :-1] + self._expected, known[..., -1:])
        return np.asarray(free[-1] - np.einsum("kct,ck->ct", free[:-1], effects[..., 0])).T

    @property
    def _expected(self) -> FloatArray:
        """(K, K): what is known of the ways' effects beforehand, each in its own spread."""
        return np.eye(len(self.spread))

    def _heard(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The ways, each as large as it is expected to be, and the values, freed from walk and noise,

        (K + 1, C, T); and what they let be known of the ways, (C, K, K + 1).
        """
        ways = self.ways * self.spread
        columns = np.empty((len(self.spread) + 1, *values.T.shape))
        columns[:-1], columns[-1] = ways.T[:, None], values.T
        free = self._free(columns)
        return free, np.ascontiguousarray((free @ ways).transpose(1, 2, 0))

    def _free(self, columns: FloatArray) -> FloatArray:
        """(covariance of walk and noise)⁻¹ · columns, (…, C, T): one band, channel after channel."""
        certainty, pull = 1 / self.noise.T, 1 / self.steps
        holds, beside = certainty + pull, np.tile(np.append(-pull[:-1], 0.0), len(certainty))
        holds[:, 1:] += pull[:-1]
        columns *= certainty
        right = columns.reshape(len(columns), holds.size).T
        walk = dptsv(holds.ravel(), beside[: max(holds.size - 1, 1)], right)[2].T.reshape(columns.shape)
        walk *= certainty
        columns -= walk
        return columns
