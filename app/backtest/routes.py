"""The planner tried on the past, over HTTP: nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from app.backtest import service
from app.backtest.schemas import BacktestReply, BacktestRequest
from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage
from app.optimize import examples
from app.problems import RESPONSES

router = APIRouter(prefix="/v1", tags=["backtest"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/backtest", summary="Try the planner on the past")
def backtest(
    request: Annotated[BacktestRequest, Body(openapi_examples=examples.CURVES)], language: ChosenLanguage
) -> BacktestReply:
    """Each past month planned from what was known then: its worth, and forecasts against what came."""
    return service.tried(request, language)
