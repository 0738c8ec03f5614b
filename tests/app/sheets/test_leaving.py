"""Every table that leaves, by whatever route, with names like formulas in it: none of them is one there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import openpyxl
import pytest
from fastapi.routing import iter_route_contexts

from app.db.engine import Database
from app.main import create_app
from app.settings import Settings
from tests.app.served import served
from tests.app.sheets.planned import PlannedShop
from tests.app.web.test_signing import signed_in

EVILS = ['=HYPERLINK("http://evil","a")', "+evil", "-evil()", "@evil", "＝evil", "a;=evil()", "\u00a0=evil"]
TABLES = (".csv", ".xlsx", "/row")
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def tables() -> set[str]:
    """The paths of all routes that give a table."""
    routes = [context.path or "" for context in iter_route_contexts(create_app().routes)]
    kinds = [path.replace("{kind}", kind) for path in routes for kind in ("csv", "xlsx")]
    return {path for path in kinds if path.endswith(TABLES)}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlannedShop]:
    """A shop whose channels, events and people are all called like formulas."""
    url = f"sqlite:///{tmp_path_factory.mktemp('leaving')}/budget.db"
    database = Database(url)
    curve = {"points": [[0, 0], [50000, 90000]]}
    channels = [{"id": evil, "name": evil, "curve": curve} for evil in EVILS]
    events = [{"name": evil, "start": "2026-12-01", "end": "2026-12-03"} for evil in EVILS]
    with served(Settings(database_url=url)) as client:
        yield PlannedShop(client, database, channels=channels, events=events)
    database.close()


def answers(shop: PlannedShop) -> Iterator[tuple[str, httpx.Response]]:
    """What each of these routes answers."""
    key = {"Authorization": f"Bearer {shop.admin.key}"}
    web = shop.client
    cookie = signed_in(web, shop.admin.key).headers["set-cookie"].partition(";")[0]
    for path in sorted(tables()):
        asked = path.format(plan_id=shop.plan["id"], plan=shop.plan["id"])
        own = {"cookie": cookie} if not path.startswith(("/v1", "/sheets")) else key
        yield path, web.get(asked, headers=own)


def test_no_route_lets_a_formula_out(shop: PlannedShop) -> None:
    """All routes that give CSV or XLSX are known, and in none of their cells a name became a formula."""
    seen = dict(answers(shop))
    assert len(seen) >= 9
    held = 0
    for path, reply in seen.items():
        assert reply.status_code == 200, f"{path}: {reply.text[:200]}"
        is_book = reply.content.startswith(b"PK")
        cells = list(of_book(reply.content) if is_book else of_text(reply.content.decode("utf-8-sig")))
        held += any(evil in cell for cell in cells for evil in EVILS)
        assert not [cell for cell in cells if is_formula(cell)], path
    assert held >= len(seen) - 2  # one row is of the plan, and history of other channels


def of_text(text: str) -> Iterator[str]:
    """Every cell of a CSV, read with each separator that a spreadsheet may take it to have."""
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            yield from row


def of_book(data: bytes) -> Iterator[str]:
    """Every cell of a workbook: the formula of a formula, `'` before a text."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for line in sheet.iter_rows():
            for cell in line:
                value: Any = cell.value
                yield value if cell.data_type == "f" and "evil" in value else f"'{value}"


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet that opens this cell would calculate it."""
    begins = cell.lstrip(" \u00a0").startswith(TRIGGERS)
    return begins and not _is_number(cell)


def _is_number(cell: str) -> bool:
    try:
        return float(cell.replace(",", ".")) is not None
    except ValueError:
        return False
