"""Where the inputs stand in a filled-in workbook, whatever was moved, added or hidden in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from app.dependencies import Language
from app.history.cells import Cell, Faults, Line, Sheet, fault_at, plain
from app.sheets.workbook.fields import SHEETS, Field, Path, Table, casefolded
from app.sheets.workbook.limits import RULES
from app.sheets.workbook.lists import TABLES
from app.sheets.workbook.refusals import told
from app.sheets.workbook.rules import settings
from app.sheets.workbook.values import is_empty

TITLES = {words for table in TABLES for words in casefolded(table.title)}
HEADER_WITHIN = 500
"""Rows of a sheet among which headings are looked for."""
NUMBERED = re.compile(r"\s*[0-9]*")


@dataclass(frozen=True)
class Spot:
    """A cell: its sheet's title, row and column, counted from 1; row None for the whole sheet."""

    sheet: str
    row: int | None = None
    column: int | None = None


@dataclass
class Found:
    """A table found on a sheet: where its headings stand, the columns of its fields, and its filled rows."""

    table: Table
    sheet: Sheet
    header: int
    columns: dict[str, list[int]]
    lines: list[Line] = field(default_factory=list)

    @property
    def first_column(self) -> int:
        """The leftmost column, counted from 0."""
        return min(columns[0] for columns in self.columns.values())

    def spot(self, line: Line | None, key: str | None = None, place: int = 0) -> Spot:
        """The cell of a field in a row; the row's first without a field, the heading without a row."""
        columns = self.columns.get(key or "", [self.first_column])
        column = columns[min(place, len(columns) - 1)]
        return Spot(self.sheet.name, line.number if line else self.header, column + 1)


@dataclass
class Filled:
    """What a workbook asks for, and where each part of it stands."""

    language: Language
    body: dict[str, Any] = field(default_factory=dict)
    spots: dict[Path, Spot] = field(default_factory=dict)
    tables: dict[str, Found] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    broken: set[Path] = field(default_factory=set)
    """What could not be read, and therefore is missing from the body."""

    def spot_of(self, path: Path) -> Spot:
        """The cell that a part of the body came from, or would have."""
        for length in range(len(path), 0, -1):
            if spot := self.spots.get(path[:length]) or self._in_table(path[:length]):
                return spot
        return Spot(SHEETS["rules"].of(self.language))

    def _in_table(self, path: Path) -> Spot | None:
        found = self.tables.get(str(path[0]))
        if found is None:
            return None
        if len(path) == 1:
            return found.spot(None)
        if not isinstance(path[1], int) or path[1] >= len(found.lines):
            return None
        line, inner = found.lines[path[1]], path[2:]
        for one in found.table.fields:
            if inner[: len(one.path)] == one.path or (inner and one.path[: len(inner)] == inner):
                last = inner[-1]
                return found.spot(line, one.key, last if isinstance(last, int) else 0)
        return found.spot(line)

    def label_of(self, path: Path) -> str:
        """What the cell of a part of the body is called."""
        found = self.tables.get(str(path[0]))
        fields = found.table.fields if found else settings()
        inner = path[2:] if found else path
        for one in fields:
            if inner and inner[: len(one.path)] == one.path:
                return one.label.of(self.language)
        return RULES[str(path[-1])].of(self.language) if path[-1] in RULES else ""

    def fault(self, spot: Spot, label: str, reason: str) -> None:
        """Keep a fault of one cell."""
        place = fault_at(spot.sheet, "", spot.row, spot.column)
        self.faults.add(told(place, label, reason, self.language))


def find(table: Table, sheet: Sheet, filled: Filled) -> None:
    """Find a table's headings: the row that has those of all its required fields, and the most in all."""
    best: dict[str, list[int]] = {}
    for line in sheet.lines[:HEADER_WITHIN]:
        texts = [said(cell) for cell in line.cells]
        columns = {one.key: places for one in table.fields if (places := list(_columns(one, texts)))}
        if len(columns) > len(best) and all(one.key in columns for one in table.fields if one.is_required):
            best = columns
            filled.tables[table.key] = Found(table, sheet, line.number, columns)
    if not best:
        wanted = ", ".join(f"'{one.label.of(filled.language)}'" for one in table.fields if one.is_required)
        filled.fault(Spot(sheet.name), "", f"the row with the headings {wanted} is missing")


def _columns(one: Field, texts: list[str]) -> Iterator[int]:
    """The places of a field's column, or of its columns where it is repeated."""
    places = (index for index, text in enumerate(texts) if text and _is_heading(text, one))
    return places if one.is_repeated else islice(places, 1)


def _is_heading(text: str, one: Field) -> bool:
    return any(
        text == words
        or (one.is_repeated and text.startswith(words) and NUMBERED.fullmatch(text.removeprefix(words)))
        for words in casefolded(one.label)
    )


def keep_rows(found: Found) -> None:
    """The rows below the headings, and above the title of the next table, in which something stands."""
    places = [place for columns in found.columns.values() for place in columns]
    for line in found.sheet.lines:
        if line.number <= found.header:
            continue
        if said(line.cell(found.first_column)) in TITLES:
            return
        if not all(is_empty(line.cell(place)) for place in places):
            found.lines.append(line)


def said(cell: Cell) -> str:
    """A cell's text as labels are compared, "" for anything but text."""
    return plain(cell).casefold() if isinstance(cell, str) else ""
