"""The short way by which remembered cells are answered: never to the wrong one, and never for too long."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from app.access.keys import digest_of
from app.db.engine import Database
from app.db.tables import KeyRow
from tests.app.sheets.planned import PlannedShop


@pytest.fixture
def shop(stored_server: tuple[httpx.Client, Database]) -> PlannedShop:
    """A new planned shop, on each engine in turn."""
    return PlannedShop(*stored_server)


def end(shop: PlannedShop, sig: str, **moments: datetime) -> None:
    """End a key in the database itself, as another process of the service does."""
    with shop.database.writing() as session:
        row = session.scalars(select(KeyRow).where(KeyRow.digest == digest_of(sig, ""))).one()
        for name, moment in moments.items():
            setattr(row, name, moment)


def test_both_ways_tell_the_same(shop: PlannedShop) -> None:
    """What is remembered comes with the status, the headers and the body of its first telling."""
    for path in ("value", "row", "allocations.csv", "allocations.xml", "curves.csv", "tracking.csv"):
        long, short = shop.ask(f"latest/{path}"), shop.ask(f"latest/{path}")
        for told in (long, short):
            del told.headers["date"], told.headers["x-request-id"]
        assert (short.status_code, short.headers, short.content) == (200, long.headers, long.content)


def test_both_ways_are_counted_as_one_route(shop: PlannedShop) -> None:
    """The metrics name the route, however short the way was."""

    def counted() -> int:
        lines = shop.client.get("/metrics").text.splitlines()
        asked = 'method="GET",route="/sheets/{plan}/value",status="200"'
        return sum(int(float(line.split()[-1])) for line in lines if asked in line)

    before = counted()
    for _ in range(3):
        shop.read("latest/value", metric="budget")
    assert counted() == before + 3


def test_another_process_may_end_a_key(shop: PlannedShop) -> None:
    """A key that is revoked elsewhere opens nothing from the next cell on, remembered or not."""
    assert shop.ask("latest/value").status_code == 200
    end(shop, shop.sig, revoked_at=datetime.now(UTC))
    for method in ("GET", "HEAD"):
        assert shop.ask("latest/value", method=method).status_code == 401
    assert shop.ask("latest/row").status_code == 401


def test_a_key_expires_though_nothing_is_committed(shop: PlannedShop) -> None:
    """The clock alone ends a key that was just now remembered as living."""
    sig = shop.sheet_key()
    end(shop, sig, expires_at=datetime.now(UTC) + timedelta(seconds=0.5))
    assert shop.ask("latest/value", sig=sig).status_code == 200
    time.sleep(0.55)
    assert shop.ask("latest/value", sig=sig).status_code == 401


def test_the_next_version_is_told_at_once(shop: PlannedShop) -> None:
    """A month's cell follows its newest draft, for the number asked before and for one never asked."""
    assert shop.read("2026-12/value", metric="budget") == "80000.5"
    assert shop.read("2026-12/row").split(",")[1] == "1"
    shop.admin.post("/v1/plans", {"month": "2026-12", "budget": 1234}, 201)
    assert shop.read("2026-12/value", metric="budget") == "1234"
    assert shop.read("2026-12/row").split(",")[1] == "2"


def test_a_remembered_answer_is_its_askers_alone(shop: PlannedShop) -> None:
    """The same address with another workspace's key gets that workspace's plan, and with none nothing."""
    other = PlannedShop(shop.client, shop.database, budget=70000)
    path = "/sheets/latest/value?metric=budget"
    told = {}
    for person in (shop, other, shop):
        told[person.id] = person.admin.send("GET", path).text
    assert told == {shop.id: "80000.5", other.id: "70000"}
    assert shop.client.get(path).status_code == 401
    assert shop.client.get(f"{path}&sig={other.sig}").text == "70000"
