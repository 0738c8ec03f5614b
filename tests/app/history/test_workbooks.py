"""Workbooks are read right or refused with the cell; none can hurt."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pytest

from app.history.cells import HistoryFileError
from app.history.files import HistoryFile, read_history
from optimizer import HistoryRow, Period
from tests.app.history.odd_files import HEADER, cell, package, rows, sheet, unpacked, workbook

GOOD = [HEADER, ["2026-01-05", "a", 1.5, 10], ["2026-01-12", "a", 2, 20]]
ROWS = [
    HistoryRow("a", Period.parse("2026-W02"), 1.5, revenue=10.0),
    HistoryRow("a", Period.parse("2026-W03"), 2.0, revenue=20.0),
]
DATES = '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy/m/d"/></numFmts>'
DATES += '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>'


def read(data: bytes) -> HistoryFile:
    """The workbook of these bytes."""
    return read_history(data, "book.xlsx")


def with_rows(*more: Sequence[object], after: str = "") -> bytes:
    """The good workbook, with its rows replaced from the first on."""
    return workbook(sheet(rows([HEADER, *more]), after))


def faults(data: bytes) -> list[str]:
    """What the workbook is refused for."""
    with pytest.raises(HistoryFileError) as refused:
        read(data)
    return [fault.message for fault in refused.value.faults]


def test_a_plain_workbook() -> None:
    """Inline texts and numbers give rows; so does what openpyxl writes, with shared texts and real dates."""
    assert read(workbook(sheet(rows(GOOD)))).rows == ROWS
    book = openpyxl.Workbook()
    for row in (HEADER, [date(2026, 1, 5), "a", 1.5, 10], [datetime(2026, 1, 12), "a", 2, 20]):
        book.worksheets[0].append(row)
    data = io.BytesIO()
    book.save(data)
    assert read(data.getvalue()).rows == ROWS


@pytest.mark.parametrize(
    ("properties", "serial"), [("", 46027), ('<workbookPr date1904="1"/>', 46027 - 1462)]
)
def test_dates_as_numbers(properties: str, serial: int) -> None:
    """A date is a number under a date's format, counted from 1900 or 1904; a bare number is read as well."""
    table = [
        HEADER,
        [cell("A2", serial, style=1), "a", 1.5, 10],
        [cell("A3", serial + 7, style=2), "a", 2, 20],
    ]
    assert read(workbook(sheet(rows(table)), styles=DATES, properties=properties)).rows == ROWS
    table = [HEADER, [serial, "a", 1.5, 10], [serial + 7, "a", 2, 20]]
    assert read(workbook(sheet(rows(table)), properties=properties)).rows == ROWS


def test_stored_values_of_formulas() -> None:
    """A formula counts as the value stored with it; one without is refused by its cell."""
    stored = cell("C2", inner="<f>1+0.5</f><v>1.5</v>")
    missing = cell("C3", inner="<f>SUM(Z1:Z9)</f>")
    assert read(with_rows(["2026-W02", "a", stored, 10])).rows == ROWS[:1]
    assert faults(with_rows(["2026-01-05", "a", stored, 10], ["2026-01-12", "a", missing, 20])) == [
        "'Sheet1', row 3, column C (C3): spend: '=SUM(Z1:Z9)' is a formula without a stored value; open the "
        "workbook in a spreadsheet and save it"
    ]


def test_error_cells_are_named_all_at_once() -> None:
    """Every error value in a column that is read is a fault; one in a column that is not read is none."""
    error = [cell(f"{place}", kind="e", inner="<v>#N/A</v>") for place in ("C2", "D3", "E3")]
    found = faults(with_rows(["2026-01-05", "a", error[0], 10], ["2026-01-12", "a", 2, error[1], error[2]]))
    assert [message.split(": ")[0] for message in found] == [
        "'Sheet1', row 2, column C (C2)",
        "'Sheet1', row 3, column D (D3)",
    ]


def test_text_numbers_and_truth_values() -> None:
    """A number stored as text is a number; TRUE is not."""
    assert read(with_rows(["2026-W02", "a", "1.50", " 10 "])).rows == ROWS[:1]
    assert len(faults(with_rows(["2026-01-05", "a", cell("C2", kind="b", inner="<v>1</v>"), 10]))) == 1


def test_merged_names_are_filled_down() -> None:
    """A date or channel merged over rows belongs to each of them."""
    merged = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'
    assert (
        read(with_rows(["2026-01-05", "a", 1.5, 10], ["2026-01-12", None, 2, 20], after=merged)).rows == ROWS
    )


