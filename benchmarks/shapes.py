"""Response curves of simulated channels: a day's effective spend -> that day's revenue.

Each family here takes the channel's usual daily spend and gives a curve of free scale; `earning`
sets the scale by what the usual spend brings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.worlds import Curve
from optimizer.curves import FloatArray

Shape = Callable[[np.random.Generator, float], Curve]


def hill(half: float, slope: float) -> Curve:
    """x^slope / (half^slope + x^slope)."""

    def curve(x: FloatArray) -> FloatArray:
        power = np.maximum(x, 0.0) ** slope
        return np.asarray(power / (half**slope + power))

    return curve


def earning(curve: Curve, level: float, revenue: float) -> Curve:
    """The curve scaled to bring `revenue` at a spend of `level`, and nothing at zero."""
    zero = curve(np.zeros(1))
    scale = revenue / max(float((curve(np.array([level])) - zero)[0]), 1e-12)
    return lambda x: scale * (curve(x) - zero)


def hills(rng: np.random.Generator, level: float) -> Curve:
    """Hill curves; one in four is S-shaped."""
    s_shaped = rng.random() < 0.25
    slope = rng.uniform(1.3, 2.5) if s_shaped else rng.uniform(0.7, 1.0)
    return hill(level * float(np.exp(rng.normal(0.2, 0.7))), slope)


def power(rng: np.random.Generator, level: float) -> Curve:
    """x^b: never saturates."""
    exponent = rng.uniform(0.3, 0.85)
    return lambda x: np.maximum(x, 0.0) ** exponent


def logarithm(rng: np.random.Generator, level: float) -> Curve:
    """log(1 + x / h)."""
    half = level * np.exp(rng.normal(-0.7, 0.8))
    return lambda x: np.log1p(x / half)


def exponential(rng: np.random.Generator, level: float) -> Curve:
    """1 - exp(-x / h)."""
    half = level * np.exp(rng.normal(0.3, 0.6))
    return lambda x: -np.expm1(-x / half)


def tangent(rng: np.random.Generator, level: float) -> Curve:
    """tanh(x / h)."""
    half = level * np.exp(rng.normal(0.4, 0.6))
    return lambda x: np.tanh(x / half)


def logistic(rng: np.random.Generator, level: float) -> Curve:
    """1 / (1 + exp(-steepness (x / h - 1))): S-shaped."""
    half, steepness = level * np.exp(rng.normal(-0.2, 0.5)), rng.uniform(1.5, 4.0)
    return lambda x: 1 / (1 + np.exp(-steepness * (x / half - 1)))


def threshold(rng: np.random.Generator, level: float) -> Curve:
    """Nothing below a threshold, a Hill curve above it."""
    start, rest = level * rng.uniform(0.1, 0.6), hills(rng, level)
    return lambda x: rest(np.maximum(x - start, 0.0))


def saturated(rng: np.random.Generator, level: float) -> Curve:
    """Far beyond saturation, or far below it."""
    far = rng.uniform(4, 20)
    half = level / far if rng.random() < 0.5 else level * far
    return hill(half, rng.uniform(0.9, 1.2))


SHAPES: tuple[Shape, ...] = (hills, power, logarithm, exponential, tangent, logistic, threshold)


def any_shape(rng: np.random.Generator, level: float) -> Curve:
    """One of all shapes."""
    return SHAPES[int(rng.integers(len(SHAPES)))](rng, level)
