"""Goals by month, quarter and year over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from app import versions
from app.db.tables import GoalRow
from app.goals import repository, service
from app.goals.schemas import GoalInput, GoalPeriod, GoalRead
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["goals"], route_class=StoredRoute, responses=STORED_RESPONSES)
PeriodPath = Annotated[GoalPeriod, Path(description="A month, quarter or year: 2026-12, 2026-Q4, 2026.")]


@router.get("/goals", summary="List goals")
def every(caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100) -> Page[GoalRead]:
    """The workspace's goals by period."""
    return page_of(
        session,
        repository.of(caller),
        GoalRow.period,
        Page[GoalRead],
        after=after,
        limit=limit,
        read=lambda row: repository.read(row, caller.currency),
    )


@router.get("/goals/{period}", summary="Read a goal")
def one(period: PeriodPath, caller: WhoCalls, session: ReadSession, response: Response) -> GoalRead:
    """A goal and, in `ETag`, its version."""
    row = repository.get(session, caller, period)
    versions.show(response, row.version)
    return repository.read(row, caller.currency)


@router.put("/goals/{period}", summary="Set a goal")
def put(
    period: PeriodPath,
    goal: GoalInput,
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
    response: Response,
) -> GoalRead:
    """The period's goal as it shall be; `If-Match` names the version when there is one already."""
    caller.check("plan")
    kept = service.put(session, caller, period, goal, match)
    versions.show(response, kept.version)
    return kept


@router.delete("/goals/{period}", summary="Remove a goal")
def remove(period: PeriodPath, caller: WhoCalls, session: WriteSession, match: IfMatch) -> GoalRead:
    """Later plans do without it; the answer is what was removed."""
    caller.check("plan")
    return service.remove(session, caller, period, match)
