"""What a file of history holds before anyone knows what it means: sheets of cells, each with its place.

A text file is one sheet. Rows and columns count from 1, as spreadsheets show them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from optimizer import Fault, InputError

if TYPE_CHECKING:
    from app.history.mapping import ColumnMapping

MAX_CELLS = 1_000_000
MAX_LINES = 150_000
MAX_COLUMNS = 500
LONGEST_TEXT = 1_000
"""Letters of a cell that are kept: no name, date or amount is longer."""
MAX_LISTED = 20
MAX_FAULTS = 1_000
"""So many faults of a file are named, and no one has read them all: then the reading stops."""


@dataclass(frozen=True)
class Unreadable:
    """A cell that cannot be used as it stands: what it shows, and why not (completes "'…' …")."""

    text: str
    reason: str


Cell = str | float | datetime | Unreadable | None


@dataclass(frozen=True)
class CellFault(Fault):
    """A fault at one place of a file; `row` and `column` are None when the whole sheet is meant."""

    sheet: str = ""
    row: int | None = None
    column: int | None = None

    @property
    def address(self) -> str:
        """The place as spreadsheets write it, e.g. `C5`; a row alone is `5`, a sheet alone nothing."""
        return f"{letters(self.column) if self.column else ''}{self.row or ''}"


@dataclass(frozen=True)
class Note:
    """Something noticed while reading that changes nothing for the worse but should be known."""

    code: str
    message: str


class Line(NamedTuple):
    """One row of a sheet: its number, and its cells from column 1 on."""

    number: int
    cells: list[Cell]

    def cell(self, index: int) -> Cell:
        """The cell at a place counted from 0; None beyond the last."""
        return self.cells[index] if index < len(self.cells) else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in this row."""
        return all(cell is None or cell == "" for cell in self.cells)


@dataclass(frozen=True)
class Merge:
    """A merged range of a workbook, its corners included, counted from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """A named grid. `separator` is that of a text file; `starts_1904` tells how a workbook counts days."""

    name: str
    lines: list[Line]
    merges: tuple[Merge, ...] = ()
    separator: str | None = None
    starts_1904: bool = False


@dataclass
class Book:
    """All visible sheets of a file, what was noticed in opening it, and the titles of the hidden sheets."""

    sheets: list[Sheet]
    notes: list[Note] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


class HistoryFileError(InputError):
    """A history file that cannot be used; names every wrong cell, and nothing of it is taken.

    `mapping` is what its columns were taken for, where it came to that: a wrong cell may be the sign of a
    column misunderstood.
    """

    def __init__(self, faults: Sequence[Fault], mapping: ColumnMapping | None = None) -> None:
        super().__init__(list(faults))
        self.mapping = mapping

    def __str__(self) -> str:
        shown = [fault.message for fault in self.faults[:MAX_LISTED]]
        left = len(self.faults) - len(shown)
        return "; ".join(shown + ([f"and {left} more"] if left else []))


class Faults:
    """Gathers the faults of a file; when there are more than anyone reads it raises them."""

    def __init__(self) -> None:
        self.found: list[CellFault] = []

    def add(self, fault: CellFault) -> None:
        """Keep a fault."""
        self.found.append(fault)
        if len(self.found) >= MAX_FAULTS:
            stop = fault_at(fault.sheet, f"{MAX_FAULTS:,} faults; what follows was not looked at", fault.row)
            raise HistoryFileError([*self.found, stop])


def fault_at(sheet: str, reason: str, row: int | None = None, column: int | None = None) -> CellFault:
    """A fault whose message begins with its place: `Sheet 'May', row 5, column C (C5): …`."""
    place = f"'{sheet}', row {row}" if row else f"'{sheet}'"
    if column and row:
        place += f", column {letters(column)} ({letters(column)}{row})"
    elif column:
        place = f"'{sheet}', column {letters(column)}"
    fault = CellFault((sheet,), f"{place}: {reason}", sheet, row, column)
    return CellFault((sheet, fault.address), fault.message, sheet, row, column) if row or column else fault


def refuse(sheet: str, reason: str, row: int | None = None, column: int | None = None) -> HistoryFileError:
    """The error of a file with this one fault."""
    return HistoryFileError([fault_at(sheet, reason, row, column)])


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, place = divmod(column - 1, 26)
        text = chr(ord("A") + place) + text
    return text


def plain(text: str) -> str:
    """Text as meant: full-width forms made narrow, invisible marks, tabs and outer spaces removed.

    `="00123"`, which exports use to keep a spreadsheet from reading a number, is its inner text.
    """
    text = text.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text
