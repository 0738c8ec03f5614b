"""The caller's workspace in the database, and what day it is there."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import WorkspaceRow


def get(session: Session, caller: Caller) -> WorkspaceRow:
    """The workspace of the caller's key."""
    return session.get_one(WorkspaceRow, caller.workspace_id)


def today(session: Session, caller: Caller) -> date:
    """The day of the request where the workspace is."""
    return caller.at.astimezone(ZoneInfo(get(session, caller).time_zone)).date()
