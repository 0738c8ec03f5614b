"""Plan against actual over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from app.dependencies import ChosenLanguage
from app.plans import repository as plans
from app.problems import STORED_RESPONSES
from app.sessions import ReadSession, WhoCalls
from app.tracking import service
from app.tracking.schemas import TrackingRead

router = APIRouter(prefix="/v1/plans/{plan_id}", tags=["tracking"], responses=STORED_RESPONSES)


@router.get("/tracking", summary="Plan against actual")
def read(plan_id: str, caller: WhoCalls, session: ReadSession, language: ChosenLanguage) -> TrackingRead:
    """Planned, and come so far, by channel and week; where the month will end; what to look at."""
    return service.tracked(session, caller, plans.get(session, caller, plan_id), language)
