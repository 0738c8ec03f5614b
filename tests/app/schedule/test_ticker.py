"""The server's own clock goes on."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from app.access.uses import Uses
from app.db.engine import Database
from app.schedule import jobs
from app.schedule.ticker import ticking
from app.settings import Settings


def test_a_tick_that_breaks_is_not_the_last(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in one look at the schedule, the next look comes."""
    looks, third = list[None](), threading.Event()

    def look(*_: Any) -> Any:
        looks.append(None)
        if len(looks) == 3:
            third.set()
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "run_due", look)
    database = Database(database_url)
    database.upgrade()
    with ticking(database, Settings(tick_seconds=0.01), Uses()):
        assert third.wait(timeout=30)
    database.close()
