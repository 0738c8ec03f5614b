"""What a plan's pictures are drawn from: each channel's curve as far as it matters, and what was noticed.

Kept beside a stored plan, so that it can be looked at in either language without fitting anything again.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from app import money
from app.dependencies import Language
from app.optimize.replies import WarningRead
from app.optimize.schemas import PlanRequest
from app.optimize.telling import noticed, range_at
from app.schemas import Output
from optimizer import Allocation, Fit

POINTS = 33
BEYOND = 1.25  # of the largest spend that matters: last month's, the planned or the most ever seen


class DrawnCurve(Output):
    """A channel's curve in units of the objective, from nothing to somewhat beyond what matters."""

    channel: str
    observed_max_spend: float | None
    points: list[tuple[float, float, float, float]] = Field(description="Spend, response, low, high.")


class Evidence(Output):
    """The curves of a plan, and its warnings in every language."""

    curves: list[DrawnCurve]
    warnings: dict[Language, list[WarningRead]]


def evidence(request: PlanRequest, fit: Fit, allocation: Allocation) -> Evidence:
    """The evidence of a plan that was just made."""
    planned = {line.channel: line.spend / 10 ** money.digits(request.currency) for line in allocation.lines}
    languages: tuple[Language, ...] = ("en", "zh")
    return Evidence(
        curves=[_drawn(request, fit, name, spend) for name, spend in planned.items()],
        warnings={language: noticed(request, fit, allocation, language) for language in languages},
    )


def _drawn(request: PlanRequest, fit: Fit, name: str, planned: float) -> DrawnCurve:
    channel, fitted = request.every_channel[name], fit.curves[name]
    observed, last = fitted.observed_max_spend, float(request.last_spend(channel, fit) or 0)
    end = min(BEYOND * max(planned, last, observed or 0.0, 1.0), float(fitted.curve.spend[-1]))
    worth = request.worth_of(channel)
    spends = end * np.linspace(0.0, 1.0, POINTS) ** 1.5  # denser where curves bend most
    rows = [(float(s), float(fitted.curve(s)), *range_at(fitted, float(s))) for s in spends]
    return DrawnCurve(
        channel=name,
        observed_max_spend=None if observed is None else round(observed, 2),
        points=[
            (round(s, 2), *(round(worth * side - request.unit_cost * s, 2) for side in sides))
            for s, *sides in rows
        ],
    )
