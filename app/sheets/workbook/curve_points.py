"""Each channel's curve as points: evenly spaced, and where the plan and last month lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.optimize.replies import AllocationRead, PlanReply
from app.optimize.schemas import PlanRequest
from app.optimize.telling import range_at
from optimizer import Fit, FittedCurve

POINTS = 21
BEYOND = 1.3
"""How far the points go beyond the largest spend that matters: planned, last month's, or ever seen."""


@dataclass(frozen=True)
class Point:
    """What a month's spend brings, in units of the objective, and what the next unit would."""

    spend: float
    response: float
    low: float
    high: float
    marginal: float


@dataclass(frozen=True)
class CurvePoints:
    """A channel's points in rising order of spend, and the places of two of them."""

    channel: str
    name: str
    points: tuple[Point, ...]
    planned: int
    last: int | None


def curve_points(request: PlanRequest, reply: PlanReply, fit: Fit) -> list[CurvePoints]:
    """The curves of a plan, in its order of channels."""
    return [_points(request, line, fit.curves[line.channel]) for line in reply.allocations]


def _points(request: PlanRequest, line: AllocationRead, fitted: FittedCurve) -> CurvePoints:
    planned, last = float(line.spend), None if line.last_spend is None else float(line.last_spend)
    longest = float(fitted.curve.spend[-1])
    matters = max(planned, last or 0.0, float(line.observed_max_spend or 0))
    end = min(longest, BEYOND * matters) if matters else longest
    spends = {round(float(x), 2) for x in np.linspace(0.0, end, POINTS)} | {planned}
    ordered = sorted(spends | ({last} if last is not None else set()))
    worth, cost = request.worth_of(request.every_channel[line.channel]), request.unit_cost
    at_plan = Point(planned, line.response, line.response_low, line.response_high, line.marginal_roi)
    return CurvePoints(
        line.channel,
        line.name,
        tuple(at_plan if spend == planned else _point(fitted, spend, worth, cost) for spend in ordered),
        ordered.index(planned),
        None if last is None else ordered.index(last),
    )


def _point(fitted: FittedCurve, spend: float, worth: float, cost: float) -> Point:
    low, high = (worth * side - cost * spend for side in range_at(fitted, spend))
    response = worth * float(fitted.curve(spend)) - cost * spend
    marginal = worth * float(fitted.curve.marginal_at(spend)) - cost
    return Point(spend, round(response, 2), round(low, 2), round(high, 2), round(marginal, 4))
