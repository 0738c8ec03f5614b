"""The server's own clock: a thread that looks now and then for months that are due."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from app.access.uses import Uses
from app.db.engine import Database
from app.schedule import jobs, webhooks
from app.settings import Settings

log = logging.getLogger("budget")


@contextmanager
def ticking(database: Database, settings: Settings, uses: Uses) -> Iterator[None]:
    """Tick while the block runs; with `tick_seconds` 0 never. Uses of keys are stored at the end, too."""
    stop = Event()
    thread = Thread(target=_tick, args=(database, settings, uses, stop), name="ticker", daemon=True)
    if settings.tick_seconds:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if settings.tick_seconds:
            thread.join(timeout=5)
        _write_down(uses, database)


def tick(database: Database, settings: Settings) -> None:
    """Run what is due and tell who wants to know, unless nothing was ever stored."""
    if not database.is_made:
        return
    for _ in jobs.run_due(database, lambda: datetime.now(UTC)):
        pass
    webhooks.tell(database, datetime.now(UTC), may_be_private=settings.private_webhooks)


def _tick(database: Database, settings: Settings, uses: Uses, stop: Event) -> None:
    while not stop.wait(settings.tick_seconds):
        _write_down(uses, database)
        try:
            tick(database, settings)
        except Exception:
            log.exception("tick failed")  # whatever it was, the next tick may do better


def _write_down(uses: Uses, database: Database) -> None:
    try:
        uses.write_down(database)
    except SQLAlchemyError:
        log.exception("the uses of keys were not stored")
