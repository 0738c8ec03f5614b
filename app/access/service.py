"""Workspaces and keys: made, found, rotated, revoked."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller, Role
from app.access.keys import SHOWN, digest_of, is_well_formed, new_key
from app.access.schemas import KeyInput, WorkspaceInput
from app.db.tables import KeyRow, WorkspaceRow
from app.errors import ConflictError, NotFoundError, UnauthorizedError

USED_AT_GRAIN = timedelta(hours=1)
DEAD_KEY = "This key is not known here, has expired, or was revoked."
HOLDER = (  # built once: building it takes longer than asking
    select(KeyRow, WorkspaceRow)
    .join(WorkspaceRow, WorkspaceRow.id == KeyRow.workspace_id)
    .where(KeyRow.digest == bindparam("digest"))
)


def new_id(kind: str) -> str:
    """An id that nobody can guess, e.g. `key_5f0c…`."""
    return f"{kind}_{secrets.token_hex(12)}"


def create_workspace(session: Session, wish: WorkspaceInput, secret: str) -> tuple[WorkspaceRow, str]:
    """A new workspace and its first admin key."""
    now = datetime.now(UTC)
    workspace = WorkspaceRow(
        id=new_id("workspace"),
        name=wish.name,
        currency=wish.currency,
        created_at=now,
        time_zone=wish.time_zone,
        audit_count=0,
        audit_head=audit.FIRST,
    )
    session.add(workspace)
    session.flush()
    caller = Caller(workspace.id, wish.currency, wish.person, "admin", "command line", now)
    audit.record(session, caller, "workspace.create", workspace.id, name=wish.name, currency=wish.currency)
    first = KeyInput(name="first key", role="admin", person=wish.person)
    return workspace, create_key(session, caller, first, secret)[1]


def create_key(session: Session, caller: Caller, wish: KeyInput, secret: str) -> tuple[KeyRow, str]:
    """A new key, and the row that knows it by its digest."""
    key = new_key()
    lifetime = None if wish.expires_days is None else timedelta(days=wish.expires_days)
    row = KeyRow(
        workspace_id=caller.workspace_id,
        id=new_id("key"),
        name=wish.name,
        person=wish.person or wish.name,
        role=wish.role,
        plan_id=wish.plan_id,
        prefix=key[:SHOWN],
        digest=digest_of(key, secret),
        created_at=caller.at,
        expires_at=None if lifetime is None else caller.at + lifetime,
    )
    session.add(row)
    session.flush()
    audit.record(session, caller, "key.create", row.id, person=row.person, role=row.role, **_only(row))
    return row, key


def rotate_key(
    session: Session, caller: Caller, key_id: str, overlap_hours: int, secret: str
) -> tuple[KeyRow, str]:
    """A new key like the old one, which still works for the hours of overlap."""
    old = _live_key(session, caller, key_id)
    until = caller.at + timedelta(hours=overlap_hours)
    role, left = cast(Role, old.role), old.expires_at
    wish = KeyInput(name=old.name, role=role, person=old.person, plan_id=old.plan_id)
    new, key = create_key(session, caller, wish, secret)
    new.expires_at = left
    old.expires_at = until if left is None else min(left, until)
    audit.record(session, caller, "key.rotate", old.id, by=new.id, until=audit.moment_of(old.expires_at))
    return new, key


def revoke_key(session: Session, caller: Caller, key_id: str) -> KeyRow:
    """End a key at once; the last admin key of a workspace stays, or nobody could make another."""
    row = _live_key(session, caller, key_id)
    if row.role == "admin" and not _other_admins(session, caller, row):
        raise ConflictError("This is the last admin key; make another before revoking it.")
    row.revoked_at = caller.at
    audit.record(session, caller, "key.revoke", row.id)
    return row


def find_caller(session: Session, key: str, secret: str, now: datetime) -> Caller:
    """Whose key this is; raises `UnauthorizedError` unless it is known, unexpired and not revoked."""
    found = None
    if is_well_formed(key):
        found = session.execute(HOLDER, {"digest": digest_of(key, secret)}).one_or_none()
    if found is None or not is_live(found[0], now):
        raise UnauthorizedError(DEAD_KEY)
    row, workspace = found
    role = cast(Role, row.role)
    return Caller(workspace.id, workspace.currency, row.person, role, row.id, now, row.plan_id)


def note_use(session: Session, caller: Caller) -> None:
    """Remember when the key was last used, to the hour."""
    row = session.get_one(KeyRow, (caller.workspace_id, caller.key_id))
    if row.used_at is None or row.used_at < caller.at - USED_AT_GRAIN:
        row.used_at = caller.at


def _only(row: KeyRow) -> dict[str, str]:
    """The one plan that a key opens, for the audit trail; nothing when it opens all."""
    return {} if row.plan_id is None else {"plan_id": row.plan_id}


def get_key(session: Session, caller: Caller, key_id: str) -> KeyRow:
    """A key of the workspace; raises `NotFoundError` without one."""
    if (row := session.get(KeyRow, (caller.workspace_id, key_id))) is None:
        raise NotFoundError("There is no such key.")
    return row


def _live_key(session: Session, caller: Caller, key_id: str) -> KeyRow:
    row = get_key(session, caller, key_id)
    if not is_live(row, caller.at):
        raise ConflictError("This key has ended already.")
    return row


def is_live(row: KeyRow, now: datetime) -> bool:
    """Whether a key opens anything at this moment."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def _other_admins(session: Session, caller: Caller, row: KeyRow) -> bool:
    keys = session.scalars(
        select(KeyRow).where(
            KeyRow.workspace_id == caller.workspace_id, KeyRow.role == "admin", KeyRow.id != row.id
        )
    )
    return any(is_live(key, caller.at) for key in keys)
