"""XLSX workbooks as sheets of cells.

Rows are kept only where cells stand, so that a cell in a far corner costs nothing. Formulas are never
evaluated: the value stored with each is read, and a formula without one is an unreadable cell. Macros are
never run, links never followed, hidden sheets left alone.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta

from openpyxl.styles.numbers import is_date_format

from app.history.cells import (
    LONGEST_TEXT,
    MAX_CELLS,
    MAX_COLUMNS,
    Book,
    Cell,
    Line,
    Merge,
    Note,
    Sheet,
    Unreadable,
    letters,
    refuse,
)
from app.history.packages import NAMES_ITS_DAMAGE, Damaged, Package

MAX_ROWS = 1_048_576
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
LAST_SERIAL = 2_900_000
NEVER_CALCULATED = "is a formula without a stored value; open the workbook in a spreadsheet and save it"


def read_workbook(data: bytes, name: str) -> Book:
    """Every visible sheet; raises `HistoryFileError` where the workbook is damaged, encrypted or hostile."""
    package = Package(data, name)
    main = _target(package.relations(""), "/officeDocument")
    if main is None:
        raise refuse(name, NAMES_ITS_DAMAGE)
    relations = package.relations(main)
    contents = Contents()
    package.read(main, contents)
    strings, styles = Strings(), Styles()
    for kind, reader in (("/sharedStrings", strings), ("/styles", styles)):
        if part := _target(relations, kind):
            package.read(part, reader)
    book = Book([], _notes(package, contents))
    for title, relation in contents.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            cells = Cells(title, strings.items, styles.dates(), contents.starts_1904)
            package.read(part, cells)
            book.sheets.append(Sheet(title, cells.lines, tuple(cells.merges), None, contents.starts_1904))
    return book


def _target(relations: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for name, part in relations.values() if name.endswith(kind)), None)


def _notes(package: Package, contents: Contents) -> list[Note]:
    notes = [Note("hidden_sheet", f"The hidden sheet '{title}' was not read.") for title in contents.hidden]
    if package.holds("xl/vbaproject"):
        notes.append(Note("macros", "The workbook holds macros; they were not run."))
    if package.holds("xl/externallinks/"):
        notes.append(
            Note("external_links", "Links to other workbooks were not followed; stored values were read.")
        )
    return notes


class Contents:
    """Reads the workbook part: its sheets, which of them are hidden, and how it counts days."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[str] = []
        self.starts_1904 = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep a sheet's name and relation."""
        if tag == "workbookPr":
            self.starts_1904 = attributes.get("date1904") in ("1", "true")
        elif tag == "sheet" and attributes.get("state", "visible") != "visible":
            self.hidden.append(attributes["name"])
        elif tag == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes["name"], relation))

    def end(self, tag: str, text: str) -> None:
        """Nothing to do."""


class Strings:
    """Reads the shared texts, without their reading aids (phonetic runs)."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.runs: list[str] = []
        self.is_phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a text, or a run that does not belong to it."""
        if tag == "si":
            self.runs = []
        elif tag == "rPh":
            self.is_phonetic = True

    def end(self, tag: str, text: str) -> None:
        """Keep a run, or the whole text."""
        if tag == "t" and not self.is_phonetic:
            self.runs.append(text)
        elif tag == "rPh":
            self.is_phonetic = False
        elif tag == "si":
            self.items.append("".join(self.runs)[:LONGEST_TEXT])


class Styles:
    """Reads which cell styles show their number as a date."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []
        self.is_cell_style = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Keep a number format, or the format of a cell style."""
        if tag == "numFmt":
            self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self.is_cell_style = True
        elif tag == "xf" and self.is_cell_style:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def end(self, tag: str, text: str) -> None:
        """Leave the list of cell styles."""
        if tag == "cellXfs":
            self.is_cell_style = False

    def dates(self) -> list[bool]:
        """Of each cell style, whether it shows a date."""
        own = {number: bool(is_date_format(code)) for number, code in self.codes.items()}
        return [own.get(number, number in DATE_FORMATS) for number in self.formats]


