"""Failed keys are slowed down."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.access.failures import Failures
from app.access.keys import new_key
from app.db.engine import Database
from app.errors import TooManyError
from app.settings import Settings
from tests.app.served import served
from tests.app.shop import Person, Shop


def test_one_failure_too_many_is_told_to_wait() -> None:
    """Three failures of an address are let pass, the fourth not; another address is not touched by them."""
    failures = Failures(3)
    for _ in range(3):
        failures.add("here")
    with pytest.raises(TooManyError) as caught:
        failures.add("here")
    assert caught.value.headers["Retry-After"] == "60"
    failures.add("there")


def test_a_good_key_passes_however_many_failed(tmp_path: Path) -> None:
    """Someone behind the same address cannot lock the others out."""
    url = f"sqlite:///{tmp_path}/budget.db"
    database = Database(url)
    with served(Settings(database_url=url, failed_keys=2)) as client:
        owner, stranger = Shop(client, database).admin, Person(client, new_key())
        assert [stranger.send("GET", "/v1/audit").status_code for _ in range(3)] == [401, 401, 429]
        owner.get("/v1/audit")
    database.close()
