"""One browser and one server for all tests of the pages; nobody may leave the origin or see an error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from app.db.engine import Database
from app.settings import Settings
from tests.app.served import served
from tests.app.shop import Shop
from tests.app.web.browser import CHROMIUM, Visitor, chromium, visitor

Visiting = Callable[..., Visitor]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser; a machine without one skips what needs it, but not the CI."""
    if not Path(CHROMIUM).exists() and "CI" not in os.environ:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def pages_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Database]]:
    """A client of a server with pages, and its database."""
    url = f"sqlite:///{tmp_path_factory.mktemp('pages')}/budget.db"
    database = Database(url)
    with served(Settings(database_url=url, threads=4, failed_keys=10_000)) as client:
        yield client, database
    database.close()


@pytest.fixture
def web(pages_server: tuple[httpx.Client, Database]) -> httpx.Client:
    """A client without a browser: it follows no redirect and has no cookie from a test before."""
    pages_server[0].cookies.clear()
    return pages_server[0]


@pytest.fixture
def shop(pages_server: tuple[httpx.Client, Database]) -> Shop:
    """A new workspace on the pages' server."""
    return Shop(*pages_server)


@pytest.fixture
def visiting(browser: Browser, web: httpx.Client) -> Iterator[Visiting]:
    """Opens browsers for visitors; afterwards none of them may have anything to complain of."""
    visitors: list[Visitor] = []
    with ExitStack() as stack:

        def open_browser(language: str = "en", **options: object) -> Visitor:
            origin = str(web.base_url).rstrip("/")
            visitors.append(stack.enter_context(visitor(browser, origin, language, **options)))  # type: ignore[arg-type]
            return visitors[-1]

        yield open_browser
        assert [complaint for one in visitors for complaint in one.complaints] == []
