"""The stateless main job over HTTP: nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query

from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage, Language
from app.optimize import examples, ranges, service
from app.optimize.curve_requests import CurvesRequest
from app.optimize.ranges import RangeReply, RangeRequest
from app.optimize.replies import CurvesReply, PlanReply
from app.optimize.schemas import PlanRequest
from app.problems import RESPONSES

router = APIRouter(prefix="/v1", tags=["optimize"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/optimize", summary="Plan a month")
def optimize(
    request: Annotated[RangeRequest, Body(openapi_examples=examples.PLANS | examples.RANGES)],
    language: ChosenLanguage,
    lang: Annotated[Language | None, Query()] = None,
) -> PlanReply | RangeReply:
    """History and/or curves in, the month's plan out: amounts, reserve, reasons, and the proof.

    A spreadsheet may send its rows as they are (`values`), and get the plan as rows (`"answer": "values"`).
    """
    reply = ranges.noted(service.plan(request, language), request.notes)
    return ranges.as_rows(reply, lang) if request.answer == "values" else reply


@router.post("/curves:fit", summary="Fit response curves")
def fit_curves(
    request: Annotated[CurvesRequest, Body(openapi_examples=examples.CURVES)], language: ChosenLanguage
) -> CurvesReply:
    """The response curve of each channel, with its range and what it rests on."""
    return service.curves(request, language)


def warm_up() -> None:
    """Load what the first plan needs, by making a small one."""
    service.plan(PlanRequest.model_validate(examples.FROM_HISTORY), "en")
