"""What-ifs over HTTP: nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage
from app.optimize.examples import PLANS
from app.optimize.schemas import PlanRequest
from app.problems import RESPONSES
from app.scenarios import examples, service
from app.scenarios.replies import CompareReply, SensitivityReply, SweepReply
from app.scenarios.schemas import CompareRequest, SweepRequest

router = APIRouter(prefix="/v1", tags=["optimize"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/optimize:compare", summary="Plans side by side")
def compare(
    request: Annotated[CompareRequest, Body(openapi_examples=examples.COMPARISONS)], language: ChosenLanguage
) -> CompareReply:
    """One request with named changes, or several requests: each plan, and how it differs from the first."""
    return service.compared(request, language)


@router.post("/optimize:sweep", summary="What each budget brings")
def sweep(
    request: Annotated[SweepRequest, Body(openapi_examples=examples.SWEEPS)], language: ChosenLanguage
) -> SweepReply:
    """The best plan at each budget of a range, and the budget beyond which money earns less than it must."""
    return service.swept(request, language)


@router.post("/optimize:sensitivity", summary="How far the plan leans on each curve")
def sensitivity(
    request: Annotated[PlanRequest, Body(openapi_examples=PLANS)], language: ChosenLanguage
) -> SensitivityReply:
    """What each channel would get at its curve's low or high end, and what keeping the plan would cost."""
    return service.leaning(request, language)
