"""Three diagonals say what the whole matrix of covariances says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.fitting.straying import Straying

RNG = np.random.default_rng(3)
PERIODS, CHANNELS = 30, 3
AGE = np.sort(RNG.uniform(0.01, 2.0, PERIODS))[::-1]
WAYS, SPREAD = RNG.normal(size=(PERIODS, 4)), np.array([0.1, 0.5, 2.0, 0.02])


@pytest.fixture
def straying() -> Straying:
    """Three channels whose walk strays by 0.3 a year, the second without results in some periods."""
    noise = RNG.uniform(0.02, 0.2, (PERIODS, CHANNELS))
    noise[[0, 7, 8, 29], 1] = np.inf
    return Straying(noise, 0.3**2 * -np.diff(AGE, append=0.0), WAYS, SPREAD)


def dense(straying: Straying, channel: int) -> tuple[NDArray[np.intp], FloatArray]:
    """The places of a channel's results, and the inverse of their covariance."""
    known = np.flatnonzero(np.isfinite(straying.noise[:, channel]))
    age, ways = AGE[known], WAYS[known] * SPREAD
    covariance = 0.3**2 * np.minimum(age[:, None], age) + ways @ ways.T
    return known, np.asarray(np.linalg.inv(covariance + np.diag(straying.noise[known, channel])))


def test_what_is_told_of_the_ways(straying: Straying) -> None:
    """waysᵀ · covariance⁻¹ · (ways, values), over the periods that have a result."""
    values = np.where(np.isfinite(straying.noise), RNG.normal(size=straying.noise.shape), 0.0)
    precision, pull = straying.told(values)
    for c in range(CHANNELS):
        known, inverse = dense(straying, c)
        np.testing.assert_allclose(precision[c], WAYS[known].T @ inverse @ WAYS[known], rtol=1e-8)
        np.testing.assert_allclose(pull[c], WAYS[known].T @ inverse @ values[known, c], rtol=1e-8)


def test_values_are_weighed_by_the_inverse_covariance(straying: Straying) -> None:
    """covariance⁻¹ · values where there is a result, and nothing where there is none."""
    values = np.where(np.isfinite(straying.noise), RNG.normal(size=straying.noise.shape), 0.0)
    weighed = straying.weighed(values)
    for c in range(CHANNELS):
        known, inverse = dense(straying, c)
        expected = np.zeros(PERIODS)
        expected[known] = inverse @ values[known, c]
        np.testing.assert_allclose(weighed[:, c], expected, atol=1e-9)


def test_one_result_is_weighed_by_its_variance() -> None:
    """A channel of a single period: 1 / (noise + step + way²)."""
    single = Straying(np.array([[0.1]]), np.array([0.02]), np.array([[2.0]]), np.array([0.3]))
    assert single.weighed(np.array([[5.0]]))[0, 0] == pytest.approx(5 / (0.1 + 0.02 + 0.6**2))
