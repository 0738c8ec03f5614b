"""Curves that the user gives: points, or a named family with its parameters.

A given curve maps the plan month's spend to the response which that month's spend causes, so its
response at zero spend is zero. It is taken at its word: no history is needed, and it is as wide as it
is said to be.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.errors import CurveError, Fault
from optimizer.findings import Finding

NOTABLE_BEND = 0.02  # of the highest response: points nearer than this to their curve are taken as stated
SMALLEST_SHARE = 1e-6  # of the reach: the first knot after zero; below it a steep curve is a parabola


@dataclass(frozen=True)
class GivenPoints:
    """Points (spend, response) of one channel's curve, in any order.

    At least two, spends distinct and not negative, response never falling as spend rises, and zero
    where spend is zero. `ranges`, if any, are (low, high) of each point: where its response lies
    nine times in ten. Raises `CurveError` with the path ("points", index) of every faulty point.
    """

    points: tuple[tuple[float, float], ...]
    ranges: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        faults = _faults(self.points) or _range_faults(self.points, self.ranges)
        if faults:
            raise CurveError(faults)


@dataclass(frozen=True)
class GivenFamily:
    """A named family of `FAMILIES` with its parameters, all above zero.

    `scale` is in units of response, `half_saturation` in currency per month, `shape` is a plain
    number; the family's function states what each means. Raises `CurveError` for an unknown family,
    a parameter that is missing, superfluous or out of range.
    """

    family: str
    scale: float
    half_saturation: float | None = None
    shape: float | None = None

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            message = f"'{self.family}' is no curve family; there are {', '.join(FAMILIES)}."
            raise CurveError([Fault(("family",), message)])
        if faults := _parameter_faults(self):
            raise CurveError(faults)


GivenCurve = GivenPoints | GivenFamily


def given_curve(given: GivenCurve, reach: float) -> ResponseCurve:
    """The response curve over monthly spend from 0 to `reach` (currency units, above zero).

    Points are joined by a monotone concave curve (`through_points`) that ends at the last point:
    beyond it nothing is known, and nothing is promised.
    """
    if isinstance(given, GivenPoints):
        return through_points(given.points)
    family = FAMILIES[given.family]
    centre, shape = given.half_saturation or reach, given.shape or 1.0
    unit = family.curve(centre, shape)
    spend = _knots(reach, centre)
    response, marginal = given.scale * unit.response(spend), given.scale * unit.marginal(spend)
    if not np.isfinite(marginal[0]):  # infinitely steep at zero: the parabola that meets the first knot
        marginal[0] = max(2 * response[1] / spend[1] - marginal[1], response[1] / spend[1])
    return ResponseCurve(spend, np.maximum.accumulate(response), np.maximum(marginal, 0.0))


def through_points(points: tuple[tuple[float, float], ...]) -> ResponseCurve:
    """The monotone concave curve through points, or nearest to them where they bend upwards.

    Points that bend down throughout are met exactly. Otherwise the values v at their spends solve

        minimise Σ (v_i - response_i)²   subject to   slopes of v falling and ≥ 0, v(0) = 0,

    a least-squares problem in the non-negative drops of slope (Lawson & Hanson, 1974, ch. 23).
    Slopes at the points are the harmonic means of the slopes beside them (Fritsch & Butland,
    SIAM J. Sci. Stat. Comput. 5, 1984), which keeps the curve monotone and concave.
    """
    by_spend = dict(sorted({0.0: 0.0, **dict(points)}.items()))
    spend = np.array(list(by_spend), dtype=float)
    slope = _concave_slopes(spend, np.array(list(by_spend.values()), dtype=float))
    response = np.concatenate([[0.0], np.cumsum(slope * np.diff(spend))])
    before, after = slope[:-1], slope[1:]
    middle = np.where(after > 0, 2 * before * after / np.maximum(before + after, 1e-300), 0.0)
    first = 2 * slope[0] - (middle[0] if len(middle) else slope[0])
    last = 2 * slope[-1] - (middle[-1] if len(middle) else slope[-1])
    marginal = np.concatenate([[first], middle, [max(last, 0.0)]])
    return ResponseCurve(spend, response, marginal)


def straightened(given: Mapping[str, GivenCurve]) -> Iterator[Finding]:
    """Tells of points that bend up: where their curve is furthest off, what was stated, what is taken."""
    for name, points in given.items():
        if not isinstance(points, GivenPoints):
            continue
        spend, stated = np.array(sorted(points.points), dtype=float).T
        taken = through_points(points.points)(spend)
        far = int(np.argmax(np.abs(taken - stated)))
        if abs(taken[far] - stated[far]) > NOTABLE_BEND * stated[-1]:
            facts: dict[str, float | str] = {"spend": float(spend[far]), "stated": float(stated[far])}
            yield Finding("given_bends_up", name, facts | {"taken": float(f"{taken[far]:.4g}")})


def _concave_slopes(spend: FloatArray, response: FloatArray) -> FloatArray:
    """Slopes between points, not rising and not negative: the points' own, or the nearest."""
    slope = np.asarray(np.diff(response) / np.diff(spend))
    if (np.diff(slope) <= 1e-12 * slope.max()).all():
        return np.minimum.accumulate(slope)
    from scipy.optimize import nnls

    height = response[1:] / response[-1]
    reached = np.minimum(spend[1:, None], spend[None, 1:]) / spend[-1]  # response at i per slope lost at j
    drops, _ = nnls(reached, height)
    return np.asarray(np.cumsum(drops[::-1])[::-1] * response[-1] / spend[-1])


