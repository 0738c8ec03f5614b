"""What all tests that store share: one throw-away PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.app.databases import postgresql, server_binaries

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each command that tests start compiles all


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own."""
    binaries = server_binaries()
    if binaries is None and "CI" not in os.environ:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    assert binaries, "The CI must have a PostgreSQL server: apt-get install postgresql"
    with postgresql(binaries) as address:
        yield address
