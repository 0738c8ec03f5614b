"""One server for all tests that need no settings of their own, and both databases for those that store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.db.engine import Database
from app.settings import Settings
from tests.app.databases import ENGINES, new_database
from tests.app.served import served
from tests.app.shop import Shop


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client of a server with default settings."""
    with served() as client:
        yield client


@pytest.fixture(params=ENGINES, scope="session")
def stored_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, Database]]:
    """A client of a server that stores, and its database; on each engine in turn."""
    url = f"sqlite:///{tmp_path_factory.mktemp('stored')}/budget.db"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"))
    database = Database(url)
    with served(Settings(database_url=url, threads=4, failed_keys=10_000)) as client:
        yield client, database
    database.close()


@pytest.fixture
def shop(stored_server: tuple[httpx.Client, Database]) -> Shop:
    """A new workspace, and its people."""
    return Shop(*stored_server)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/budget.db"
    return new_database(request.getfixturevalue("postgresql_server"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, on each engine in turn."""
    database = Database(database_url)
    yield database
    database.close()
