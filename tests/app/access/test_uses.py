"""When a key was last used is told, whatever it was used for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.access import service
from app.access.callers import Caller
from app.access.uses import Uses
from app.db.engine import Database
from app.settings import Settings
from tests.app.served import served
from tests.app.shop import Person, Shop


def test_a_key_that_only_reads_is_used_too(database_url: str) -> None:
    """A viewer's look and a cell's are written down when the server stops, at the latest."""
    database, settings = Database(database_url), Settings(database_url=database_url, tick_seconds=0)
    with served(settings) as client:
        shop = Shop(client, database)
        viewer, cell, _ = (shop.person(role) for role in ("viewer", "sheet", "planner"))
        assert unused(shop.admin) == {"viewer", "sheet", "planner"}
        viewer.get("/v1/workspace")
        client.get("/sheets/latest/value", params={"sig": cell.key})
    with served(settings) as client:
        assert unused(Person(client, shop.admin.key)) == {"planner"}
    database.close()


def unused(admin: Person) -> set[str]:
    """The roles of the keys that were never used."""
    return {key["role"] for key in admin.get("/v1/keys")["items"] if key["used_at"] is None}


def test_a_use_is_written_down_once_an_hour(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written for a key whose use was stored less than an hour ago."""
    written, uses = list[str](), Uses()
    monkeypatch.setattr(service, "note_use", lambda _, caller: written.append(caller.key_id))
    database, now = Database(database_url), datetime(2027, 1, 1, tzinfo=UTC)
    for minutes in (0, 1, 59, 61, 62):
        at = now + timedelta(minutes=minutes)
        uses.note(Caller("workspace", "CNY", "li", "viewer", "key", at))
        uses.write_down(database)
    assert len(written) == 2
    database.close()
