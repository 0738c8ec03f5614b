"""XLSX workbooks as sheets of cells.

Rows are kept only where cells stand, so that a cell in a far corner costs nothing. Formulas are never
evaluated: the value stored with each is read, and a formula without one is an unreadable cell. Macros are
never run, links never followed, hidden sheets left alone.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format

from app.history.cells import (
    LONGEST_TEXT,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINES,
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
from app.history.packages import NAMES_ITS_DAMAGE, Damaged, Ends, Package, Starts

MAX_ROWS = 1_048_576
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
COLUMN = re.compile(r"[A-Z]{1,3}")
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
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
    book = Book([], _notes(package, contents), contents.hidden)
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
        self.starts: Starts = {"workbookPr": self._properties, "sheet": self._sheet}
        self.ends: Ends = {}

    def _properties(self, attributes: dict[str, str]) -> None:
        self.starts_1904 = attributes.get("date1904") in ("1", "true")

    def _sheet(self, attributes: dict[str, str]) -> None:
        if attributes.get("state", "visible") != "visible":
            self.hidden.append(attributes["name"])
        else:
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes["name"], relation))


class Strings:
    """Reads the shared texts, without their reading aids (phonetic runs)."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.runs: list[str] = []
        self.is_phonetic = False
        self.starts: Starts = {"si": self._begin, "rPh": self._begin_phonetic}
        self.ends: Ends = {"t": self._keep_run, "rPh": self._end_phonetic, "si": self._keep}

    def _begin(self, _: dict[str, str]) -> None:
        self.runs = []

    def _begin_phonetic(self, _: dict[str, str]) -> None:
        self.is_phonetic = True

    def _keep_run(self, text: str) -> None:
        if not self.is_phonetic:
            self.runs.append(text)

    def _end_phonetic(self, _: str) -> None:
        self.is_phonetic = False

    def _keep(self, _: str) -> None:
        self.items.append("".join(self.runs)[:LONGEST_TEXT])


class Styles:
    """Reads which cell styles show their number as a date."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []
        self.is_cell_style = False
        self.starts: Starts = {"numFmt": self._number_format, "cellXfs": self._begin, "xf": self._style}
        self.ends: Ends = {"cellXfs": self._end}

    def _number_format(self, attributes: dict[str, str]) -> None:
        self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")

    def _begin(self, _: dict[str, str]) -> None:
        self.is_cell_style = True

    def _style(self, attributes: dict[str, str]) -> None:
        if self.is_cell_style:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def _end(self, _: str) -> None:
        self.is_cell_style = False

    def dates(self) -> set[str]:
        """The numbers, as cells write them, of the cell styles that show a date."""
        own = {number: bool(is_date_format(code)) for number, code in self.codes.items()}
        return {str(i) for i, number in enumerate(self.formats) if own.get(number, number in DATE_FORMATS)}


class Cells:
    """Reads one worksheet into lines."""

    def __init__(self, title: str, strings: list[str], dates: set[str], starts_1904: bool) -> None:
        self.title, self.strings, self.dates, self.starts_1904 = title, strings, dates, starts_1904
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.row, self.cells, self.count = 0, list[Cell](), 0
        self.cell: dict[str, str] = {}
        self.stored, self.text = "", ""
        self.formula: str | None = None
        self.starts: Starts = {"row": self._begin_row, "c": self._begin_cell, "mergeCell": self._merge}
        self.ends: Ends = {"v": self._value, "f": self._formula, "t": self._text}
        self.ends |= {"c": self._keep_cell, "row": self._keep_row}

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if not self.row < row <= MAX_ROWS:
            raise Damaged
        self.row, self.cells = row, []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.cell, self.stored, self.text, self.formula = attributes, "", "", None

    def _value(self, text: str) -> None:
        self.stored = text

    def _formula(self, text: str) -> None:
        self.formula = text

    def _text(self, text: str) -> None:
        self.text += text[:LONGEST_TEXT]

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes["ref"].partition(":")
        top, bottom = PLACE.fullmatch(first), PLACE.fullmatch(last or first)
        if top is None or bottom is None:
            raise Damaged
        self.merges.append(
            Merge(int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
        )

    def _keep_cell(self, _: str) -> None:
        following = len(self.cells) + 1
        reference = self.cell.get("r")
        column = column_number(reference.rstrip("0123456789")) if reference else following
        if column < following:
            raise Damaged
        cell = self._cell()
        if cell is None:
            return
        if column > MAX_COLUMNS:
            raise refuse(self.title, f"a cell beyond column {letters(MAX_COLUMNS)}", self.row, column)
        if column > following:
            self.cells += [None] * (column - following)
        self.cells.append(cell)

    def _keep_row(self, _: str) -> None:
        self.count += len(self.cells)
        if self.count > MAX_CELLS:
            raise refuse(self.title, f"more than {MAX_CELLS:,} cells", self.row)
        if not self.cells:
            return
        if len(self.lines) > MAX_LINES:
            raise refuse(self.title, f"more than {MAX_LINES:,} rows; send them in several files", self.row)
        if self.row > (self.lines[-1].number if self.lines else 0) + 1:
            self.lines.append(Line(self.row - 1, []))
        self.lines.append(Line(self.row, self.cells))

    def _cell(self) -> Cell:
        kind, stored = self.cell.get("t", "n"), self.stored
        if kind == "n" and stored:
            number = float(stored)
            if math.isfinite(number):
                return self._date(number) if self.cell.get("s") in self.dates else number
            return Unreadable(stored, "is not a finite number")
        if kind == "s" and stored:
            return self.strings[int(stored)] or None
        if kind == "inlineStr":
            return self.text or None
        if not stored:
            is_blank = self.formula is None or kind == "str"
            return None if is_blank else Unreadable(f"={(self.formula or '…')[:60]}", NEVER_CALCULATED)
        return _typed(kind, stored)

    def _date(self, number: float) -> Cell:
        if not 0 <= number <= LAST_SERIAL:
            return Unreadable(f"{number:g}", "is shown as a date but lies outside the calendar")
        if self.starts_1904:
            epoch = datetime(1904, 1, 1)
        else:
            epoch = datetime(1899, 12, 30) if number >= 60 else datetime(1899, 12, 31)
        return epoch + timedelta(days=number)


def _typed(kind: str, stored: str) -> Cell:
    """The stored value of a cell that is neither a number nor a shared text."""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    if kind == "e":
        return Unreadable(stored, "is an error value")
    if kind == "d":
        return datetime.fromisoformat(stored.removesuffix("Z"))
    return stored[:LONGEST_TEXT]


@lru_cache(maxsize=2048)
def column_number(column: str) -> int:
    """The number of a column by its letters: A is 1, AA is 27."""
    if not COLUMN.fullmatch(column):
        raise Damaged
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
