"""Plans, reserves and the schedule under any sequence of tries, and that a broken rule is noticed."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.db.engine import Database
from app.plans import moves
from app.settings import Settings
from tests.app.served import served
from tests.journeys.machine import walk


def test_nothing_that_people_try_leads_astray(tmp_path: Path) -> None:
    """Drafts, moves, wishes, decisions by four keys, and the clock: never another state than the model's."""
    database = Database(url := f"sqlite:///{tmp_path}/budget.db")
    with served(Settings(database_url=url, threads=4)) as client:
        walk((client, database), examples=6, steps=30)
    database.close()


def walk_on(client_and_database: tuple[httpx.Client, Database]) -> None:
    """Walks from several starts, the first of which meets a missing rule early."""
    for start in range(5, 30):
        walk(client_and_database, examples=8, steps=20, start=start)


def test_a_broken_rule_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without four eyes, such walks end in a surprise."""
    monkeypatch.setattr(moves, "check_four_eyes", lambda *_: None)
    database = Database(url := f"sqlite:///{tmp_path}/budget.db")
    with served(Settings(database_url=url, threads=4)) as client, pytest.raises(AssertionError):
        walk_on((client, database))
    database.close()