class Cells:
    """Reads one worksheet into lines."""

    def __init__(self, title: str, strings: list[str], dates: list[bool], starts_1904: bool) -> None:
        self.title, self.strings, self.dates, self.starts_1904 = title, strings, dates, starts_1904
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.row, self.cells, self.count = 0, list[Cell](), 0
        self.attributes: dict[str, str] = {}
        self.parts: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a row or a cell, or keep a merged range."""
        if tag == "c":
            self.attributes, self.parts = attributes, {}
        elif tag == "row":
            row = int(attributes.get("r", self.row + 1))
            if not self.row < row <= MAX_ROWS:
                raise Damaged
            self.row, self.cells = row, []
        elif tag == "mergeCell":
            self.merges.append(_merge(attributes["ref"]))

    def end(self, tag: str, text: str) -> None:
        """Keep a cell's value, its formula, the cell itself, or the row."""
        if tag in ("v", "f"):
            self.parts[tag] = text
        elif tag == "t":
            self.parts["t"] = self.parts.get("t", "") + text[:LONGEST_TEXT]
        elif tag == "c":
            self._keep_cell()
        elif tag == "row":
            self._keep_row()

    def _keep_cell(self) -> None:
        following = len(self.cells) + 1
        reference = self.attributes.get("r")
        column = _column(reference) if reference else following
        if column < following:
            raise Damaged
        value = self._value()
        if value is None:
            return
        if column > MAX_COLUMNS:
            raise refuse(self.title, f"a cell beyond column {letters(MAX_COLUMNS)}", self.row, column)
        if column > following:
            self.cells += [None] * (column - following)
        self.cells.append(value)

    def _keep_row(self) -> None:
        self.count += len(self.cells)
        if self.count > MAX_CELLS:
            raise refuse(self.title, f"more than {MAX_CELLS:,} cells", self.row)
        if not self.cells:
            return
        if self.row > (self.lines[-1].number if self.lines else 0) + 1:
            self.lines.append(Line(self.row - 1, []))
        self.lines.append(Line(self.row, self.cells))

    def _value(self) -> Cell:
        kind, stored = self.attributes.get("t", "n"), self.parts.get("v", "")
        if kind == "n" and stored:
            return self._number_or_date(float(stored))
        if kind == "s" and stored:
            return self.strings[int(stored)] or None
        if kind == "inlineStr":
            return self.parts.get("t") or None
        if not stored:
            formula = self.parts.get("f")
            is_blank = formula is None or kind == "str"
            return None if is_blank else Unreadable(f"={(formula or '…')[:60]}", NEVER_CALCULATED)
        return _typed(kind, stored)

    def _number_or_date(self, number: float) -> Cell:
        style = int(self.attributes.get("s", "0"))
        if not math.isfinite(number):
            return Unreadable(str(number), "is not a finite number")
        if not (style < len(self.dates) and self.dates[style]):
            return number
        if not 0 <= number <= LAST_SERIAL:
            return Unreadable(f"{number:g}", "is shown as a date but lies outside the calendar")
        if self.starts_1904:
            epoch = date(1904, 1, 1)
        else:
            epoch = date(1899, 12, 30) if number >= 60 else date(1899, 12, 31)
        return datetime.combine(epoch, datetime.min.time()) + timedelta(days=number)


def _typed(kind: str, stored: str) -> Cell:
    """The stored value of a cell that is neither a number nor a shared text."""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    if kind == "e":
        return Unreadable(stored, "is an error value")
    if kind == "d":
        return datetime.fromisoformat(stored.removesuffix("Z"))
    return stored[:LONGEST_TEXT]


def _column(reference: str) -> int:
    place = PLACE.fullmatch(reference)
    if place is None:
        raise Damaged
    number = 0
    for letter in place[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _merge(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    top, bottom = PLACE.fullmatch(first), PLACE.fullmatch(last or first)
    if top is None or bottom is None:
        raise Damaged
    return Merge(int(top[2]), _column(first), int(bottom[2]), _column(last or first))
