"""The months ahead over HTTP: nothing is stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage
from app.outlook import examples, service
from app.outlook.schemas import OutlookReply, OutlookRequest
from app.problems import RESPONSES

router = APIRouter(prefix="/v1", tags=["outlook"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/outlook", summary="Plan several months together")
def outlook(
    request: Annotated[OutlookRequest, Body(openapi_examples=examples.OUTLOOKS)], language: ChosenLanguage
) -> OutlookReply:
    """Budgets that share money, change limits from month to month, season, carry-over and phases at once."""
    return service.planned(request, language)
