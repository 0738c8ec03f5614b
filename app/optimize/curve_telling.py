"""The curves alone as they are answered: tables, parameters, and how surely they are known."""

from __future__ import annotations

import numpy as np

from app.dependencies import Language
from app.optimize.curve_requests import CurvesRequest
from app.optimize.diagnoses import advice_read, foresight_read
from app.optimize.figures import amount, figure
from app.optimize.known import Known
from app.optimize.replies import CurveRead, CurvesReply, EstimateRead, PointRead
from app.optimize.telling import (
    demand_read,
    found_in,
    range_at,
    seen,
    warnings_read,
    words_of,
)
from optimizer import Diagnosis, Fit, FittedCurve, Foreseen, __version__, diagnose

TABLE_ROWS = 21


def curves_reply(
    request: CurvesRequest, fit: Fit, foreseen: list[Foreseen], language: Language
) -> CurvesReply:
    """The curves as they are answered."""
    diagnoses = diagnose(fit)
    words = words_of(request, language)
    return CurvesReply(
        month=request.plan_month(),
        currency=request.currency,
        objective=request.objective,
        curves=[
            _curve(request, fit.curves[name], diagnoses[name], language) for name in request.every_channel
        ],
        explained_share=_share(fit.explained_share),
        demand=demand_read(fit.demand, words),
        foresight=foresight_read(foreseen),
        warnings=warnings_read(found_in(request, fit), words),
        inputs_hash=request.inputs_hash,
        model_version=__version__,
    )


def _curve(request: Known, fitted: FittedCurve, diagnosis: Diagnosis, language: Language) -> CurveRead:
    """A curve with a table of evenly spaced spends over its whole length."""
    spend = np.linspace(0.0, fitted.curve.spend[-1], TABLE_ROWS)
    rows = zip(spend, fitted.curve(spend), fitted.curve.marginal_at(spend), strict=True)
    return CurveRead(
        channel=fitted.channel,
        source=fitted.source,
        is_concave=fitted.curve.is_concave,
        last_spend=seen(fitted.last_spend, request),
        observed_max_spend=seen(fitted.observed_max_spend, request),
        explained_share=_share(fitted.explained_share),
        doubt_inside=_share(diagnosis.doubt_inside),
        doubt_outside=_share(diagnosis.doubt_outside),
        advice=advice_read(diagnosis, language),
        parameters={
            name: EstimateRead(value=figure(e.value), low=figure(e.low), high=figure(e.high))
            for name, e in fitted.parameters.items()
        },
        table=[
            PointRead(
                spend=round(x, 2),
                response=amount(y),
                low=amount(range_at(fitted, x)[0]),
                high=amount(range_at(fitted, x)[1]),
                marginal=figure(slope),
            )
            for x, y, slope in (map(float, row) for row in rows)
        ],
    )


def _share(value: float | None) -> float | None:
    return None if value is None else figure(value)
