"""The closed form of a grid point's evidence, against the whole Gaussian."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.curves import FloatArray
from optimizer.fitting.attributed import BREAK_SPREAD, break_shares
from optimizer.fitting.evidence import CERTAINTY, cholesky, evidence
from optimizer.fitting.traced import Traced

RNG = np.random.default_rng(5)
PERIODS, SPREAD = 12, 0.6
ROOT = RNG.normal(size=(PERIODS, PERIODS))
COVARIANCE = ROOT @ ROOT.T / PERIODS + np.diag(RNG.uniform(0.1, 0.5, PERIODS))


def apart(curves: FloatArray) -> Traced:
    """Curves (points, T) with a term for every period."""
    return Traced(np.eye(curves.shape[1])[None], curves[None])


def test_evidence_is_that_of_the_whole_gaussian() -> None:
    """With log_roi integrated out: -½ log|K + s²| - (n + ν)/2 · log(ν + rᵀ(K + s²)⁻¹r), r less the centre."""
    curves, target = RNG.normal(0.4, 1.0, (3, PERIODS)), RNG.normal(size=PERIODS)
    seen = evidence(apart(curves), target, COVARIANCE, 0.3, SPREAD)
    whole = COVARIANCE + SPREAD**2
    away = target - curves - 0.3
    misfit = np.einsum("gt,tu,gu->g", away, np.linalg.inv(whole), away)
    size = np.linalg.slogdet(whole)[1]
    np.testing.assert_allclose(
        seen.log_likelihood, -0.5 * size - (PERIODS + CERTAINTY) / 2 * np.log(CERTAINTY + misfit), rtol=1e-10
    )


def test_log_roi_is_the_weighted_mean() -> None:
    """Its precision is 1ᵀK⁻¹1 and that of what was known, its mean weighted by them."""
    curves, target = RNG.normal(size=(2, PERIODS)), RNG.normal(size=PERIODS)
    inverse = np.linalg.inv(COVARIANCE)
    seen = evidence(apart(curves), target, COVARIANCE, 0.3, SPREAD)
    precision = inverse.sum() + SPREAD**-2
    assert seen.variance == pytest.approx(1 / precision)
    np.testing.assert_allclose(
        seen.log_roi, ((target - curves) @ inverse.sum(axis=0) + 0.3 / SPREAD**2) / precision, rtol=1e-10
    )


def test_without_results_only_what_was_known_speaks() -> None:
    """No periods: every grid point is as likely, and log_roi is as it was."""
    seen = evidence(apart(np.zeros((2, 0))), np.zeros(0), np.zeros((0, 0)), 0.3, SPREAD)
    assert seen.log_likelihood[0] == seen.log_likelihood[1]
    np.testing.assert_allclose(seen.log_roi, 0.3)
    assert seen.variance == pytest.approx(SPREAD**2)


def test_a_break_is_as_likely_as_the_gaussian_with_a_step_says() -> None:
    """Each place weighs as the density of the rest, with a step of BREAK_SPREAD before it."""
    rest = RNG.normal(size=PERIODS)
    rest[:5] += 1.0
    whitener: FloatArray = np.asarray(np.linalg.inv(cholesky(COVARIANCE)))
    found = break_shares(rest, whitener, SPREAD)
    centred, log_weight = rest - rest.mean(), np.full(PERIODS, -np.inf)
    for start in range(2, PERIODS - 1):
        step = (np.arange(PERIODS) < start).astype(float)
        whole = COVARIANCE + SPREAD**2 + BREAK_SPREAD**2 * np.outer(step, step)
        fit = centred @ np.linalg.solve(whole, centred)
        log_weight[start] = -0.5 * (np.linalg.slogdet(whole)[1] + fit)
    weight = np.exp(log_weight - log_weight.max())
    np.testing.assert_allclose(found, weight / weight.sum(), rtol=1e-8)
