"""Schedules and runs in the database: a run is claimed by one UPDATE, and ended by who holds it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import RunRow, ScheduleRow, WorkspaceRow
from app.errors import NotFoundError

JOB = "plan"
LEASE = timedelta(minutes=5)  # longer than any plan takes; then another process may try
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
Key = tuple[str, str]  # workspace, month


def find(session: Session, caller: Caller) -> ScheduleRow | None:
    """The workspace's schedule, or None."""
    return session.get(ScheduleRow, caller.workspace_id)


def get(session: Session, caller: Caller) -> ScheduleRow:
    """The workspace's schedule; raises `NotFoundError` without one."""
    if (row := find(session, caller)) is None:
        raise NotFoundError("There is no schedule yet; make one with PUT.")
    return row


def running(session: Session) -> list[tuple[ScheduleRow, WorkspaceRow]]:
    """Every schedule that is on, of all workspaces."""
    query = select(ScheduleRow, WorkspaceRow).join(WorkspaceRow, WorkspaceRow.id == ScheduleRow.workspace_id)
    return [(a, b) for a, b in session.execute(query.where(ScheduleRow.is_on).order_by(WorkspaceRow.id))]


def runs(caller: Caller) -> Select[RunRow]:
    """The workspace's runs."""
    return select(RunRow).where(RunRow.workspace_id == caller.workspace_id, RunRow.job == JOB)


def done(session: Session, workspace_id: str) -> set[str]:
    """The months that are done."""
    mine = (RunRow.workspace_id == workspace_id, RunRow.job == JOB, RunRow.state == "done")
    return set(session.scalars(select(RunRow.period).where(*mine)))


def claim(session: Session, key: Key, now: datetime) -> int | None:
    """Take a month's run if nobody else has it: the number of the attempt, or None.

    None while another's lease runs, while a failed one is paused, and when it is done.
    """
    _make_sure_of(session, key, now)
    free = or_(RunRow.lease_until.is_(None), RunRow.lease_until <= now)
    taken = update(RunRow).where(*_is(key), RunRow.state != "done", RunRow.next_at <= now, free)
    taken = taken.values(state="running", attempt=RunRow.attempt + 1, lease_until=now + LEASE)
    if not _changed(session, taken):
        return None
    return session.scalars(select(RunRow.attempt).where(*_is(key))).one()


def end(session: Session, key: Key, attempt: int, now: datetime, **result: Any) -> bool:
    """Write how an attempt ended, unless another has begun since; says whether it was written."""
    mine = update(RunRow).where(*_is(key), RunRow.attempt == attempt, RunRow.state == "running")
    ended = {"lease_until": None, "ended_at": now, "tell_at": now, "tellings": 0}
    return _changed(session, mine.values(**ended, **result))


def pause(attempt: int) -> timedelta:
    """How long to wait after this many failed attempts: each time twice as long."""
    doubled: int = 2 ** min(attempt - 1, 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _is(key: Key) -> tuple[Any, ...]:
    return RunRow.workspace_id == key[0], RunRow.job == JOB, RunRow.period == key[1]


def _make_sure_of(session: Session, key: Key, now: datetime) -> None:
    """Let the run's row exist; when two add it at once, one of them is enough."""
    if session.get(RunRow, (key[0], JOB, key[1])) is not None:
        return
    try:
        with session.begin_nested():
            session.add(RunRow(workspace_id=key[0], job=JOB, period=key[1], next_at=now))
    except IntegrityError:
        return


def _changed(session: Session, statement: Any) -> bool:
    session.flush()
    result = session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()
    return isinstance(result, CursorResult) and result.rowcount == 1
