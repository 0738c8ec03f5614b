"""The reserve of a plan over HTTP."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from app.plans import repository as plans
from app.problems import STORED_RESPONSES
from app.reserve import repository, service
from app.reserve.schemas import LedgerRead, ReleaseInput, ReleaseRead
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession

router = APIRouter(
    prefix="/v1/plans/{plan_id}", tags=["reserve"], route_class=StoredRoute, responses=STORED_RESPONSES
)


@router.get("/reserve", summary="Read the reserve")
def read(plan_id: str, caller: WhoCalls, session: ReadSession) -> LedgerRead:
    """What was held back, what is left, and every line in between."""
    return service.ledger(session, caller, plans.get(session, caller, plan_id))


@router.post("/reserve:release", status_code=201, summary="Ask for a release")
def ask(plan_id: str, wish: ReleaseInput, caller: WhoCalls, session: WriteSession) -> ReleaseRead:
    """Ask to spend some of the reserve; someone else has to grant it."""
    caller.check("plan")
    plan = plans.get(session, caller, plan_id)
    return service.shown(service.ask(session, caller, plan, wish), caller)


@router.post("/reserve/{release_id}:{decision}", summary="Approve or reject a release")
def decide(
    plan_id: str,
    release_id: str,
    decision: Literal["approve", "reject"],
    caller: WhoCalls,
    session: WriteSession,
) -> ReleaseRead:
    """Grant or refuse what another person asked for."""
    caller.check("approve")
    plan = plans.get(session, caller, plan_id)
    row = repository.release(session, plan, release_id)
    return service.shown(service.decide(session, caller, plan, row, grants=decision == "approve"), caller)
