"""Plans kept, over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from app import retries, versions
from app.db.tables import PlanRow
from app.dependencies import ChosenLanguage
from app.pages import Cursor, Limit, Page, page_of
from app.plans import answering, comparing, drafting, moves, reoptimizing, repository, service
from app.plans.repository import Draft
from app.plans.schemas import ActInput, CompareInput, DraftInput, PlanRead, PlanSummary, ReplayRead
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.scenarios.replies import CompareReply
from app.sessions import Credentials, ReadSession, WhoCalls, WriteSession, opened
from app.versions import IfMatch, IfNoneMatch


class PlanName(StringConvertor):
    """What may be a plan's id: `x:replay` is none, but an action on the plan x."""

    regex = "[^/:]+"


register_url_convertor("plan", PlanName())
router = APIRouter(prefix="/v1", tags=["plans"], route_class=StoredRoute, responses=STORED_RESPONSES)


def think(
    wish: DraftInput, request: Request, caller: WhoCalls, session: ReadSession, language: ChosenLanguage
) -> Draft:
    """The draft, planned before the request takes its turn to write; a repeated one is not planned again."""
    caller.check("plan")
    retries.check_new(session, request, caller)
    return drafting.make(session, caller, wish, language)


@router.post("/plans", status_code=201, summary="Draft a plan", response_model=PlanRead)
def draft(made: Annotated[Draft, Depends(think)], caller: WhoCalls, session: WriteSession) -> Response:
    """A month's plan from what is stored; `month` and `budget` are enough."""
    return answering.made(service.keep(session, caller, made))


def think_again(
    plan_id: str, request: Request, caller: WhoCalls, session: ReadSession, language: ChosenLanguage
) -> Draft:
    """The rest of the month, planned before the request takes its turn to write."""
    caller.check("plan")
    retries.check_new(session, request, caller)
    return reoptimizing.make(session, caller, repository.get(session, caller, plan_id), language)


@router.post(
    "/plans/{plan_id}:reoptimize",
    status_code=201,
    summary="Draft the rest of a running month",
    response_model=PlanRead,
)
def reoptimize(
    made: Annotated[Draft, Depends(think_again)], caller: WhoCalls, session: WriteSession
) -> Response:
    """A new version for the days and the money that are left, from the actuals so far; approved like any."""
    return answering.made(service.keep(session, caller, made))


@router.get("/plans", summary="List plans")
def every(
    caller: WhoCalls,
    session: ReadSession,
    month: Annotated[str | None, Query(pattern="^[0-9]{4}-[0-9]{2}$")] = None,
    after: Cursor = None,
    limit: Limit = 100,
) -> Page[PlanSummary]:
    """The workspace's plans by month and version."""
    query = repository.of(caller, month)
    return page_of(session, query, PlanRow.id, Page[PlanSummary], after=after, limit=limit)


@router.get(
    "/plans/{plan_id:plan}", summary="Read a plan", response_model=PlanRead, responses=versions.UNCHANGED
)
def one(
    plan_id: str, request: Request, credentials: Credentials, if_none_match: IfNoneMatch = None
) -> Response:
    """A plan and, in `ETag`, its revision; 304 where `If-None-Match` has it already."""
    with opened(request, credentials) as (caller, session):
        return answering.read(session, caller, plan_id, if_none_match, request.app.state.written)


@router.post("/plans/{plan_id}:replay", summary="Make a plan again, as proof")
def replay(plan_id: str, caller: WhoCalls, session: ReadSession) -> ReplayRead:
    """The plan made again from all it was made from: the same, to the last digit?"""
    return service.replay(repository.get(session, caller, plan_id))


@router.post("/plans/{plan_id}:compare", summary="Plans and what-ifs side by side")
def compare(
    plan_id: str, wish: CompareInput, caller: WhoCalls, session: ReadSession, language: ChosenLanguage
) -> CompareReply:
    """The plan beside other stored plans, or beside itself with changes; nothing is stored."""
    others = [repository.get(session, caller, name) for name in wish.plans]
    return comparing.compared(repository.get(session, caller, plan_id), others, wish.scenarios, language)


@router.post(
    "/plans/{plan_id}:{move}",
    summary="Submit, approve, reject, activate or close a plan",
    response_model=PlanRead,
)
def act(
    plan_id: str,
    move: Literal["submit", "approve", "reject", "activate", "close"],
    *,
    act: ActInput | None = None,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
) -> Response:
    """One step of a plan's way; 409 names the steps that are legal now."""
    caller.check(moves.RIGHTS[move])
    row = repository.get(session, caller, plan_id)
    match.check(row.revision)
    service.move(session, caller, row, move, act.note if act else None)
    return answering.moved(row)
