"""How likely each grid point is, given one channel's results: the closed form.

With residuals r = target - log_unit - demand of a grid point, covariance K of everything that is
not that point's business, and log_roi ~ N(m, s²):

    log likelihood = -½ log|K| - ½ log(1 + s² 1ᵀK⁻¹1) - (n + ν)/2 · log(ν + Q)
    Q = rᵀK⁻¹r + m²/s² - (1ᵀK⁻¹r + m/s²)² / (1ᵀK⁻¹1 + 1/s²)

which is Student's t: the scale of the noise is not known for sure either (ν periods' worth).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg.blas import dtrsm
from scipy.linalg.lapack import dposv, dpotrf, dtrtri

from optimizer.curves import FloatArray
from optimizer.fitting.traced import Traced

CERTAINTY = 4.0  # ν: periods' worth of knowledge of the noise


@dataclass(frozen=True, eq=False)
class Evidence:
    """Per grid point (points,): its log likelihood, and mean of log_roi; and the variance of that.

    `root` (T, T) is lower triangular, with root · rootᵀ the covariance.
    """

    log_likelihood: FloatArray
    log_roi: FloatArray
    variance: float
    root: FloatArray

    @cached_property
    def whitener(self) -> FloatArray:
        """(T, T): the inverse of `root`."""
        return np.asarray(dtrtri(self.root, lower=1)[0])


def evidence(
    curves: Traced, target: FloatArray, covariance: FloatArray, centre: float, spread: float
) -> Evidence:
    """Evidence for every grid point, with residuals of target - curve.

    `target` (T,), `covariance` (T, T) with the noise in it.
    """
    root = cholesky(covariance)
    columns = np.vstack([curves.rows, target, np.ones(len(target))]).T
    white = np.asarray(dtrsm(1.0, root, columns, lower=1, overwrite_b=1)).T if len(target) else columns.T
    terms, aims = white[:-2].reshape(curves.terms.shape), white[-2:]
    (square, sides), (_, weight) = aims @ aims.T
    towards, towards_ones = (curves.weights @ (terms @ aims.T)).reshape(-1, 2).T
    own = np.einsum("rpm,rpm->rp", curves.weights @ (terms @ terms.swapaxes(1, 2)), curves.weights).ravel()
    weight += spread**-2.0
    pull = sides + centre / spread**2 - towards_ones
    misfit = square + (centre / spread) ** 2 + own - 2 * towards - pull**2 / weight
    size = np.log(weight * spread**2) + 2 * np.log(np.diag(root)).sum()
    fit = (len(target) + CERTAINTY) / 2 * np.log(CERTAINTY + np.maximum(misfit, 0.0))
    return Evidence(-0.5 * size - fit, pull / weight, 1 / weight, root)


def cholesky(covariance: FloatArray) -> FloatArray:
    """(T, T): lower triangular L with L · Lᵀ the covariance."""
    if not len(covariance):
        return covariance
    root, fault = dpotrf(covariance.T, lower=1)
    if fault:
        raise np.linalg.LinAlgError("The covariance is not positive definite.")
    return np.asarray(root)


def solved(covariance: FloatArray, columns: FloatArray) -> FloatArray:
    """covariance⁻¹ · columns, for a symmetric covariance without a direction that is certain."""
    if not len(covariance):
        return columns
    _, found, fault = dposv(covariance, columns, lower=1)
    if fault:
        raise np.linalg.LinAlgError("The covariance is not positive definite.")
    return np.asarray(found)


def shares(log_weight: FloatArray) -> FloatArray:
    """Weights on the log scale as shares that add up to 1."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())
