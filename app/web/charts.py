"""Pictures in data's own units, drawn twice from one description.

As SVG on the page itself: there at once, without scripts, and on paper. And as a JSON specification from
which `static/charts.js` makes a Plotly figure to point at, once the page stands. Colours are tones named in
the style sheet, so that light, dark and print agree.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import floor, log10
from typing import Literal

from markupsafe import Markup, escape

Tone = Literal["curve", "last", "plan", "reserve", "up", "down", "muted"]
Point = tuple[float, float]
TOP, BOTTOM, LEFT, RIGHT = 10, 26, 52, 12  # room round the drawing, in pixels of the picture


@dataclass(frozen=True)
class Axis:
    """From 0 or below to the end of what is shown; `ticks` are values and how they are written."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Line:
    """Points joined by a line; dashed where nobody has looked yet."""

    points: tuple[Point, ...]
    name: str
    tone: Tone = "curve"
    is_dashed: bool = False
    kind: Literal["line"] = "line"


@dataclass(frozen=True)
class Band:
    """What lies between a low and a high at each x: (x, low, high)."""

    points: tuple[tuple[float, float, float], ...]
    name: str
    tone: Tone = "curve"
    kind: Literal["band"] = "band"


@dataclass(frozen=True)
class Dot:
    """One point with a name."""

    x: float
    y: float
    name: str
    tone: Tone
    label: str = ""
    kind: Literal["dot"] = "dot"


@dataclass(frozen=True)
class Rule:
    """An upright from the axis to the top, with a name."""

    x: float
    name: str
    tone: Tone = "muted"
    kind: Literal["rule"] = "rule"


@dataclass(frozen=True)
class Cloud:
    """Many small points, each with what it is: (x, y, text)."""

    points: tuple[tuple[float, float, str], ...]
    name: str
    tone: Tone = "curve"
    kind: Literal["cloud"] = "cloud"


@dataclass(frozen=True)
class Span:
    """What lies between a low and a high at one x, with a name."""

    x: float
    low: float
    high: float
    name: str
    tone: Tone = "curve"
    kind: Literal["span"] = "span"


Shape = Line | Band | Dot | Rule | Cloud | Span


@dataclass(frozen=True)
class Chart:
    """A picture: axes, what is drawn in order, and `said`, a sentence for whoever cannot see it."""

    title: str
    said: str
    x: Axis
    y: Axis
    shapes: tuple[Shape, ...]
    width: int = 360
    height: int = 220

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point's place in the picture."""
        across, up = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        return (
            LEFT + (x - self.x.low) / (self.x.high - self.x.low) * across,
            TOP + (1 - (y - self.y.low) / (self.y.high - self.y.low)) * up,
        )


def nice_ticks(low: float, high: float, most: int = 5) -> tuple[float, ...]:
    """Round values from `low` to `high`, at most so many: steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = high - low
    if not span > 0:
        return (low,)
    power = 10.0 ** floor(log10(span / most))
    step = next(m * power for m in (1, 2, 2.5, 5, 10, 20) if span / (m * power) <= most - 1 + 1e-9)
    first = -floor(-low / step + 1e-9) * step
    count = floor((high - first) / step + 1e-9) + 1
    return tuple(round(first + k * step, 10) for k in range(count))


def drawn(chart: Chart, ink: str = "") -> Markup:
    """The picture as SVG; lengths are its own, the style sheet says how large and in which colours.

    `ink` are rules of its own, for where no sheet reaches into a picture.
    """
    parts = [f"<style>{ink}</style>"] if ink else []
    parts += [_grid(chart), *(_shape(chart, shape) for shape in chart.shapes)]
    head = f'<svg viewBox="0 0 {chart.width} {chart.height}" role="img" aria-label="{escape(chart.said)}">'
    return Markup(f"{head}{''.join(parts)}</svg>")


def narrowed(chart: Chart) -> Chart:
    """The same picture for a phone, where letters and dots of a wide one would be too small."""
    return replace(chart, width=360, height=220)


def spec(chart: Chart) -> Markup:
    """The same as JSON, safe inside a script element."""
    text = json.dumps(asdict(chart), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _grid(chart: Chart) -> str:
    left, (right, bottom) = chart.at(chart.x.low, chart.y.low)[0], chart.at(chart.x.high, chart.y.low)
    parts = []
    for value, text in chart.y.ticks:
        y = chart.at(chart.x.low, value)[1]
        parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 3.5:.1f}" text-anchor="end">{escape(text)}</text>')
    for value, text in chart.x.ticks:
        x = chart.at(value, chart.y.low)[0]
        anchor = "end" if x > right - 14 else "start" if x < left + 1 else "middle"
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16:.1f}" text-anchor="{anchor}">{escape(text)}</text>')
    parts.append(f'<path class="axis" d="M{left:.1f} {bottom:.1f}H{right:.1f}"/>')
    return "".join(parts)


def _shape(chart: Chart, shape: Shape) -> str:
    if isinstance(shape, Line):
        dashed = " dashed" if shape.is_dashed else ""
        return f'<path class="line {shape.tone}{dashed}" d="{_path(chart, shape.points)}"/>'
    if isinstance(shape, Band):
        there = [(x, high) for x, _, high in shape.points]
        back = [(x, low) for x, low, _ in reversed(shape.points)]
        return f'<path class="band {shape.tone}" d="{_path(chart, [*there, *back])}Z"/>'
    if isinstance(shape, Dot):
        x, y = chart.at(shape.x, shape.y)
        title = f"<title>{escape(shape.name)}</title>"
        return f'<circle class="dot {shape.tone}" cx="{x:.1f}" cy="{y:.1f}" r="4.5">{title}</circle>'
    if isinstance(shape, Cloud):
        return "".join(_speck(*chart.at(x, y), shape.tone, text) for x, y, text in shape.points)
    if isinstance(shape, Span):
        (x, low), (_, high) = chart.at(shape.x, shape.low), chart.at(shape.x, shape.high)
        title = f"<title>{escape(shape.name)}</title>"
        return f'<path class="span {shape.tone}" d="M{x:.1f} {low:.1f}V{high:.1f}">{title}</path>'
    (x, top), (_, bottom) = chart.at(shape.x, chart.y.high), chart.at(shape.x, chart.y.low)
    return f'<path class="rule {shape.tone}" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>'


def _speck(x: float, y: float, tone: Tone, text: str) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="3"'
    return f'<circle class="speck {tone}" {place}><title>{escape(text)}</title></circle>'


def _path(chart: Chart, points: Sequence[Point]) -> str:
    places = [chart.at(x, y) for x, y in points]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def split_at(points: Sequence[Point], x: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """A line's part up to `x` and its part from there on, joined at the interpolated point."""
    before = [point for point in points if point[0] <= x]
    after = [point for point in points if point[0] > x]
    if not before or not after:
        return tuple(before), tuple(after)
    (x0, y0), (x1, y1) = before[-1], after[0]
    joint = (x, y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return (*before, joint), (joint, *after)


def value_at(points: Sequence[Point], x: float) -> float:
    """A line's height at `x`, interpolated; at its ends beyond them."""
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]