def _knots(reach: float, centre: float) -> FloatArray:
    """Spends from 0 to the reach: even in ratio towards zero, and dense where a curve may turn."""
    ratio = np.geomspace(SMALLEST_SHARE * reach, reach, 140)
    turn = np.linspace(0.0, 2.0, 81)[1:] * centre
    spend = np.unique(np.concatenate([ratio, turn[turn < reach]]))
    apart = np.append(np.diff(spend) > 1e-4 * spend[1:], True)
    return np.concatenate([[0.0], spend[apart]])


def _faults(points: tuple[tuple[float, float], ...]) -> list[Fault]:
    if len(points) < 2:
        return [Fault(("points",), "A curve needs at least two points.")]
    faults = []
    for i, (spend, response) in enumerate(points):
        if not (math.isfinite(spend) and math.isfinite(response)) or spend < 0 or response < 0:
            faults.append(Fault(("points", i), "Spend and response are finite and not negative."))
        elif spend == 0 and response != 0:
            faults.append(
                Fault(("points", i), "Response at spend 0 is 0: only what the spend itself causes.")
            )
    if faults:
        return faults
    order = sorted(range(len(points)), key=lambda i: points[i][0])
    for a, b in pairwise(order):
        if points[a][0] == points[b][0]:
            faults.append(Fault(("points", b), f"Spend {points[b][0]:g} is given twice."))
        elif points[b][1] < points[a][1]:
            faults.append(Fault(("points", b), f"Response falls from {points[a][1]:g} to {points[b][1]:g}."))
    return faults


def _range_faults(
    points: tuple[tuple[float, float], ...], ranges: tuple[tuple[float, float], ...]
) -> list[Fault]:
    if ranges and len(ranges) != len(points):
        return [Fault(("points",), "Give low and high for every point, or for none.")]
    return [
        Fault(("points", i), "Low, response and high must be in rising order, none below 0.")
        for i, ((_, response), (low, high)) in enumerate(zip(points, ranges, strict=False))
        if not 0 <= low <= response <= high < math.inf
    ]


def given_range(given: GivenCurve, curve: ResponseCurve) -> tuple[FloatArray, FloatArray]:
    """Low and high response at the curve's knots (knots,); the curve itself where no range was given."""
    if not isinstance(given, GivenPoints) or not given.ranges:
        return curve.response, curve.response
    order = sorted(zip(given.points, given.ranges, strict=True))
    spend = [0.0, *(point[0] for point, _ in order)]
    low, high = (np.interp(curve.spend, spend, [0.0, *(r[i] for _, r in order)]) for i in range(2))
    return np.minimum(low, curve.response), np.maximum(high, curve.response)


