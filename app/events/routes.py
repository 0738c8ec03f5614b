"""The workspace's calendar of promotions and festivals over HTTP."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import ConfigDict

from app.access import audit
from app.access.service import new_id
from app.db.tables import EventRow
from app.errors import ConflictError, NotFoundError
from app.events import repository
from app.optimize.known import MOST_EVENTS, EventInput
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.schemas import Output
from app.sessions import ReadSession, WhoCalls, WriteSession

router = APIRouter(prefix="/v1", tags=["events"], route_class=StoredRoute, responses=STORED_RESPONSES)


class EventRead(Output):
    """A stored event."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    start: date
    end: date


@router.post("/events", status_code=201, summary="Add an event")
def add(event: EventInput, caller: WhoCalls, session: WriteSession) -> EventRead:
    """A promotion or festival, past or coming, both days included."""
    caller.check("plan")
    if len(repository.every(session, caller)) >= MOST_EVENTS:
        raise ConflictError(f"There are {MOST_EVENTS} events already, the most there can be.")
    row = EventRow(workspace_id=caller.workspace_id, id=new_id("event"), **event.model_dump())
    session.add(row)
    session.flush()
    kept = EventRead.model_validate(row)
    audit.record(session, caller, "event.add", row.id, **kept.model_dump(mode="json"))
    return kept


@router.get("/events", summary="List events")
def every(caller: WhoCalls, session: ReadSession) -> list[EventRead]:
    """The calendar, in order."""
    return [EventRead.model_validate(row) for row in repository.every(session, caller)]


@router.delete("/events/{event_id}", summary="Remove an event")
def remove(event_id: str, caller: WhoCalls, session: WriteSession) -> EventRead:
    """Take an event out of the calendar; the answer is what was removed."""
    caller.check("plan")
    row = session.get(EventRow, (caller.workspace_id, event_id))
    if row is None:
        raise NotFoundError("There is no such event.")
    removed = EventRead.model_validate(row)
    session.delete(row)
    audit.record(session, caller, "event.remove", event_id, **removed.model_dump(mode="json"))
    return removed
