"""The reserve of a plan over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app import retries, versions
from app.access.callers import Caller
from app.plans import repository as plans
from app.problems import STORED_RESPONSES
from app.reserve import repository, service
from app.reserve.schemas import LedgerRead, ReleaseInput, ReleaseRead, TransferInput
from app.reserve.service import Proposal
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(
    prefix="/v1/plans/{plan_id}", tags=["reserve"], route_class=StoredRoute, responses=STORED_RESPONSES
)


@router.get("/reserve", summary="Read the reserve")
def read(plan_id: str, caller: WhoCalls, session: ReadSession, response: Response) -> LedgerRead:
    """What was held back, what is left, and every line in between; in `ETag` the ledger's version."""
    plan = plans.get(session, caller, plan_id)
    versions.show(response, repository.version(session, plan))
    return service.ledger(session, caller, plan)


def think_release(
    plan_id: str, wish: ReleaseInput, request: Request, caller: WhoCalls, session: ReadSession
) -> Proposal:
    """Where released money would go, found before the request takes its turn to write."""
    return _proposed(plan_id, wish, request, caller, session)


def think_transfer(
    plan_id: str, wish: TransferInput, request: Request, caller: WhoCalls, session: ReadSession
) -> Proposal:
    """The same for money that is moved."""
    return _proposed(plan_id, wish, request, caller, session)


@router.post("/reserve:release", status_code=201, summary="Ask for a release")
def ask(
    plan_id: str,
    wish: ReleaseInput,
    *,
    found: Annotated[Proposal, Depends(think_release)],
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
) -> ReleaseRead:
    """Ask to spend some of the reserve; someone else has to grant it."""
    plan = plans.get(session, caller, plan_id)
    match.check(repository.version(session, plan))
    return service.shown(service.ask(session, caller, plan, wish, found), caller)


@router.post("/reserve:transfer", status_code=201, summary="Ask for a transfer")
def ask_transfer(
    plan_id: str,
    wish: TransferInput,
    *,
    found: Annotated[Proposal, Depends(think_transfer)],
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
) -> ReleaseRead:
    """Ask to take money from a channel, for another or for the reserve; someone else has to grant it."""
    plan = plans.get(session, caller, plan_id)
    match.check(repository.version(session, plan))
    return service.shown(service.ask(session, caller, plan, wish, found), caller)


@router.post("/reserve/{release_id}:{decision}", summary="Approve or reject a release or transfer")
def decide(
    plan_id: str,
    release_id: str,
    decision: Literal["approve", "reject"],
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
) -> ReleaseRead:
    """Grant or refuse what another person asked for."""
    caller.check("approve")
    plan = plans.get(session, caller, plan_id)
    match.check(repository.version(session, plan))
    row = repository.release(session, plan, release_id)
    return service.shown(service.decide(session, caller, plan, row, grants=decision == "approve"), caller)


def _proposed(
    plan_id: str, wish: ReleaseInput | TransferInput, request: Request, caller: Caller, session: Session
) -> Proposal:
    caller.check("plan")
    retries.check_new(session, request, caller)
    return service.propose(session, caller, plans.get(session, caller, plan_id), wish)