def _parameter_faults(given: GivenFamily) -> list[Fault]:
    family = FAMILIES[given.family]
    faults = []
    for name, value in (("scale", given.scale), *((n, getattr(given, n)) for n in PARAMETERS)):
        wanted = name == "scale" or name in family.ranges
        low, high = family.ranges.get(name, (0.0, math.inf))
        if value is None and wanted:
            faults.append(Fault((name,), f"A {given.family} curve needs {name}."))
        elif value is not None and not wanted:
            faults.append(Fault((name,), f"A {given.family} curve has no {name}."))
        elif value is not None and not (0 < value < math.inf and low <= value <= high):
            limits = f"between {low:g} and {high:g}" if high < math.inf else "above 0"
            faults.append(Fault((name,), f"The {name} of a {given.family} curve is {limits}."))
    return faults


@dataclass(frozen=True)
class _Unit:
    """A curve of scale 1 and its slope."""

    response: Callable[[FloatArray], FloatArray]
    marginal: Callable[[FloatArray], FloatArray]


def hill(half: float, shape: float) -> _Unit:
    """scale · x^shape / (x^shape + half^shape): half of `scale` at x = half; S-shaped above shape 1.

    A. V. Hill, J. Physiol. 40 (1910) iv-vii. With shape below 1 it is infinitely steep at zero.
    """

    def response(x: FloatArray) -> FloatArray:
        power = (x / half) ** shape
        return np.asarray(power / (1 + power))

    def marginal(x: FloatArray) -> FloatArray:
        power = (x / half) ** shape
        with np.errstate(divide="ignore"):
            return np.asarray(shape / half * (x / half) ** (shape - 1) / (1 + power) ** 2)

    return _Unit(response, marginal)


def michaelis_menten(half: float, _: float) -> _Unit:
    """scale · x / (x + half): half of `scale` at x = half; the hill curve of shape 1."""
    return hill(half, 1.0)


def log(half: float, _: float) -> _Unit:
    """scale · ln(1 + x / half): never saturates; at x = half the marginal response has halved."""
    return _Unit(lambda x: np.log1p(x / half), lambda x: 1 / (half + x))


def power(_: float, shape: float) -> _Unit:
    """scale · x^shape, shape up to 1: `scale` is the response to the first unit of spend.

    Below shape 1 it is infinitely steep at zero.
    """

    def marginal(x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray(shape * x ** (shape - 1))

    return _Unit(lambda x: np.asarray(x**shape), marginal)


def exponential(half: float, _: float) -> _Unit:
    """scale · (1 - 2^(-x / half)): half of `scale` at x = half."""
    rate = math.log(2) / half
    return _Unit(lambda x: -np.expm1(-rate * x), lambda x: rate * np.exp(-rate * x))


def tanh(half: float, _: float) -> _Unit:
    """scale · tanh(x · ln 3 / (2 half)): half of `scale` at x = half.

    The same as scale · (1 - e^(-λx)) / (1 + e^(-λx)) with λ = ln 3 / half.
    """
    rate = math.log(3) / 2 / half
    return _Unit(lambda x: np.tanh(rate * x), lambda x: rate * (1 - np.tanh(rate * x) ** 2))


def logistic(half: float, shape: float) -> _Unit:
    """scale · (L(shape · (x / half - 1)) - L(-shape)) / L(shape), L(z) = 1 / (1 + e^(-z)).

    S-shaped: steepest at x = half, with response 0 at zero and towards `scale` beyond.
    """

    def rise(x: FloatArray) -> FloatArray:
        return np.asarray(0.5 + 0.5 * np.tanh(shape * (x / half - 1) / 2))

    start, height = float(rise(np.zeros(1))[0]), 0.5 + 0.5 * math.tanh(shape / 2)
    return _Unit(
        lambda x: (rise(x) - start) / height,
        lambda x: shape / half * rise(x) * (1 - rise(x)) / height,
    )


@dataclass(frozen=True)
class _Family:
    """How a family's curve is made, and the range of each parameter it has beside the scale."""

    curve: Callable[[float, float], _Unit]
    ranges: dict[str, tuple[float, float]]


PARAMETERS = ("half_saturation", "shape")
_HALF = {"half_saturation": (0.0, math.inf)}
FAMILIES = {
    "hill": _Family(hill, {**_HALF, "shape": (0.1, 10.0)}),
    "michaelis_menten": _Family(michaelis_menten, _HALF),
    "log": _Family(log, _HALF),
    "power": _Family(power, {"shape": (0.1, 1.0)}),
    "exponential": _Family(exponential, _HALF),
    "tanh": _Family(tanh, _HALF),
    "logistic": _Family(logistic, {**_HALF, "shape": (0.5, 20.0)}),
}
