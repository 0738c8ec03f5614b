"""The audit trail: who did what, each entry chained by hash to the one before.

An entry's hash covers everything in it and the hash before; the workspace's row keeps how many there are
and the last hash, so that an entry changed, removed, added or cut off the end is found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import AuditRow, WorkspaceRow

FIRST = "sha256:" + "0" * 64


def record(session: Session, caller: Caller, action: str, target: str, **detail: Any) -> None:
    """Add an entry in the transaction of the change that it tells of; the workspace's row is locked."""
    workspace = session.get_one(WorkspaceRow, caller.workspace_id, with_for_update=True)
    row = AuditRow(
        workspace_id=caller.workspace_id,
        number=workspace.audit_count + 1,
        at=caller.at,
        person=caller.person,
        key_id=caller.key_id,
        action=action,
        object=target,
        detail=detail,
        previous=workspace.audit_head,
    )
    row.hash = hash_of(row)
    workspace.audit_count, workspace.audit_head = row.number, row.hash
    session.add(row)
    session.flush()


def entries(caller: Caller, **wanted: str | None) -> Select[AuditRow]:
    """The workspace's entries whose `person`, `action` or `object` is the one wanted.

    An action may be named by its room alone: `plan` wants `plan.draft` and all others of plans.
    """
    query = select(AuditRow).where(AuditRow.workspace_id == caller.workspace_id)
    for name, value in wanted.items():
        if value and name == "action" and "." not in value:
            query = query.where(AuditRow.action.startswith(f"{value}.", autoescape=True))
        elif value:
            query = query.where(getattr(AuditRow, name) == value)
    return query


def hash_of(row: AuditRow) -> str:
    """SHA-256 over the entry in one written form, the hash before included."""
    facts: dict[str, Any] = {
        "workspace_id": row.workspace_id,
        "number": row.number,
        "at": row.at.isoformat(),
        "person": row.person,
        "key_id": row.key_id,
        "action": row.action,
        "object": row.object,
        "detail": row.detail,
        "previous": row.previous,
    }
    return "sha256:" + hashlib.sha256(_written(facts).encode()).hexdigest()


def broken_link(session: Session, workspace_id: str) -> str | None:
    """What is wrong with a workspace's trail, in words, or None when every link holds."""
    workspace = session.get_one(WorkspaceRow, workspace_id)
    rows = session.scalars(
        select(AuditRow).where(AuditRow.workspace_id == workspace_id).order_by(AuditRow.number)
    )
    count, head = 0, FIRST
    for row in rows:
        if row.number != count + 1:
            return f"Entry {count + 1} is missing."
        if row.previous != head or row.hash != hash_of(row):
            return f"Entry {row.number} was changed, or one before it."
        count, head = row.number, row.hash
    if (count, head) != (workspace.audit_count, workspace.audit_head):
        return f"There were {workspace.audit_count} entries; {count} are left."
    return None


def moment_of(at: datetime | None) -> str | None:
    """A moment as it stands in an entry's detail."""
    return None if at is None else at.isoformat()


def _written(facts: Mapping[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
