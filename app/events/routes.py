"""The workspace's calendar of promotions and festivals over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.db.tables import EventRow
from app.events import repository, service
from app.events.schemas import EventRead
from app.optimize.known import EventInput
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["events"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/events", status_code=201, summary="Add an event")
def add(event: EventInput, caller: WhoCalls, session: WriteSession, response: Response) -> EventRead:
    """A promotion or festival, past or coming, both days included."""
    caller.check("plan")
    return _shown(service.add(session, caller, event), response)


@router.get("/events", summary="List events")
def every(
    caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100
) -> Page[EventRead]:
    """The calendar, in order."""
    order = EventRow.start, EventRow.id
    return page_of(session, repository.of(caller), order, Page[EventRead], after=after, limit=limit)


@router.get("/events/{event_id}", summary="Read an event")
def one(event_id: str, caller: WhoCalls, session: ReadSession, response: Response) -> EventRead:
    """An event and, in `ETag`, its version."""
    return _shown(repository.get(session, caller, event_id), response)


@router.put("/events/{event_id}", summary="Change an event")
def change(
    event_id: str,
    event: EventInput,
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
    response: Response,
) -> EventRead:
    """The event as it shall be; `If-Match` names the version that is changed."""
    caller.check("plan")
    return _shown(service.change(session, caller, event_id, event, match), response)


@router.delete("/events/{event_id}", summary="Remove an event")
def remove(event_id: str, caller: WhoCalls, session: WriteSession, match: IfMatch) -> EventRead:
    """Take an event out of the calendar; the answer is what was removed."""
    caller.check("plan")
    match.check(repository.get(session, caller, event_id).version)
    return service.remove(session, caller, event_id)


def _shown(row: EventRow, response: Response) -> EventRead:
    versions.show(response, row.version)
    return EventRead.model_validate(row)
