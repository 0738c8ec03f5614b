"""A plan in a real LibreOffice: cells that ask the service, a linked CSV, and the macro."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.db.engine import Database
from app.optimize.examples import HISTORY
from app.settings import Settings
from tests.app.served import served
from tests.app.sheets.connectors import calc
from tests.app.sheets.connectors.test_connectors import HEADER, expected, spends
from tests.app.sheets.planned import EVIL, PlannedShop

ROWS = [HEADER, *([row["period"], row["channel"], row["spend"], row["revenue"]] for row in HISTORY)]
BUDGET = [["Month", "2026-12"], ["Amount", 400000]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PlannedShop, list[Any]]]:
    """A planned shop, and all that a German LibreOffice saw of it in one run."""
    folder = tmp_path_factory.mktemp("calc")
    database = Database(url := f"sqlite:///{folder}/budget.db")
    with served(Settings(database_url=url)) as client:
        shop = PlannedShop(client, database)
        yield shop, calc.driven(folder, _macro(shop), shop.sig, _jobs(shop, folder))
    database.close()


def _macro(shop: PlannedShop) -> str:
    return shop.client.get("/sheets/connect/budget_plan.py").text


def _jobs(shop: PlannedShop, folder: Path) -> list[list[Any]]:
    base = f"{str(shop.client.base_url).rstrip('/')}/sheets/latest"

    def number(query: str) -> str:
        return f'=NUMBERVALUE(WEBSERVICE("{base}/value?{query}&sig={shop.sig}");".")'

    xml = f'WEBSERVICE("{base}/allocations.xml?sig={shop.sig}")'
    formulas = [
        number("channel=douyin"),
        f'=NUMBERVALUE(WEBSERVICE("{base}/value?channel="&ENCODEURL("抖音")&"&sig={shop.sig}");".")',
        number("metric=budget"),
        f'=NUMBERVALUE(FILTERXML({xml};"//allocation[@channel=\'douyin\']/response");".")',
        number("channel=tv"),
        f'=NUMBERVALUE(WEBSERVICE("{base}/value?sig=budget_wrong");".")',
    ]
    sheets = {"Budget": BUDGET, "History data": ROWS, "Channels": [["id", "min_spend"], ["jd", 150000]]}
    wrong = [list(row) for row in ROWS]
    wrong[3][2], wrong[5][2] = "viel", "=1/0"
    return [
        ["formulas", str(folder), formulas],
        ["linked", f"{base}/allocations.csv?sig={shop.sig}"],
        ["played", "plan_month", sheets],
        ["played", "read_plan", {"Other": [[1]]}],
        ["played", "plan_month", sheets | {"History data": wrong}],
        ["played", "plan_month", {"Budget": BUDGET}],
    ]


def test_cells_ask_the_service(seen: tuple[PlannedShop, list[Any]]) -> None:
    """Numbers come with their decimals under a German locale; a wrong address is an error, not a number."""
    shop, ((douyin, chinese, budget, response, *wrong), _) = seen[0], seen[1][0]
    line = shop.plan["allocations"][0]
    assert douyin == chinese == line["spend"]
    assert (budget, response) == (80000.5, pytest.approx(line["response"]))
    assert all(isinstance(cell, str) for cell in wrong)


def test_a_linked_csv_has_numbers_and_no_formula(seen: tuple[PlannedShop, list[Any]]) -> None:
    """A German LibreOffice reads every amount as a number, and a channel named as a formula as text."""
    shop, rows = seen[0], seen[1][1]
    assert spends(rows)["douyin"] == shop.plan["allocations"][0]["spend"]
    assert rows[-1][4] == 80000.5
    assert [row[3] for row in rows if row[2] == "evil"] == [f"'{EVIL}"]


def test_the_macro_plans_and_reads(seen: tuple[PlannedShop, list[Any]]) -> None:
    """Sent rows fill the sheet `Plan`, so does the stored plan, and nothing is said."""
    shop, (_, _, planned, read, *_) = seen
    assert planned[0] is read[0] is None
    assert spends(planned[1]) == pytest.approx(expected(shop))
    assert spends(read[1])["douyin"] == shop.plan["allocations"][0]["spend"]


def test_the_macro_says_what_is_wrong(seen: tuple[PlannedShop, list[Any]]) -> None:
    """Wrong cells and cells in error are named and turn yellow, and a missing sheet is named."""
    refused, empty = seen[1][4:]
    assert "row 4, column C (C4)" in refused[0]
    assert "row 6, column C (C6)" in refused[0]
    assert refused[1:] == [None, [["History data", 3, 2], ["History data", 5, 2]]]
    assert empty[0].endswith(": History data")
