"""Odd files whose right reading is known: what each must give, or which cell it must be refused at.

The same oddities come as CSV, as XLSX, and in the cells of the service's own workbook.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.history.cells import plain
from app.optimize import examples
from app.optimize.schemas import PlanRequest
from app.sheets.workbook.inputs import inputs_of
from app.sheets.workbook.writing import unplanned_workbook
from benchmarks.reading_apart import Outcome
from tests.app.history.odd_files import HEADER, cell, package, rows, sheet, unpacked, workbook

NUMBERS: dict[str, Sequence[str] | float] = {
    "1234.5": 1234.5,
    "1,234.5": 1234.5,
    "1,234,567.25": 1234567.25,
    "１２３４．５": 1234.5,
    "１，２３４．５": 1234.5,
    " 1 234.50 ": 1234.5,
    "¥1,234.50": 1234.5,
    "1234.5元": 1234.5,
    "1.5万": 15000.0,
    "RMB 99": 99.0,
    "1.2345e3": 1234.5,
    "$5,000": 5000.0,
}
COMMAS = {"1234,5": 1234.5, "1.234,5": 1234.5, "1 234,56": 1234.56, "12.345.678,9": 12345678.9}
"""Numbers with decimal commas: the whole column has to have them."""
NO_NUMBERS = ("#N/A", "#REF!", "#DIV/0!", "abc", "1,23,4", "12..5", "1-2", "TRUE", "'", "١٢")
NAMES: tuple[str, ...] = (
    "=1+1",
    '=HYPERLINK("http://x")',
    "+cmd",
    "-2+3",
    "@SUM(A1)",
    "＝1",
    "抖音",
    "a,b;c",
    'a "b"',
)
NAMES += ("<r>&amp;</r>", "\u202eabc", "🛒 shop")
PERIODS = {
    "2026-10": "2026-10",
    "2026年10月": "2026-10",
    "２０２６－１０": "2026-10",
    "2026-W40": "2026-W40",
    "Oct 2026": "2026-10",
    "2026/10": "2026-10",
}
MONTHS = {"2026-12": "2026-12", "2026年12月": "2026-12", "２０２６－１２": "2026-12", "Dec 2026": "2026-12"}
RULES, CHANNELS, HISTORY = (f"xl/worksheets/sheet{number}.xml" for number in (2, 3, 4))
PLACES = {
    "month": (RULES, "B5"),
    "budget": (RULES, "B6"),
    "limit": (CHANNELS, "F8"),
    "channel": (HISTORY, "A7"),
    "spend": (HISTORY, "C8"),
}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
DAY = date(2026, 10, 5)


@dataclass(frozen=True)
class Case:
    """A file and the truth about it: spends, names or periods that it holds, or the address of its fault."""

    name: str
    data: bytes
    holds: tuple[object, ...] | None = None
    refused_at: str | None = None
    is_workbook: bool = False

    def judge(self, outcome: Outcome) -> str:
        """`read` or `refused` where that is right; what went wrong otherwise."""
        if outcome.kind == "read" and self.refused_at is not None:
            return f"wrong: read {set(outcome.found)}, should be refused at {self.refused_at}"
        if outcome.kind == "read" and self.holds is not None and not outcome.found.issuperset(self.holds):
            return f"wrong: read {set(outcome.found)}, not {self.holds}"
        if outcome.kind == "refused" and self.holds is not None:
            return f"wrong: refused at {set(outcome.found)}, holds {self.holds}"
        if outcome.kind == "refused" and self.refused_at is not None and self.refused_at not in outcome.found:
            return f"wrong: refused at {set(outcome.found)}, not at {self.refused_at}"
        return outcome.kind


def cases() -> Iterator[Case]:
    """Every case once."""
    yield from _tables("number", 2, {text: (value,) for text, value in NUMBERS.items()})
    yield from _tables("no number", 2, dict.fromkeys(NO_NUMBERS))
    yield from _tables("name", 1, {name: (plain(name),) for name in NAMES})
    yield from _tables("period", 0, {text: (period,) for text, period in PERIODS.items()})
    yield from _commas()
    yield from _encodings()
    yield from _packages()
    yield from _workbooks()


def _tables(kind: str, column: int, truths: dict[str, tuple[object, ...] | None]) -> Iterator[Case]:
    """A table as CSV and as XLSX in which one cell of the second row is odd."""
    for text, holds in truths.items():
        table = [
            [*HEADER],
            ["2026-08", "one", "10", "20"],
            ["2026-09", "two", "30", "40"],
        ]
        table[2][column] = text
        place = None if holds is not None else f"{'ABCD'[column]}3"
        yield Case(f"csv {kind} {text}", _csv(table), holds, place)
        yield Case(f"xlsx {kind} {text}", workbook(sheet(rows(table))), holds, place)


def _csv(table: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(table)
    return text.getvalue().encode()


def _commas() -> Iterator[Case]:
    for text, value in COMMAS.items():
        table = [
            [*HEADER],
            ["2026-08", "one", text, "0,5"],
            ["2026-09", "two", "0,25", "1,5"],
        ]
        yield Case(f"csv comma {text}", _csv(table, ";"), (value, 0.25))
        yield Case(f"xlsx comma {text}", workbook(sheet(rows(table))), (value, 0.25))


def _encodings() -> Iterator[Case]:
    text = "日期,渠道,花费\n2026-10,抖音,1\n2026-10,小红书,2\n"
    for encoding in ENCODINGS:
        yield Case(f"csv {encoding}", text.encode(encoding), ("抖音", "小红书", 1.0, 2.0))


def _packages() -> Iterator[Case]:
    """What only workbooks can be: days counted from 1904, merged, hidden, with macros, links, formulas."""
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    for start, properties in ((date(1899, 12, 30), ""), (date(1904, 1, 1), '<workbookPr date1904="1"/>')):
        serial = (DAY - start).days
        dated: list[list[object]] = [[*HEADER], [cell("A2", serial, style=1), "one", 5, 6]]
        book = workbook(sheet(rows(dated)), properties=properties, styles=styles)
        yield Case(f"days from {start.year}", book, (str(DAY), 5.0))
    good: list[list[object]] = [[*HEADER], ["2026-09", "one", 10, 20], ["2026-10", "one", 30, 40]]
    merged: list[list[object]] = [[*HEADER], ["2026-09", "one", 10, 20], ["2026-10", None, 30, 40]]
    over = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'
    yield Case("merged name", workbook(sheet(rows(merged), over.format("B2:B3"))), ("one", 10.0, 30.0))
    yield Case("merged amount", workbook(sheet(rows(good), over.format("C2:C3"))), refused_at="C2")
    sheets = {"a": sheet(rows(good)), "b": sheet(rows([list(HEADER), ["2026-10", "x", 7, 8]]))}
    yield Case("hidden sheet", workbook(sheets, hidden=["b"]), (10.0, 30.0))
    parts: dict[str, bytes | str] = {
        "xl/vbaProject.bin": b"macro",
        "xl/externalLinks/externalLink1.xml": "<x/>",
    }
    for part, content in parts.items():
        yield Case(f"with {part}", workbook(sheet(rows(good)), parts={part: content}), (10.0, 30.0))
    formulas = {
        "without value": "<f>1+1</f>",
        "of a link": "<f>[1]Sheet!A1</f>",
        "shared": '<f t="shared" si="0"/>',
    }
    for name, inner in formulas.items():
        yield Case(f"formula {name}", _with_amount(inner), refused_at="C2")
        yield Case(f"formula {name}, calculated", _with_amount(f"{inner}<v>77</v>"), (77.0,))
    for error in ("#N/A", "#VALUE!", "#NUM!"):
        yield Case(f"error cell {error}", _with_amount(f"<v>{error}</v>", "e"), refused_at="C2")
    for number in ("1e400", "-5", "1e16"):
        yield Case(f"number {number}", _with_amount(f"<v>{number}</v>"), refused_at="C2")


def _with_amount(inner: str, kind: str = "n") -> bytes:
    """A workbook of one row whose spend is this cell."""
    return workbook(sheet(rows([HEADER, ("2026-09", "one", cell("C2", kind=kind, inner=inner), 20)])))


def _workbooks() -> Iterator[Case]:
    """The service's own workbook with one odd cell: budget, month, a channel's limit, a row of history."""
    request = PlanRequest.model_validate(examples.FROM_HISTORY)
    book = Book(unpacked(unplanned_workbook(inputs_of(request), "en", "CNY")))
    for text, value in {**NUMBERS, **COMMAS}.items():
        yield book.with_cell("budget", text, (value,))
    for text in NO_NUMBERS:
        yield from (book.with_cell(place, text, None) for place in ("budget", "limit", "spend"))
    for text, month in MONTHS.items():
        yield book.with_cell("month", text, (month,))
    for name in NAMES:
        yield book.with_cell("channel", name, (name,))
    yield from book.hostile()


@dataclass(frozen=True)
class Book:
    """The parts of a good workbook, to be spoilt one at a time."""

    parts: dict[str, bytes]

    def with_cell(self, what: str, text: str, holds: tuple[object, ...] | None) -> Case:
        """The workbook with another text in one cell."""
        part, place = PLACES[what]
        pattern = re.compile(rf'<c r="{place}"[^>]*?(?:/>|>.*?</c>)'.encode(), re.DOTALL)
        odd = cell(place, text).encode()
        changed, count = pattern.subn(lambda _: odd, self.parts[part], count=1)
        assert count == 1, f"there is no cell {place} in {part}"
        data = package(self.parts | {part: changed})
        return Case(f"own workbook: {what} {text}", data, holds, None if holds else place, True)

    def hostile(self) -> Iterator[Case]:
        """The workbook made to exhaust its reader."""
        rules, history = RULES, HISTORY
        prologs = {"entities": b"<!DOCTYPE x [<!ENTITY a 'b'>]>", "deep": b"<x>" * 100_000}
        for name, prolog in prologs.items():
            yield self._with(f"{name}", rules, prolog + self.parts[rules])
        far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        yield self._with("a far row", history, self.parts[history].replace(b"</sheetData>", far))
        blank = b"".join(b'<row r="%d"/>' % row for row in range(2_000, 1_000_000)) + b"</sheetData>"
        yield self._with("blank rows", history, self.parts[history].replace(b"</sheetData>", blank))
        wrong = b"".join(
            b'<row r="%d"><c r="A%d" t="e"><v>#N/A</v></c><c r="B%d"/></row>' % (row, row, row)
            for row in range(2_000, 60_000)
        )
        yield self._with(
            "all faults", history, self.parts[history].replace(b"</sheetData>", wrong + b"</sheetData>")
        )
        heading = '<c t="inlineStr"><is><t>Group</t></is></c>'
        texts = f"<row>{heading * 400}</row>" * 1_000
        start = self.parts[rules].index(b"</sheetData>")
        yield self._with(
            "many headings", rules, self.parts[rules][:start] + texts.encode() + self.parts[rules][start:]
        )

    def _with(self, name: str, part: str, content: bytes) -> Case:
        return Case(f"own workbook: {name}", package(self.parts | {part: content}), is_workbook=True)
