"""The calendar kept: events added, changed by whoever has seen their present version, and removed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.access.service import new_id
from app.db.tables import EventRow
from app.errors import ConflictError
from app.events import repository
from app.events.schemas import EventRead
from app.optimize.known import MOST_EVENTS, EventInput
from app.versions import Match


def add(session: Session, caller: Caller, event: EventInput) -> EventRow:
    """A new event; raises `ConflictError` when there are as many as there can be."""
    if len(repository.every(session, caller)) >= MOST_EVENTS:
        raise ConflictError(f"There are {MOST_EVENTS} events already, the most there can be.")
    row = EventRow(workspace_id=caller.workspace_id, id=new_id("event"), **event.model_dump())
    session.add(row)
    session.flush()
    _record(session, caller, "event.add", row)
    return row


def change(session: Session, caller: Caller, event_id: str, event: EventInput, match: Match) -> EventRow:
    """The event as it shall be; raises `StaleError` when another version is meant."""
    row = repository.get(session, caller, event_id)
    match.require(row.version)
    for name, value in event.model_dump().items():
        setattr(row, name, value)
    session.flush()
    _record(session, caller, "event.set", row)
    return row


def remove(session: Session, caller: Caller, event_id: str) -> EventRead:
    """Take an event out of the calendar; says what was removed."""
    row = repository.get(session, caller, event_id)
    session.delete(row)
    return _record(session, caller, "event.remove", row)


def _record(session: Session, caller: Caller, action: str, row: EventRow) -> EventRead:
    told = EventRead.model_validate(row)
    audit.record(session, caller, action, row.id, **told.model_dump(mode="json"))
    return told
