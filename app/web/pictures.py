"""The pictures of a month: each channel's curve, and the way from last month's spend to the plan."""

from __future__ import annotations

from dataclasses import dataclass

from app.optimize.evidence import DrawnCurve
from app.optimize.replies import AllocationRead, PlanReply
from app.web.charts import Axis, Band, Chart, Dot, Line, Rule, Shape, nice_ticks, split_at, value_at
from app.web.writing import Figures


@dataclass(frozen=True)
class Step:
    """A step from last month's spend to the plan: where its bar starts, in per cent, and how long it is."""

    name: str
    amount: str
    left: float
    width: float
    tone: str


def curve_chart(line: AllocationRead, curve: DrawnCurve, figures: Figures) -> Chart:
    """A channel's curve over its range, solid up to the most ever spent; last month and the plan marked."""
    say = figures.say
    middle = [(spend, response) for spend, response, _, _ in curve.points]
    end = middle[-1][0]
    top = max(high for _, _, _, high in curve.points) or 1.0
    low = min(0.0, *(low for _, _, low, _ in curve.points))
    observed = min(curve.observed_max_spend, end) if curve.observed_max_spend is not None else end
    seen, unseen = split_at(middle, observed)
    shapes: list[Shape] = [
        Band(tuple((s, least, most) for s, _, least, most in curve.points), say("month.range")),
        Line(seen, say("month.seen")),
        Line(unseen, say("month.unseen"), is_dashed=True),
    ]
    if 0 < observed < end:
        shapes.append(Rule(observed, say("month.most_ever")))
    if line.last_spend is not None:
        last = float(line.last_spend)
        text = f"{say('month.last')} {figures.money(last)}"
        shapes.append(Dot(last, value_at(middle, last), text, "last"))
    text = f"{say('month.plan')} {figures.money(line.spend)}"
    shapes.append(Dot(float(line.spend), value_at(middle, float(line.spend)), text, "plan"))
    return Chart(
        title=line.name,
        said=say(
            "month.curve_said",
            channel=line.name,
            spend=figures.money(line.spend),
            response=figures.response(line.response),
        ),
        x=spend_axis(end, figures),
        y=response_axis(low, top, figures),
        shapes=tuple(shape for shape in shapes if not isinstance(shape, Line) or shape.points),
    )


def spend_axis(end: float, figures: Figures, *, start: float = 0.0) -> Axis:
    """Money from `start` to `end`."""
    ticks = tuple((tick, figures.short(tick)) for tick in nice_ticks(start, end, 6) if tick)
    return Axis(figures.say("month.spend"), start, end, ticks)


def response_axis(low: float, high: float, figures: Figures) -> Axis:
    """What spend brings, in units of the objective."""
    ticks = tuple((tick, figures.short_response(tick)) for tick in nice_ticks(low, high, 6))
    return Axis(figures.say(f"month.{figures.objective}"), low, high, ticks)


def steps_of(reply: PlanReply, figures: Figures) -> list[Step]:
    """The way from last month's spend to the plan, largest moves first; none when last month is unknown."""
    moves = [(line.name, float(line.spend - (line.last_spend or 0))) for line in reply.allocations]
    before = sum(float(line.last_spend or 0) for line in reply.allocations)
    after = sum(float(line.spend) for line in reply.allocations)
    if not before:
        return []
    at, places = before, []
    for name, move in sorted(moves, key=lambda step: -abs(step[1])):
        if move:
            places.append((name, move, at))
            at += move
    most = max([before, after, *(start + max(move, 0) for _, move, start in places)])

    def part(amount: float) -> float:
        return round(100 * amount / most, 2)

    ends = [(figures.say("month.last_month"), before), (figures.say("month.this_plan"), after)]
    first, last = (Step(name, figures.money(x), 0.0, part(x), "total") for name, x in ends)
    middle = [
        Step(
            name,
            figures.change(move),
            part(min(start, start + move)),
            round(part(max(start, start + move)) - part(min(start, start + move)), 2),
            "up" if move > 0 else "down",
        )
        for name, move, start in places
    ]
    return [first, *middle, last]
