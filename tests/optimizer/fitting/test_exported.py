"""Exported curves brought to the plan month."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import CurveError
from optimizer.fitting.exported import ExportedPoint, given_points


def test_the_pace_is_kept() -> None:
    """A week's 700 that bring 1,400 are a 30-day month's 3,000 that bring 6,000."""
    curve = given_points([ExportedPoint(0, 0), ExportedPoint(700, 1400)], 7, 30)
    assert curve.points == ((0, 0), (3000, 6000))
    assert curve.ranges == ()


def test_repeated_spends_are_averaged() -> None:
    """Two rows of one spend are one point at their mean."""
    rows = [ExportedPoint(100, 50), ExportedPoint(100, 70), ExportedPoint(200, 90)]
    assert given_points(rows, 30, 30).points == ((100, 60), (200, 90))


def test_a_curve_of_one_spend_is_none() -> None:
    """One spend, however often, is no curve."""
    with pytest.raises(CurveError, match="two different spends"):
        given_points([ExportedPoint(100, 50), ExportedPoint(100, 70)], 7, 30)


amount = st.floats(0, 1e9)


@given(st.lists(st.tuples(amount, amount, amount, amount), min_size=2, max_size=30), st.floats(1, 2000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_table_gives_a_curve_or_a_reason(
    rows: list[tuple[float, float, float, float]], days: float
) -> None:
    """Whatever the rows, the points rise and lie within their ranges, or the table is refused."""
    try:
        curve = given_points([ExportedPoint(*row) for row in rows], days, 30)
    except CurveError:
        return
    assert list(curve.points) == sorted(curve.points)
    for (_, response), (low, high) in zip(curve.points, curve.ranges, strict=True):
        assert low <= response <= high
