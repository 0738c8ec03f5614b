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
from optimizer import Allocation, Diagnosis, Fit, SeenMonth, diagnose

POINTS = 33
BEYOND = 1.25  # of the largest spend that matters: last month's, the planned or the most ever seen


class SeenPoint(Output):
    """A past month: paid and credited then, and both as they would have been in the plan month."""

    month: str
    paid: float
    result: float | None
    spend: float
    response: float | None


class ChangeRead(Output):
    """A lasting change of a channel's effect: from this day on it is `factor` times as large."""

    date: str
    factor: float


class DrawnCurve(Output):
    """A channel's curve in units of the objective, from nothing to somewhat beyond what matters.

    What lies beside it (from `source` on) says how far it can be trusted, and from what it was told.
    """

    channel: str
    observed_max_spend: float | None
    points: list[tuple[float, float, float, float]] = Field(description="Spend, response, low, high.")
    source: str = ""
    explained_share: float | None = None
    doubt_inside: float | None = None
    doubt_outside: float | None = None
    caused_share: float | None = None
    advice: str = "none"
    change: ChangeRead | None = None
    seen: tuple[SeenPoint, ...] = ()


class Evidence(Output):
    """The curves of a plan, and its warnings in every language."""

    curves: list[DrawnCurve]
    warnings: dict[Language, list[WarningRead]]
    explained_share: float | None = None


def evidence(request: PlanRequest, fit: Fit, allocation: Allocation) -> Evidence:
    """The evidence of a plan that was just made."""
    planned = {line.channel: line.spend / 10 ** money.digits(request.currency) for line in allocation.lines}
    languages: tuple[Language, ...] = ("en", "zh")
    trust = diagnose(fit)
    return Evidence(
        curves=[_drawn(request, fit, trust[name], spend) for name, spend in planned.items()],
        warnings={language: noticed(request, fit, allocation, language) for language in languages},
        explained_share=fit.explained_share,
    )


def _drawn(request: PlanRequest, fit: Fit, trust: Diagnosis, planned: float) -> DrawnCurve:
    name = trust.channel
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
        source=fitted.source,
        explained_share=fitted.explained_share,
        doubt_inside=trust.doubt_inside,
        doubt_outside=trust.doubt_outside,
        caused_share=fitted.caused_share,
        advice=trust.advice,
        change=_change(fit, name),
        seen=tuple(_seen(seen, worth, request.unit_cost) for seen in fitted.seen),
    )


def _change(fit: Fit, channel: str) -> ChangeRead | None:
    """The break that was found in a channel's effect."""
    told = (f.facts for f in fit.findings if f.code == "effect_changed" and f.channel == channel)
    return next((ChangeRead(date=str(x["date"]), factor=float(x["factor"])) for x in told), None)


def _seen(seen: SeenMonth, worth: float, cost: float) -> SeenPoint:
    def valued(result: float | None, spend: float) -> float | None:
        return None if result is None else round(worth * result - cost * spend, 2)

    return SeenPoint(
        month=str(seen.month),
        paid=round(seen.paid, 2),
        result=valued(seen.result, seen.paid),
        spend=round(seen.spend, 2),
        response=valued(seen.response, seen.spend),
    )
