"""The ledger of runs: whoever claims a month has it, alone, and only the last claimant can end it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db.engine import Database
from app.db.tables import RunRow
from app.schedule import repository
from app.schedule.repository import LEASE, claim, end, pause
from tests.app.shop import Shop

NOW = datetime(2027, 1, 1, tzinfo=UTC)
MONTH = "2027-01"


@pytest.fixture
def database(shop: Shop) -> Database:
    return shop.database


def try_claim(database: Database, shop: Shop, now: datetime = NOW, month: str = MONTH) -> int | None:
    with database.writing() as session:
        return claim(session, (shop.id, month), now)


def try_end(database: Database, shop: Shop, attempt: int, state: str = "done") -> bool:
    with database.writing() as session:
        return end(session, (shop.id, MONTH), attempt, NOW, state=state, outcome="drafted")


def test_of_many_at_once_one_claims(database: Database, shop: Shop) -> None:
    """Eight threads ask for each of ten months: each month is had by exactly one."""
    had: list[str] = []
    months = [f"2027-{number:02d}" for number in range(1, 11)]

    def work() -> None:
        had.extend(month for month in months if try_claim(database, shop, month=month))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(had) == months


def test_who_died_is_replaced_when_the_lease_ends(database: Database, shop: Shop) -> None:
    """Before the lease ends nobody else gets the month, then one does, and the dead one's end is refused."""
    assert try_claim(database, shop) == 1
    assert try_claim(database, shop, NOW + LEASE - timedelta(seconds=1)) is None
    assert try_claim(database, shop, NOW + LEASE) == 2
    assert not try_end(database, shop, 1)
    assert try_end(database, shop, 2)


def test_what_is_done_is_not_claimed_again(database: Database, shop: Shop) -> None:
    """A month that is done stays so, however late it is asked for, and cannot be ended twice."""
    assert try_claim(database, shop) == 1
    assert try_end(database, shop, 1)
    assert try_claim(database, shop, NOW + timedelta(days=400)) is None
    assert not try_end(database, shop, 1)
    with database.reading() as session:
        assert repository.done(session, shop.id) == {MONTH}
        assert session.scalars(select(RunRow.attempt).where(RunRow.workspace_id == shop.id)).all() == [1]


def test_pauses_grow_to_a_limit() -> None:
    """A minute, two, four, … and never more than six hours."""
    minutes = [pause(attempt).total_seconds() / 60 for attempt in (1, 2, 3, 9, 10, 1000)]
    assert minutes == [1, 2, 4, 256, 360, 360]
