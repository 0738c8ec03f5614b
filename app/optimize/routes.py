"""The stateless main job over HTTP: nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage
from app.optimize import examples, service
from app.optimize.known import CurvesRequest
from app.optimize.replies import CurvesReply, PlanReply
from app.optimize.schemas import PlanRequest
from app.problems import RESPONSES

router = APIRouter(prefix="/v1", tags=["optimize"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/optimize", summary="Plan a month")
def optimize(
    request: Annotated[PlanRequest, Body(openapi_examples=examples.PLANS)], language: ChosenLanguage
) -> PlanReply:
    """History and/or curves in, the month's plan out: amounts, reserve, reasons, and the proof."""
    return service.plan(request, language)


@router.post("/curves:fit", summary="Fit response curves")
def fit_curves(
    request: Annotated[CurvesRequest, Body(openapi_examples=examples.CURVES)], language: ChosenLanguage
) -> CurvesReply:
    """The response curve of each channel, with its range and what it rests on."""
    return service.curves(request, language)


def warm_up() -> None:
    """Load what the first plan needs, by making a small one."""
    service.plan(PlanRequest.model_validate(examples.FROM_HISTORY), "en")
