"""Whether a key still opens its workspace, and where that workspace's audit trail ends.

Every change of what is stored adds an entry to the trail in its own transaction; so while the trail has the
same head, and the key lives, whatever was read is as it was. One small query tells both. SQLite tells more
quickly still whether anybody committed anything since that query; then it need not be asked again.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.access.callers import Caller, Role
from app.access.keys import digest_of, is_well_formed
from app.db.engine import Database
from app.db.tables import KeyRow, WorkspaceRow

MOST_KEYS = 1000
QUERY = (
    select(
        WorkspaceRow.id,
        WorkspaceRow.currency,
        WorkspaceRow.audit_head,
        KeyRow.person,
        KeyRow.role,
        KeyRow.id,
        KeyRow.plan_id,
        KeyRow.expires_at,
    )
    .join(KeyRow, WorkspaceRow.id == KeyRow.workspace_id)
    .where(KeyRow.digest == bindparam("digest"), KeyRow.revoked_at.is_(None))
)


class Standing(NamedTuple):
    """A key that was not revoked, and its workspace with the head of its trail, as of one moment."""

    workspace_id: str
    currency: str
    head: str
    person: str
    role: Role
    key_id: str
    plan_id: str | None
    expires_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether the key has not expired."""
        return self.expires_at is None or self.expires_at > now

    def caller(self, now: datetime) -> Caller:
        """The person who asks."""
        return Caller(
            self.workspace_id, self.currency, self.person, self.role, self.key_id, now, self.plan_id
        )


class Standings:
    """The standings of the keys that asked last, known for as long as nobody commits."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database, self._secret = database, secret
        self._kept: OrderedDict[str, tuple[int, Standing]] = OrderedDict()
        self._lock = Lock()

    def known(self, digest: str) -> Standing | None:
        """How a key stands, without a query; None when that is not known, or the key is dead."""
        with self._lock:
            seen = self._kept.get(digest)
        if seen is None or seen[0] != self._database.moment():
            return None
        return _living(seen[1])

    def look(self, digest: str) -> Standing | None:
        """How a key stands; None when it opens nothing."""
        if standing := self.known(digest):
            return standing
        moment = self._database.moment()  # before the query: a commit in between makes what is kept stale
        with self._database.reading() as session:
            found = session.execute(QUERY, {"digest": digest}).one_or_none()
        standing = None if found is None else Standing._make(found)
        if standing is not None and moment is not None:
            self._keep(digest, moment, standing)
        return None if standing is None else _living(standing)

    def digest_of(self, key: str) -> str | None:
        """What the database knows a key by; None for what is no key."""
        return digest_of(key, self._secret) if is_well_formed(key) else None

    def _keep(self, digest: str, moment: int, standing: Standing) -> None:
        with self._lock:
            self._kept[digest] = (moment, standing)
            self._kept.move_to_end(digest)
            if len(self._kept) > MOST_KEYS:
                self._kept.popitem(last=False)


def _living(standing: Standing) -> Standing | None:
    return standing if standing.is_live(datetime.now(UTC)) else None
