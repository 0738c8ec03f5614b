"""One worksheet as lines of cells, read as its parser meets them.

This is where a large workbook's time goes. Rows as spreadsheets write most of them, numbers and shared texts
and nothing else, are read by pattern, three times as fast; whatever looks otherwise goes through the parser.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from functools import lru_cache

from app.history.cells import (
    LONGEST_TEXT,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINES,
    Cell,
    Line,
    Merge,
    Unreadable,
    letters,
    refuse,
)
from app.history.packages import Damaged, Ends, Feed, Starts

MAX_ROWS = 1_048_576
COLUMN = re.compile(r"[A-Z]{1,3}")
PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
LETTERS = [letters(column).encode() for column in range(1, MAX_COLUMNS + 2)]
ROW_END, LONGEST_ROW = b"</row>", 1 << 22
ROW_NUMBER = re.compile(rb' r="([0-9]{1,7})"')
PLAIN_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,9})")?(?: t="([sn])")?'
    rb"(?:/>|><v>(-?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,2})?)</v></c>)"
)
PLAIN_ROWS = re.compile(
    rb'<row(?:((?: [A-Za-z0-9:]+="[^"<>&]*")*)>((?:'
    + re.sub(rb"\((?!\?)", b"(?:", PLAIN_CELL.pattern)
    + rb')*)</row>|(?: [A-Za-z0-9:]+="[^"<>&]*")*/>(?:<row(?: [A-Za-z0-9:]+="[^"<>&]*")*/>)*)'
)
"""A row of numbers and shared texts, or any number of rows without a cell; both begin alike."""
LAST_SERIAL = 2_900_000
NEVER_CALCULATED = "is a formula without a stored value; open the workbook in a spreadsheet and save it"


class Cells(Feed):
    """Reads one worksheet into `lines` and `merges`."""

    def __init__(self, title: str, strings: list[str], dates: set[str], starts_1904: bool) -> None:
        self.title, self.strings, self.starts_1904 = title, strings, starts_1904
        self.dates = {style.encode() for style in dates}
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.row, self.cells, self.count = 0, list[Cell](), 0
        self.cell: dict[str, str] = {}
        self.stored, self.inline = "", ""
        self.formula: str | None = None
        starts: Starts = {"row": self._begin_row, "c": self._begin_cell, "mergeCell": self._merge}
        ends: Ends = {"v": self._stored, "f": self._formula, "t": self._text}
        super().__init__(starts, ends | {"c": self._keep_cell, "row": self._keep_row})
        self.waiting = bytearray()

    def take(self, chunk: bytes, *, is_plain: bool) -> None:
        """Read rows that hold nothing but numbers and shared texts by pattern, all else by the parser.

        A part with comments or declarations (not `is_plain`) is read by the parser alone: what stands in a
        comment may look like a row.
        """
        if not is_plain:
            super().take(chunk, is_plain=False)
            return
        searched = max(0, len(self.waiting) - len(ROW_END))  # no row ended in what is waiting
        self.waiting += chunk
        end = max(self.waiting.rfind(ROW_END, searched) + len(ROW_END), self.waiting.rfind(b"<row", searched))
        if end < len(ROW_END):
            if len(self.waiting) < LONGEST_ROW:
                return
            end = len(self.waiting)
        text, done = bytes(self.waiting[:end]), 0
        del self.waiting[:end]
        for row in PLAIN_ROWS.finditer(text, 0, end):
            if row.start() > done:
                self.parser.Parse(text[done : row.start()], False)
            if row[2] is None:
                self._take_blank_rows(row[0])
            else:
                self._take_row(row[1], row[2])
            done = row.end()
        self.parser.Parse(text[done:end], False)

    def close(self) -> None:
        """Read what is left."""
        self.parser.Parse(bytes(self.waiting), False)
        super().close()

    def _take_row(self, attributes: bytes, content: bytes) -> None:
        """A row of numbers and shared texts, each in its column."""
        number = ROW_NUMBER.search(attributes)
        self._begin_row({"r": number[1].decode()} if number else {})
        for column, style, kind, stored in PLAIN_CELL.findall(content):
            if not stored:
                continue
            if kind == b"s":
                cell: Cell = self.strings[int(stored)] or None
            else:
                cell = self._date(float(stored)) if style in self.dates else float(stored)
            if column == LETTERS[len(self.cells)] and cell is not None:
                self.cells.append(cell)
            else:
                self._place(column_number(column.decode()), cell)
        self._keep_row("")

    def _take_blank_rows(self, rows: bytes) -> None:
        """Rows without a cell, kept for their height alone: only the number of the last one counts."""
        numbers = ROW_NUMBER.findall(rows)
        last = int(numbers[-1]) if numbers else self.row + rows.count(b"<row")
        self._begin_row({"r": str(last)})

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.cell, self.stored, self.inline, self.formula = attributes, "", "", None

    def _stored(self, text: str) -> None:
        self.stored = text

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row = int(attributes.get("r", self.row + 1))
        if not self.row < row <= MAX_ROWS:
            raise Damaged
        self.row, self.cells = row, []

    def _formula(self, text: str) -> None:
        self.formula = text

    def _text(self, text: str) -> None:
        self.inline += text[:LONGEST_TEXT]

    def _merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes["ref"].partition(":")
        top, bottom = PLACE.fullmatch(first), PLACE.fullmatch(last or first)
        if top is None or bottom is None:
            raise Damaged
        self.merges.append(
            Merge(int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
        )

    def _keep_cell(self, _: str) -> None:
        reference = self.cell.get("r")
        following = len(self.cells) + 1
        self._place(column_number(reference.rstrip("0123456789")) if reference else following, self._value())

    def _place(self, column: int, cell: Cell) -> None:
        """Keep a cell in its column; columns between stay empty."""
        following = len(self.cells) + 1
        if column < following:
            raise Damaged
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

    def _value(self) -> Cell:
        kind, stored = self.cell.get("t", "n"), self.stored
        if kind == "n" and stored:
            number = float(stored)
            if not math.isfinite(number):
                return Unreadable(stored, "is not a finite number")
            return self._date(number) if self.cell.get("s", "").encode() in self.dates else number
        if kind == "s" and stored:
            return self.strings[int(stored)] or None
        if kind == "inlineStr":
            return self.inline or None
        if not stored:
            is_blank = self.formula is None or kind == "str"
            return None if is_blank else Unreadable(f"={(self.formula or '…')[:60]}", NEVER_CALCULATED)
        return _typed(kind, stored)

    def _date(self, number: float) -> Cell:
        if not 0 <= number <= LAST_SERIAL:
            return Unreadable(f"{number:g}", "is shown as a date but lies outside the calendar")
        return _moment(number, self.starts_1904)


def _typed(kind: str, stored: str) -> Cell:
    """The stored value of a cell that is neither a number nor a shared text."""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    if kind == "e":
        return Unreadable(stored, "is an error value")
    if kind == "d":
        return datetime.fromisoformat(stored.removesuffix("Z"))
    return stored[:LONGEST_TEXT]


@lru_cache(maxsize=10_000)
def _moment(number: float, starts_1904: bool) -> datetime:
    """The moment that a serial number stands for; before March 1900 the count has a day that never was."""
    if starts_1904:
        epoch = datetime(1904, 1, 1)
    else:
        epoch = datetime(1899, 12, 30) if number >= 60 else datetime(1899, 12, 31)
    return epoch + timedelta(days=number)


@lru_cache(maxsize=2048)
def column_number(column: str) -> int:
    """The number of a column by its letters: A is 1, AA is 27."""
    if not COLUMN.fullmatch(column):
        raise Damaged
    number = 0
    for letter in column:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
