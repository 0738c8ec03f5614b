"""Sign-ins to the pages: a key is exchanged for a random token in a cookie, which ends by itself.

Only the token's digest is stored. The key stays what counts: once it has ended, so has every sign-in
that was made with it. `form_token` is written into each form, so that no other site can send one.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import audit, service
from app.access.callers import Caller, Role
from app.access.keys import digest_of
from app.db.tables import KeyRow, SignInRow, WorkspaceRow
from app.errors import ForbiddenError, UnauthorizedError


def begin(session: Session, caller: Caller, hours: float, secret: str) -> str:
    """The token of a new sign-in of the caller; those that ran out are removed."""
    token = secrets.token_urlsafe(32)
    session.execute(
        delete(SignInRow).where(
            SignInRow.workspace_id == caller.workspace_id, SignInRow.expires_at <= caller.at
        )
    )
    row = SignInRow(
        workspace_id=caller.workspace_id,
        id=service.new_id("sign_in"),
        key_id=caller.key_id,
        digest=digest_of(token, secret),
        form_token=secrets.token_urlsafe(32),
        created_at=caller.at,
        expires_at=caller.at + timedelta(hours=hours),
    )
    session.add(row)
    session.flush()
    audit.record(session, caller, "key.sign_in", row.id)
    return token


def find(session: Session, token: str, secret: str, now: datetime) -> tuple[Caller, SignInRow]:
    """Who is signed in by a token; raises `UnauthorizedError` once it, or its key, has ended."""
    query = (
        select(SignInRow, KeyRow, WorkspaceRow)
        .join(KeyRow, (KeyRow.workspace_id == SignInRow.workspace_id) & (KeyRow.id == SignInRow.key_id))
        .join(WorkspaceRow, WorkspaceRow.id == SignInRow.workspace_id)
        .where(SignInRow.digest == digest_of(token, secret))
    )
    found = session.execute(query).one_or_none()
    if found is None or found[0].expires_at <= now or not service.is_live(found[1], now):
        raise UnauthorizedError("This sign-in has ended; sign in again.")
    row, key, workspace = found
    return Caller(workspace.id, workspace.currency, key.person, cast(Role, key.role), key.id, now), row


def end(session: Session, caller: Caller, row: SignInRow) -> None:
    """Sign out."""
    session.delete(session.merge(row))
    audit.record(session, caller, "key.sign_out", row.id)


def check_again(session: Session, caller: Caller, key: str, secret: str) -> None:
    """Raise `ForbiddenError` unless this is a live key of the caller, with the same role."""
    try:
        again = service.find_caller(session, key, secret, caller.at)
    except UnauthorizedError as error:
        raise ForbiddenError(str(error)) from error
    if (again.workspace_id, again.person, again.role) != (caller.workspace_id, caller.person, caller.role):
        raise ForbiddenError("This is not your key.")
