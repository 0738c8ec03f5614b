"""The filled workbook in a real spreadsheet: opened, calculated anew, printed, saved, and sent back."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.optimize import examples, service
from app.sheets.workbook.fields import SHEETS
from app.sheets.workbook.service import plan_workbook
from tests.app.office import Calc
from tests.app.sheets.workbook.books import book_of, planned_spends, request_of
from tests.tolerances import FLOAT

BODY: dict[str, Any] = examples.FROM_HISTORY | {
    "channels": [
        {"id": "douyin", "name": "抖音", "max_change_share": 0.3},
        {"id": "jd", "min_spend": 100000},
    ],
    "events": [{"name": "双12", "start": "2026-12-10", "end": "2026-12-12"}],
}


PLAN = service.plan(request_of(BODY), "en")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbooks as they were written, as Calc saves them, and as it prints them."""
    folder = tmp_path_factory.mktemp("calc")
    calc, written = Calc(folder), []
    for language in ("en", "zh"):
        path = folder / f"{language}.xlsx"
        path.write_bytes(book_of(BODY, "zh" if language == "zh" else "en"))
        written.append(path)
    again, printed = calc.saved_as("xlsx", *written), calc.saved_as("pdf", written[1])
    names = ["written", "written_zh", "saved", "saved_zh", "printed"]
    return dict(zip(names, [*written, *again, *printed], strict=True))


def values(path: Path) -> Iterator[tuple[str, str, Any]]:
    """Sheet, address and value of every cell that holds something."""
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            yield from ((sheet.title, cell.coordinate, cell.value) for cell in row if cell.value is not None)


def formulas(path: Path) -> set[tuple[str, str]]:
    """Sheet and address of every formula."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def test_formulas_calculate_to_what_was_stored_with_them(saved: dict[str, Path]) -> None:
    """Calculated anew, every formula gives the value that it was written with, and none an error."""
    for language in ("", "_zh"):
        stored = {(sheet, place): value for sheet, place, value in values(saved[f"written{language}"])}
        anew = {(sheet, place): value for sheet, place, value in values(saved[f"saved{language}"])}
        assert not [value for value in anew.values() if str(value).startswith(("#", "Err:"))]
        places = formulas(saved[f"written{language}"])
        assert len(places) > 40
        for place in places:
            expected, found = stored.get(place, ""), anew.get(place, "")
            if isinstance(expected, int | float):
                assert found == pytest.approx(expected, rel=FLOAT, abs=1e-6), place
            else:
                assert found == expected, place


def test_totals_agree(saved: dict[str, Path]) -> None:
    """Channels, reserve and what is not allocated add up to the budget as Calc adds them."""
    rows = planned_spends(saved["saved"].read_bytes())
    assert rows["All channels"] == pytest.approx(float(sum(line.spend for line in PLAN.allocations)))
    assert rows["Budget"] == pytest.approx(float(PLAN.budget))
    assert rows["Budget"] == pytest.approx(rows["All channels"] + rows["Reserve"] + rows["Not allocated"])


def test_charts_survive(saved: dict[str, Path]) -> None:
    """Plan, split, reserve, a curve per channel and the comparison are charts in Calc, too."""
    for name in ("written", "saved"):
        with zipfile.ZipFile(saved[name]) as archive:
            charts = [part for part in archive.namelist() if part.startswith("xl/charts/chart")]
        assert len(charts) == 3 + len(BODY["channels"]) + 1


def test_it_prints_with_its_words(saved: dict[str, Path]) -> None:
    """On paper stand the plan's title, names in Chinese, amounts, and every sheet's name."""
    command = ["pdftotext", "-layout", str(saved["printed"]), "-"]
    text = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    for line in PLAN.allocations:
        assert line.name in text
        assert f"{line.spend:,.2f}" in text
    for title in SHEETS.values():
        assert title.zh in text
    assert "###" not in text


@pytest.mark.parametrize("name", ["written_zh", "saved", "saved_zh"])
def test_sent_back_it_gives_the_same_plan(saved: dict[str, Path], name: str) -> None:
    """As downloaded, and as Calc saved it: the same amounts to the cent."""
    again = plan_workbook(saved[name].read_bytes(), "book.xlsx", None).reply
    assert [line.spend for line in again.allocations] == [line.spend for line in PLAN.allocations]
    assert (again.reserve.amount, again.budget) == (PLAN.reserve.amount, PLAN.budget)
