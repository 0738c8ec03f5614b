"""The schedule set: when each month's plan is drafted, and how."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.db.tables import ScheduleRow
from app.schedule import repository
from app.schedule.schemas import ScheduleInput, ScheduleRead
from app.versions import Match
from app.workspace import repository as workspace


def put(session: Session, caller: Caller, wish: ScheduleInput, match: Match) -> ScheduleRow:
    """Store the wish, its defaults filled in; switched on again, it begins anew.

    Raises `StaleError`, or `UnconditionalError` when no version of a stored one is named.
    """
    wish = wish.filled(workspace.get(session, caller).time_zone)
    row = repository.find(session, caller)
    match.require(row.version if row else None)
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


def read(row: ScheduleRow, caller: Caller) -> ScheduleRead:
    """A stored schedule and when it runs next; its webhook's secret is left out."""
    wish = ScheduleInput.model_validate(row.wish)
    facts = wish.model_dump() | {"webhook": wish.webhook and wish.webhook.url}
    return ScheduleRead(**facts, next_at=wish.calendar.next_due(caller.at) if row.is_on else None)
