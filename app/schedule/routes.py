"""The schedule over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.access.callers import Caller
from app.db.tables import RunRow, ScheduleRow
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.schedule import repository, setting
from app.schedule.schemas import RunRead, ScheduleInput, ScheduleRead
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["schedule"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.get("/schedule", summary="Read the schedule")
def read(caller: WhoCalls, session: ReadSession, response: Response) -> ScheduleRead:
    """When each month's plan is drafted, and how."""
    return _shown(repository.get(session, caller), caller, response)


@router.put("/schedule", summary="Set the schedule")
def put(
    wish: ScheduleInput, *, caller: WhoCalls, session: WriteSession, match: IfMatch, response: Response
) -> ScheduleRead:
    """The schedule as it shall be; months that became due before it was first set are not drafted.

    `If-Match` names the version when there is one already.
    """
    caller.check("plan")
    return _shown(setting.put(session, caller, wish, match), caller, response)


@router.get("/schedule/runs", summary="List runs")
def runs(caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100) -> Page[RunRead]:
    """What became of each month that was due, in order."""
    return page_of(session, repository.runs(caller), RunRow.period, Page[RunRead], after=after, limit=limit)


def _shown(row: ScheduleRow, caller: Caller, response: Response) -> ScheduleRead:
    versions.show(response, row.version)
    return setting.read(row, caller)
