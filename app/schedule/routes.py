"""The schedule over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app import versions
from app.access import audit
from app.access.callers import Caller
from app.db.tables import RunRow, ScheduleRow
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.schedule import repository
from app.schedule.schemas import RunRead, ScheduleInput, ScheduleRead
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch
from app.workspace import repository as workspace

router = APIRouter(prefix="/v1", tags=["schedule"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.get("/schedule", summary="Read the schedule")
def read(caller: WhoCalls, session: ReadSession, response: Response) -> ScheduleRead:
    """When each month's plan is drafted, and how."""
    return _shown(repository.get(session, caller), caller, response)


@router.put("/schedule", summary="Set the schedule")
def put(
    wish: ScheduleInput, *, caller: WhoCalls, session: WriteSession, match: IfMatch, response: Response
) -> ScheduleRead:
    """The schedule as it shall be; months that became due before it was first set are not drafted."""
    caller.check("plan")
    row = repository.find(session, caller)
    if row is not None:
        match.check(row.version)
    row = _kept(session, caller, row, wish.filled(workspace.get(session, caller).time_zone))
    return _shown(row, caller, response)


@router.get("/schedule/runs", summary="List runs")
def runs(caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100) -> Page[RunRead]:
    """What became of each month that was due, in order."""
    return page_of(session, repository.runs(caller), RunRow.period, Page[RunRead], after=after, limit=limit)


def _kept(session: Session, caller: Caller, row: ScheduleRow | None, wish: ScheduleInput) -> ScheduleRow:
    """Store the wish; switched on again, it begins anew."""
    if row is None:
        row = ScheduleRow(workspace_id=caller.workspace_id, is_on=False, since=caller.at)
        session.add(row)
    if wish.is_on and not row.is_on:
        row.since = caller.at
    row.is_on, row.wish = wish.is_on, wish.model_dump(mode="json")
    session.flush()
    told = wish.model_dump(mode="json", exclude={"webhook": {"secret"}})
    audit.record(session, caller, "schedule.set", "schedule", wish=told)
    return row


def _shown(row: ScheduleRow, caller: Caller, response: Response) -> ScheduleRead:
    versions.show(response, row.version)
    wish = ScheduleInput.model_validate(row.wish)
    facts = wish.model_dump() | {"webhook": wish.webhook and wish.webhook.url}
    return ScheduleRead(**facts, next_at=wish.calendar.next_due(caller.at) if row.is_on else None)
