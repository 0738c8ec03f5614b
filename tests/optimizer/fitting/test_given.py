"""Curves that the user gives: met where they bend down, nearest where they do not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import CurveError
from optimizer.fitting.fit import fit
from optimizer.fitting.given import FAMILIES, GivenFamily, GivenPoints, given_curve, straightened
from optimizer.history import gather
from optimizer.periods import Period

REACH = 100_000.0
SHAPES = {"hill": (0.4, 1.0, 2.5, 10.0), "power": (0.2, 0.5, 1.0), "logistic": (0.5, 4.0, 20.0)}
CASES = [(family, shape) for family in FAMILIES for shape in SHAPES.get(family, (None,))]


def family_curve(family: str, shape: float | None, half: float = 30_000.0) -> GivenFamily:
    has_half = "half_saturation" in FAMILIES[family].ranges
    return GivenFamily(family, 1000.0, half if has_half else None, shape)


@pytest.mark.parametrize(("family", "shape"), CASES)
def test_a_family_is_its_formula(family: str, shape: float | None) -> None:
    """From one unit of spend on, the curve is its family's formula to 2 in 10,000 of its height."""
    curve = given_curve(family_curve(family, shape), REACH)
    spend = np.geomspace(1.0, REACH, 5000)
    exact = 1000.0 * FAMILIES[family].curve(30_000.0, shape or 1.0).response(spend)
    assert curve(spend) == pytest.approx(exact, abs=2e-4 * exact.max())


@pytest.mark.parametrize("family", ["hill", "michaelis_menten", "exponential", "tanh"])
def test_half_of_the_scale_is_reached_at_half_saturation(family: str) -> None:
    """Where a family saturates, `half_saturation` is the spend that brings half of `scale`."""
    curve = given_curve(family_curve(family, 1.7 if family == "hill" else None), REACH)
    assert float(curve(30_000.0)) == pytest.approx(500.0, rel=1e-5)


def test_hand_worked_values() -> None:
    """log: 1000 ln 2 = 693.147 at half; power: 1000 · 10,000^0.5 = 100,000; hill: 1000 · 9/10 at 3 × half."""
    assert float(given_curve(family_curve("log", None), REACH)(30_000.0)) == pytest.approx(693.147, abs=1e-2)
    assert float(given_curve(family_curve("power", 0.5), REACH)(10_000.0)) == pytest.approx(1e5, rel=1e-5)
    hill = given_curve(GivenFamily("hill", 1000.0, 10_000.0, 2.0), REACH)
    assert float(hill(30_000.0)) == pytest.approx(900.0, rel=1e-4)


@pytest.mark.parametrize(("family", "shape"), CASES)
def test_a_concave_family_gives_a_concave_curve(family: str, shape: float | None) -> None:
    """Only a hill curve above shape 1 and a logistic curve bend upwards, and every slope is finite."""
    curve = given_curve(family_curve(family, shape), REACH)
    bends_up = family == "logistic" or (family == "hill" and shape is not None and shape > 1)
    assert curve.is_concave is not bends_up
    assert np.isfinite(curve.marginal).all()


def test_points_that_bend_down_are_met() -> None:
    """Concave points lie on the curve, and nothing is promised beyond the last."""
    points = ((20_000.0, 70_000.0), (0.0, 0.0), (60_000.0, 120_000.0))
    curve = given_curve(GivenPoints(points), REACH)
    for spend, response in points:
        assert float(curve(spend)) == pytest.approx(response, abs=1e-6)
    assert float(curve(90_000.0)) == pytest.approx(120_000.0)
    assert curve.is_concave


def test_points_that_bend_up_get_the_nearest_concave_curve() -> None:
    """Points (1, 0), (2, 1): of lines v = d·x the best has d = (1·0 + 2·1) / (1 + 4) = 0.4."""
    curve = given_curve(GivenPoints(((1.0, 0.0), (2.0, 1.0))), REACH)
    assert curve([1.0, 2.0]) == pytest.approx([0.4, 0.8])


