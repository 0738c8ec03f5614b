"""Pictures: round ticks, lines cut where they should be, nothing unescaped."""

from __future__ import annotations

import pytest

from app.web.charts import Axis, Chart, Dot, drawn, nice_ticks, spec, split_at, value_at


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, (0, 25, 50, 75, 100)),
        (0, 1_234_567, (0, 500_000, 1_000_000)),
        (-30, 80, (0, 50)),
        (0, 0.9, (0, 0.25, 0.5, 0.75)),
        (5, 5, (5,)),
    ],
)
def test_ticks_are_round_and_within(low: float, high: float, ticks: tuple[float, ...]) -> None:
    """Ticks are multiples of 1, 2, 2.5 or 5 times a power of ten, at most five, none outside."""
    assert nice_ticks(low, high) == ticks


def test_a_line_is_cut_at_a_point_between_two() -> None:
    """Both parts share the interpolated point; beyond an end there is one part only."""
    line = [(0.0, 0.0), (10.0, 20.0)]
    assert split_at(line, 4.0) == (((0.0, 0.0), (4.0, 8.0)), ((4.0, 8.0), (10.0, 20.0)))
    assert split_at(line, 10.0) == (tuple(line), ())
    assert value_at(line, 4.0) == 8.0
    assert value_at(line, 99.0) == 20.0


def test_names_cannot_break_out_of_a_picture() -> None:
    """A channel named like a tag stays a name, in the SVG and in the script's data."""
    evil = '</script><script>alert(1)</script>"'
    axis = Axis(evil, 0, 1, ((0, evil),))
    chart = Chart(evil, evil, axis, axis, (Dot(0.5, 0.5, evil, "plan"),))
    assert "<script>" not in drawn(chart)
    assert "</script>" not in spec(chart)
    assert "<" not in spec(chart)
