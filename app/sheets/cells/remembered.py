"""Answers to cells, remembered while nothing in their workspace has changed.

A sheet of 500 cells asks some 2,000 times, mostly for what it was told a moment ago. Every change of what is
stored adds an entry to the workspace's audit trail in its own transaction; so while the trail's head is the
same, and the key lives, an answer is as it was. One query tells both.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

from fastapi import Request
from sqlalchemy import bindparam, select

from app.access.keys import digest_of
from app.db.tables import KeyRow, WorkspaceRow

MOST, LONGEST_BODY = 5000, 16_384
STANDING = (
    select(WorkspaceRow.audit_head, KeyRow.revoked_at, KeyRow.expires_at)
    .join(KeyRow, WorkspaceRow.id == KeyRow.workspace_id)
    .where(KeyRow.digest == bindparam("digest"))
)


class Answer(NamedTuple):
    """What a cell is told; `name` is that of a file."""

    body: bytes
    media_type: str
    name: str | None = None


class Remembered:
    """The last answers of this process, by what was asked with which key."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[str, Answer]] = OrderedDict()
        self._lock = Lock()

    def find(self, asked: bytes, head: str) -> Answer | None:
        """The answer given when the trail had this head, if it is remembered."""
        with self._lock:
            known = self._kept.get(asked)
            return known[1] if known is not None and known[0] == head else None

    def keep(self, asked: bytes, head: str, answer: Answer) -> None:
        """Remember an answer that was worked out after the trail had this head; long ones are not kept."""
        if len(answer.body) > LONGEST_BODY:
            return
        with self._lock:
            self._kept[asked] = (head, answer)
            self._kept.move_to_end(asked)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)


def asked_of(request: Request) -> bytes | None:
    """What is asked with which key, as one digest; None without a key. HEAD asks what GET asks."""
    if key_of(request) is None:
        return None
    whole = "\n".join([request.headers.get("authorization", ""), request.url.path, request.url.query])
    return hashlib.sha256(whole.encode()).digest()


def key_of(request: Request) -> str | None:
    """The key that a request carries, as a header or in its address."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key else request.query_params.get("sig")


def standing(request: Request) -> str | None:
    """The head of the trail of the workspace that the request's key opens; None when it opens none."""
    state = request.app.state
    with state.database.reading() as session:
        digest = digest_of(key_of(request) or "", state.settings.key_secret)
        found = session.execute(STANDING, {"digest": digest}).one_or_none()
    if found is None:
        return None
    head, revoked_at, expires_at = found
    lives = revoked_at is None and (expires_at is None or expires_at > datetime.now(UTC))
    return str(head) if lives else None
