"""The calendar in the database."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import EventRow
from app.errors import NotFoundError


def of(caller: Caller) -> Select[EventRow]:
    """The workspace's events."""
    return select(EventRow).where(EventRow.workspace_id == caller.workspace_id)


def every(session: Session, caller: Caller) -> list[EventRow]:
    """The rows of the calendar, in order."""
    return list(session.scalars(of(caller).order_by(EventRow.start, EventRow.id)))


def get(session: Session, caller: Caller, event_id: str) -> EventRow:
    """An event of the workspace; raises `NotFoundError` without one."""
    if (row := session.get(EventRow, (caller.workspace_id, event_id))) is None:
        raise NotFoundError("There is no such event.")
    return row
