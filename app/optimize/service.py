"""One plan from one request: the same few steps for the API and for the command line."""

from __future__ import annotations

import hashlib

from app.dependencies import Language
from app.optimize.known import CurvesRequest, Known
from app.optimize.refusals import in_words
from app.optimize.replies import CurvesReply, PlanReply
from app.optimize.schemas import PlanRequest
from app.optimize.telling import curves_reply, plan_reply
from optimizer import Fit, InfeasibleError, Period, allocate, fit, foresee, whole_months


def plan(request: PlanRequest, language: Language) -> PlanReply:
    """The plan of a month: curves from history, then the linear program."""
    fitted = fitted_curves(request, request.month, request.to_reach(), request.spendable)
    measured = {metric: measure(request, metric) for metric in request.other_metrics}
    try:
        allocation = allocate(request.to_problem(fitted, measured))
    except InfeasibleError as error:
        raise in_words(request, error, language) from error
    return plan_reply(request, fitted, allocation, language, inputs_hash(request))


def curves(request: CurvesRequest, language: Language) -> CurvesReply:
    """The curves alone, and how well the last months would have been foreseen with such."""
    month = request.plan_month()
    fitted = fitted_curves(request, month, request.to_reach())
    known = request.to_history().before(month.start)
    foreseen = [
        foresee(known, past, request.calendar) for past in whole_months(known, request.foreseen_months)
    ]
    return curves_reply(request, fitted, foreseen, language, inputs_hash(request))


def fitted_curves(
    request: Known, month: Period, reach: dict[str, float], spendable: float | None = None
) -> Fit:
    """The curve of every channel, given or fitted, for the month."""
    return fit(
        request.to_history(),
        month,
        reach=reach,
        given=request.to_given(),
        country=request.calendar,
        spendable=spendable,
    )


def measure(request: PlanRequest, metric: str) -> Fit:
    """The curves of another result than the one that counts, because a rule speaks of it."""
    history, country = request.to_history(metric), request.calendar
    return fit(history, request.month, reach=request.to_reach(), country=country)


def inputs_hash(request: Known) -> str:
    """SHA-256 over the request in one written form, so that the order of its fields does not matter."""
    return "sha256:" + hashlib.sha256(request.model_dump_json().encode()).hexdigest()
