"""Exported curves brought to the plan month."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.errors import CurveError
from optimizer.fitting.exported import ExportedPoint, Fall, fall, given_points


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


def test_a_fall_is_told_where_it_is_deepest() -> None:
    """From 100 at spend 20 down to 40 at 30, and 90 at 40 still below; rising or noisy tables have none."""
    rows = [ExportedPoint(x, y) for x, y in [(0, 0), (10, 60), (20, 100), (30, 40), (40, 90), (50, 120)]]
    assert fall(rows) == Fall(spend=20, reached=100, until=40, least=40)
    assert fall(rows[:4]) == Fall(spend=20, reached=100, until=30, least=40)
    assert fall(rows[:3]) is None
    assert fall([*rows[:3], ExportedPoint(30, 99.5)]) is None


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
