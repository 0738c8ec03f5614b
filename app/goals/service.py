"""Goals kept: set by whoever has seen their present version, and removed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.db.tables import GoalRow
from app.goals import repository
from app.goals.schemas import GoalInput, GoalRead
from app.versions import Match


def put(session: Session, caller: Caller, period: str, goal: GoalInput, match: Match) -> GoalRead:
    """The period's goal as it shall be; raises `StaleError` or `UnconditionalError`."""
    row = repository.find(session, caller, period)
    match.require(row.version if row else None)
    if row is None:
        row = GoalRow(workspace_id=caller.workspace_id, period=period)
        session.add(row)
    repository.fill(row, goal, caller.currency)
    session.flush()
    return _recorded(session, caller, "goal.set", row)


def remove(session: Session, caller: Caller, period: str, match: Match) -> GoalRead:
    """Later plans do without it; says what was removed."""
    row = repository.get(session, caller, period)
    match.check(row.version)
    session.delete(row)
    return _recorded(session, caller, "goal.remove", row)


def _recorded(session: Session, caller: Caller, action: str, row: GoalRow) -> GoalRead:
    told = repository.read(row, caller.currency)
    audit.record(session, caller, action, row.period, **told.model_dump(mode="json"))
    return told
