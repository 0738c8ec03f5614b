"""Remembered ways of reading files, in the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import ImportRow
from app.errors import NotFoundError


def id_of(headers: Iterable[str]) -> str:
    """What stands for a table's headers, in whatever order they come."""
    return "import_" + hashlib.sha256("\n".join(sorted(headers)).encode()).hexdigest()[:24]


def find(session: Session, caller: Caller, import_id: str) -> ImportRow | None:
    """A way of reading that the workspace remembers, or None."""
    return session.get(ImportRow, (caller.workspace_id, import_id))


def get(session: Session, caller: Caller, import_id: str) -> ImportRow:
    """A way of reading that the workspace remembers; raises `NotFoundError` without one."""
    if (row := find(session, caller, import_id)) is None:
        raise NotFoundError("No file with these headers was stored.")
    return row


def of(caller: Caller) -> Select[ImportRow]:
    """All that the workspace remembers."""
    return select(ImportRow).where(ImportRow.workspace_id == caller.workspace_id)


def latest(session: Session, caller: Caller) -> list[ImportRow]:
    """The same, the latest used first."""
    return list(session.scalars(of(caller).order_by(ImportRow.used_at.desc(), ImportRow.id)))
