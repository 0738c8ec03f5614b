"""When keys were last used: remembered while requests are answered, and written down by the server's clock.

Reads may not write: they would wait for whoever writes, on the threads that this one needs to finish.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from app.access import service
from app.access.callers import Caller
from app.db.engine import Database


class Uses:
    """The keys that were used since their last use was written down, at most once an hour for each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting = dict[str, Caller]()
        self._written = dict[str, datetime]()

    def note(self, caller: Caller) -> None:
        """Remember that the caller's key is used."""
        with self._lock:
            written = self._written.get(caller.key_id)
            if written is None or written < caller.at - service.USED_AT_GRAIN:
                self._waiting[caller.key_id] = caller

    def write_down(self, database: Database) -> None:
        """Store what was noted since the last time."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
            self._written |= {key_id: caller.at for key_id, caller in waiting.items()}
        if waiting:
            with database.writing() as session:
                for caller in waiting.values():
                    service.note_use(session, caller)
