"""One server for all tests that need no settings of their own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.app.served import served


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """A client of a server with default settings."""
    with served() as client:
        yield client
