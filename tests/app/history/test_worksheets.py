"""Rows read by pattern and rows read by the parser are the same rows."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from app.history import worksheets
from app.history.cells import HistoryFileError, Line
from app.history.workbooks import read_workbook

SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> bytes:
    """Numbers, dates, shared texts, gaps, blanks with a style, a formula, a truth: every kind of row."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["日期", "渠道", "花费"])
        for row in range(1, 200):
            sheet.write_datetime(row, 0, datetime(2026, 1, 1 + row % 28), day)
            sheet.write_row(row, 1, ["京东", row * 1.25e-7, -row, 10.0**14])
            if row % 7 == 0:
                sheet.write_blank(row, 9, None, day)
                sheet.write_number(row, 12, 5)
            if row % 11 == 0:
                sheet.write_formula(row, 6, "=A1", value=3)
                sheet.write_boolean(row, 7, True)
        sheet.write_row(300, 30, [1, 2])
    return file.getvalue()


def changed(data: bytes, change: tuple[bytes, bytes]) -> bytes:
    """The workbook with something replaced in its sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(part, text.replace(*change, 1) if part == SHEET else text)
    return file.getvalue()


def lines(data: bytes) -> list[Line]:
    return read_workbook(data, "a.xlsx").sheets[0].lines


def test_both_ways_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment sends the whole sheet through the parser: the same lines, and none of them by pattern."""
    data = workbook()
    by_pattern = lines(data)
    assert len([line for line in by_pattern if line.cells]) == 201
    assert (by_pattern[11].cells[6:8], by_pattern[7].cells[12]) == ([3, "TRUE"], 5)
    monkeypatch.setattr(worksheets.Cells, "_take_row", None)
    assert lines(changed(data, (b"<sheetData>", b"<!-- a comment --><sheetData>"))) == by_pattern
    with pytest.raises(TypeError):
        lines(data)


def test_chunks_cut_anywhere_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the sheet is cut into pieces, even amid a row longer than is waited for, nothing is lost."""
    data = workbook()
    whole = lines(data)
    for chunk, longest in ((37, 1 << 20), (101, 50), (1000, 600)):
        monkeypatch.setattr("app.history.packages.CHUNK", chunk)
        monkeypatch.setattr(worksheets, "LONGEST_ROW", longest)
        assert lines(data) == whole


def test_a_row_in_a_comment_is_no_row() -> None:
    """What stands in a comment is not read, however much it looks like a row."""
    row = b'<row r="250"><c r="A250"><v>1</v></c></row>'
    data = changed(workbook(), (b"</sheetData>", b"<!--" + row + b"--></sheetData>"))
    assert lines(data) == lines(workbook())
    assert 250 in {
        line.number for line in lines(changed(workbook(), (b'<row r="301"', row + b'<row r="301"')))
    }


@pytest.mark.parametrize(
    "fault",
    [(b'<row r="5"', b'<row r="4"'), (b'r="C6"', b'r="B6"'), (b't="s"><v>3</v>', b't="s"><v>999</v>')],
)
def test_rows_and_cells_out_of_order_are_damage(fault: tuple[bytes, bytes]) -> None:
    """By pattern too: a row number that falls, a column given twice, a text that is not there."""
    with pytest.raises(HistoryFileError, match="damaged"):
        lines(changed(workbook(), fault))
