"""The calendar in the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import EventRow


def every(session: Session, caller: Caller) -> list[EventRow]:
    """The rows of the calendar, in order."""
    query = select(EventRow).where(EventRow.workspace_id == caller.workspace_id)
    return list(session.scalars(query.order_by(EventRow.start, EventRow.id)))