def test_merged_amounts_are_refused() -> None:
    """An amount merged over two rows belongs to neither."""
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    found = faults(with_rows(["2026-01-05", "a", 3.5, 10], ["2026-01-12", "a", None, 20], after=merged))
    assert found == ["'Sheet1', row 2, column C (C2): spend: merged over rows 2 to 3"]


def test_hidden_sheets_macros_and_links() -> None:
    """Hidden sheets are left alone, macros not run, links not followed; each is said."""
    odd = workbook(
        {"May": sheet(rows(GOOD)), "old": sheet(rows([HEADER, ["rubbish", "a", "x", "y"]]))},
        hidden=["old"],
        parts={"xl/vbaProject.bin": b"\0", "xl/externalLinks/externalLink1.xml": "<x/>"},
    )
    file = read(odd)
    assert file.rows == ROWS
    assert {note.code for note in file.notes} == {"hidden_sheet", "macros", "external_links", "grain"}


def test_far_corners_cost_nothing() -> None:
    """A cell in the last row is read; one in the last column is refused by name; both at once."""
    far = rows(GOOD) + rows([["2026-01-19", "b", 3, 30]], first=1048576)
    begun = time.process_time()
    assert read(workbook(sheet(far))).rows[-1].channel == "b"
    corner = rows(GOOD) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert faults(workbook(sheet(corner))) == [
        "'Sheet1', row 1048576, column XFD (XFD1048576): a cell beyond column SF"
    ]
    assert time.process_time() - begun < 1


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
XML = '<?xml version="1.0"?>'
PLAIN = workbook(sheet(rows(GOOD)))
HOSTILE = {
    "entities": workbook(sheet(rows(GOOD), prolog=ENTITY)),
    "external entity": workbook(sheet(rows(GOOD), prolog='<!DOCTYPE x SYSTEM "file:///etc/passwd">')),
    "utf-16 entities": workbook(
        "", parts={"xl/worksheets/sheet1.xml": sheet("", prolog=ENTITY).removeprefix(XML).encode("utf-16")}
    ),
    "bomb": workbook(sheet(rows(GOOD)), parts={"xl/media/image1.png": bytes(20_000_000)}),
    "many cells in a row": workbook(sheet('<row r="1">' + "<c/>" * 2_000_000 + "</row>")),
    "deep": workbook(sheet("<x>" * 100_000)),
    "a name that leads out": workbook(sheet(rows(GOOD)), parts={"xl/../../etc/passwd": b""}),
    "no workbook": package({"word/document.xml": "<x/>"}),
    "binary workbook": package({"xl/workbook.bin": b""}),
    "missing sheet": package({"_rels/.rels": "<x/>", "xl/workbook.xml": "<x/>"}),
    "cut short": PLAIN[: len(PLAIN) // 2],
    "not xml": workbook("\x00\x01"),
    "rows out of order": workbook(sheet(rows(GOOD) + '<row r="1"/>')),
    "cells out of order": workbook(sheet('<row r="1"><c r="B1"/><c r="A1"><v>1</v></c></row>')),
    "no such shared text": workbook(sheet(rows([["x", cell("B1", kind="s", inner="<v>7</v>")]]))),
    "no row number": workbook(sheet('<row r="first"/>')),
    "a row beyond the last": workbook(sheet('<row r="1048577"/>')),
    "old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "web page": b"<html><table><tr><td>date</td></tr></table></html>",
    "zip without parts": package({}),
    "half a zip header": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused(name: str) -> None:
    """Bombs, entities, damage and disguise are refused in under two seconds of work, with the file's name."""
    begun = time.process_time()
    found = faults(HOSTILE[name])
    assert found[0].startswith(("'book.xlsx'", "'Sheet1'"))
    assert time.process_time() - begun < 2


def test_large_workbooks_are_refused_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook whose parts say they are larger than the bound is refused, however small it is packed."""
    noise = random.Random(1).randbytes(50_000)
    data = workbook(sheet(rows(GOOD)), parts={"xl/media/image1.png": noise})
    assert read(data).rows == ROWS
    monkeypatch.setattr("app.history.packages.MAX_UNZIPPED", 50_000)
    assert "unpacked, the workbook is larger than" in faults(data)[0]


def test_any_damage_is_refused_or_harmless() -> None:
    """Whatever bytes of a workbook are changed, it is read or refused: there is no third outcome."""
    rng = random.Random(7)
    outcomes = set()
    parts = unpacked(PLAIN)
    for _ in range(300):
        name = rng.choice(list(parts))
        damaged = bytearray(parts[name])
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            read(package(parts | {name: bytes(damaged)}))
            outcomes.add("read")
        except HistoryFileError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