def test_points_that_bend_up_are_told_where_their_curve_is_furthest() -> None:
    """Of (1, 0), (2, 1) it is 0.4 off at 1 and 0.2 at 2; points that are met, and families, have no tale."""
    bent, met = GivenPoints(((1.0, 0.0), (2.0, 1.0))), GivenPoints(((1.0, 1.0), (2.0, 1.5)))
    (told,) = straightened({"甲": bent, "乙": met, "丙": family_curve("hill", 2.5)})
    assert (told.code, told.channel) == ("given_bends_up", "甲")
    assert told.facts == {"spend": 1.0, "stated": 0.0, "taken": 0.4}


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0, 1e7)), min_size=2, max_size=12))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_points_in_order_give_a_curve_that_bends_down(raw: list[tuple[float, float]]) -> None:
    """Whatever rising points are given, the curve rises and bends down."""
    spends = sorted({round(spend) for spend, _ in raw})
    responses = sorted(round(response) for _, response in raw)
    if len(spends) < 2:
        return
    curve = given_curve(
        GivenPoints(tuple(zip(map(float, spends), map(float, responses), strict=False))), REACH
    )
    assert curve.is_concave
    assert all(a <= b + 1e-6 for a, b in pairwise(curve(np.linspace(0, spends[-1], 50))))


@pytest.mark.parametrize(
    ("points", "where"),
    [
        (((10.0, 5.0),), [("points",)]),
        (((10.0, 5.0), (20.0, 4.0)), [("points", 1)]),
        (((10.0, 5.0), (10.0, 5.0)), [("points", 1)]),
        (((0.0, 3.0), (-1.0, 5.0), (float("nan"), 1.0)), [("points", 0), ("points", 1), ("points", 2)]),
    ],
)
def test_every_faulty_point_is_named(
    points: tuple[tuple[float, float], ...], where: list[tuple[str | int, ...]]
) -> None:
    """A curve that falls, repeats a spend, or starts above zero is refused, point by point."""
    with pytest.raises(CurveError) as caught:
        GivenPoints(points)
    assert [fault.path for fault in caught.value.faults] == where


@pytest.mark.parametrize(
    ("curve", "where"),
    [
        ({"family": "cubic", "scale": 1.0}, ["family"]),
        ({"family": "hill", "scale": 0.0}, ["scale", "half_saturation", "shape"]),
        (
            {"family": "power", "scale": 1.0, "half_saturation": 2.0, "shape": 1.5},
            ["half_saturation", "shape"],
        ),
    ],
)
def test_every_faulty_parameter_is_named(curve: dict[str, float | str], where: list[str]) -> None:
    """An unknown family, and every missing, superfluous or impossible parameter, is named."""
    with pytest.raises(CurveError) as caught:
        GivenFamily(**curve)  # type: ignore[arg-type]
    assert [fault.path[0] for fault in caught.value.faults] == where


def test_a_given_range_is_kept() -> None:
    """Low and high at the points are the curve's range there, and nine draws in ten lie within it."""
    points = GivenPoints(((0.0, 0.0), (50_000.0, 90_000.0)), ((0.0, 0.0), (60_000.0, 130_000.0)))
    history, month = gather([]), Period.parse("2026-12")
    curve = fit(history, month, reach={"a": REACH}, given={"a": points}).curves["a"]
    assert (curve.low[-1], curve.high[-1]) == (60_000.0, 130_000.0)
    inside = (curve.draws[:, -1] > 60_000) & (curve.draws[:, -1] < 130_000)
    assert 0.84 < inside.mean() < 0.96


@pytest.mark.parametrize("ranges", [((0.0, 0.0),), ((0.0, 0.0), (6.0, 9.0)), ((0.0, 0.0), (4.0, 4.5))])
def test_a_range_holds_its_point(ranges: tuple[tuple[float, float], ...]) -> None:
    """A range that is missing for a point, or does not hold its response, is refused."""
    with pytest.raises(CurveError):
        GivenPoints(((0.0, 0.0), (10.0, 5.0)), ranges)
