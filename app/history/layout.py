"""Where the table of history is on a sheet, and what its columns mean.

Above the header may stand a preamble, below the table totals, footnotes, or another table; none of them is
history. Long tables have a row per channel and period, wide ones a row per period and a column per channel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, pairwise

from app.history.cells import Cell, Line, Note, Sheet, Unreadable, plain
from app.history.columns import MEASURES, TOTALS, Column, Meaning, meaning_of
from app.history.dates import Dating, read_periods, read_span
from app.history.mapping import (
    HEADER_WITHIN,
    ColumnMapping,
    filled,
    grouped_header,
    headers_of,
    is_number,
    read_header,
)
from app.history.numbers import DIGITS, is_blank
from app.history.platforms import Platform
from optimizer import Period

NO_LINE = Line(0, [])
TOTAL = re.compile(r"(?:合计|总计|汇总|小计|总和|累计|平均值?|均值|共计|全部合计).{0,12}")
TOTAL_WORDS = {
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "sum",
    "average",
    "avg",
    "all",
    "全部",
}
TOTAL_WORDS |= {"summe", "gesamt", "gesamtsumme", "totaux", "total général", "total general"}
DATES = re.compile(r"(20[0-9]{2})[-/.年]?([01]?[0-9])[-/.月]?([0-3]?[0-9])")


@dataclass(frozen=True)
class Table:
    """A table of history: its columns and its rows, with what rows without a channel or period belong to."""

    sheet: Sheet
    columns: list[Column]
    lines: list[Line]
    notes: list[Note]
    platform: Platform | None = None
    channel: str | None = None
    period: Period | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def only(self, meaning: Meaning) -> Column | None:
        """The column of this meaning, None without one."""
        return next((column for column in self.columns if column.meaning is meaning), None)

    def all(self, *meanings: Meaning) -> list[Column]:
        """Every column of one of these meanings, in the order of the sheet."""
        return [column for column in self.columns if column.meaning in meanings]

    @property
    def has_periods(self) -> bool:
        """Whether it is known of every row which period it belongs to."""
        return self.period is not None or self.only(Meaning.PERIOD) is not None

    @property
    def is_wide(self) -> bool:
        """Whether columns name the channels."""
        return any(column.channel for column in self.columns)


def find_table(sheet: Sheet, given: ColumnMapping) -> Table | None:
    """The table of history on a sheet; None where no row, and no two rows, can be its header."""
    candidates = list(islice(filled(sheet.lines), HEADER_WITHIN))
    for (place, line), (next_place, next_line) in pairwise([*candidates, (len(sheet.lines), NO_LINE)]):
        grouped = grouped_header(line, next_line)
        header, last = (grouped, next_place) if grouped else (line, place)
        columns, platform = read_header(headers_of(header), sheet.lines[last + 1 :], given)
        if _is_header(columns, platform, header):
            above = sheet.lines[:place]
            lines, notes = _body(sheet, last, columns)
            notes = _about(above, columns, platform) + notes
            stated = _stated_period(above, given)
            return Table(sheet, columns, lines, notes, platform, given.channel, stated, given.names)
    return None


def is_turned(sheet: Sheet) -> bool:
    """Whether a sheet has a row of periods: a table whose time runs to the right."""
    lines = islice(filled(sheet.lines), HEADER_WITHIN)
    return any(_count_periods(line) > 2 for _, line in lines)


def _count_periods(line: Line) -> int:
    shown = [cell for cell in line.cells if isinstance(cell, str | datetime)]
    return sum(isinstance(period, Period) for period in read_periods(shown, Dating()).values())


def _is_header(columns: list[Column], platform: Platform | None, line: Line) -> bool:
    """Whether a row with these columns is a header: mostly text, with amounts, and a period or a channel."""
    meanings = {column.meaning for column in columns}
    texts = sum(isinstance(cell, str) and not is_number(cell) for cell in line.cells if not is_blank(cell))
    if texts < 2 or 2 * texts < sum(not is_blank(cell) for cell in line.cells):
        return False
    has_amounts = bool(meanings & {Meaning.SPEND, Meaning.REVENUE, *TOTALS, *TOTALS.values()})
    return has_amounts and bool(platform or meanings & {Meaning.PERIOD, Meaning.CHANNEL})


def _about(above: list[Line], columns: list[Column], platform: Platform | None) -> list[Note]:
    """Notes on the preamble, the platform, and the columns that others were preferred to."""
    notes = []
    if lines := sum(1 for _ in filled(above)):
        notes.append(Note("preamble", f"{lines} lines above the header were not read."))
    if platform:
        notes.append(Note("platform", f"Recognised as an export of {platform.name}."))
    for column in columns:
        known = meaning_of(column.header)
        if column.meaning is Meaning.IGNORED and known and known[0] in MEASURES:
            taken = next((c for c in columns if c.meaning is known[0] and not c.channel), None)
            if taken:
                message = f"'{taken.header}' was read as {known[0]}, '{column.header}' was not."
                notes.append(Note("several_columns", message))
    plain_names = [c.header for c in columns if c.channel == c.header]
    if plain_names:
        message = f"Read as one channel's spend each: {', '.join(plain_names)}."
        notes.append(Note("wide_columns", message))
    return notes


def _body(sheet: Sheet, header: int, columns: list[Column]) -> tuple[list[Line], list[Note]]:
    """The rows of the table, and notes on those that are none."""
    labels = {c.index for c in columns if c.meaning in (Meaning.PERIOD, Meaning.CHANNEL, Meaning.GEO)}
    amounts = [c.index for c in columns if c.meaning in (*MEASURES, *TOTALS.values())]
    titles = sheet.lines[header].cells
    kept: list[Line] = []
    skipped: dict[str, list[int]] = {}
    after_blank = False
    for place in range(header + 1, len(sheet.lines)):
        line = sheet.lines[place]
        first = next((cell for cell in line.cells if not is_blank(cell)), None)
        if first is None or (str(first).startswith("#") and not isinstance(first, Unreadable)):
            after_blank = True
            continue
        if line.cells == titles:
            skipped.setdefault("repeated_header", []).append(line.number)
        elif _begins_another_table(line, after_blank):
            left = sum(1 for _ in filled(sheet.lines[place:]))
            skipped["second_table"] = [line.number, left]
            break
        elif any(is_total(line.cell(index)) for index in labels) or is_total(first):
            skipped.setdefault("total_rows", []).append(line.number)
        elif all(line.cell(index) is None or str(line.cell(index)).isspace() for index in amounts):
            skipped.setdefault("rows_without_numbers", []).append(line.number)
        else:
            kept.append(line)
        after_blank = False
    return kept, list(_skipping(skipped))


def _begins_another_table(line: Line, after_blank: bool) -> bool:
    """Whether a row is the header of another table: all text, and names of columns or a break above."""
    known = texts = 0
    for cell in reversed(line.cells):  # amounts stand to the right: a row of history is known at once
        if is_blank(cell):
            continue
        if not isinstance(cell, str) or is_number(cell):
            return False
        if DATES.search(cell):
            return False
        texts += 1
        known += meaning_of(cell) is not None
    return texts >= 2 and (known >= 2 or (after_blank and known >= 1))


def _skipping(skipped: dict[str, list[int]]) -> Iterator[Note]:
    wording: dict[str, Callable[[list[int]], str]] = {
        "repeated_header": lambda rows: f"The header is repeated in {_rows(rows)}.",
        "second_table": lambda rows: f"Row {rows[0]} begins another table; its {rows[1]} rows were not read.",
        "total_rows": lambda rows: f"Totals were not read as history: {_rows(rows)}.",
        "rows_without_numbers": lambda rows: f"Without numbers, and left out: {_rows(rows)}.",
    }
    for code, rows in skipped.items():
        yield Note(code, wording[code](rows))


def _rows(rows: list[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{more}"


@lru_cache(maxsize=10_000)
def is_total(cell: Cell) -> bool:
    """Whether a cell labels a row of totals."""
    if not isinstance(cell, str) or len(cell) > 40 or cell[:1] in DIGITS:
        return False
    text = plain(cell).lower().rstrip(":")
    return text in TOTAL_WORDS or bool(TOTAL.fullmatch(text))


def _stated_period(above: list[Line], given: ColumnMapping) -> Period | None:
    """The one period of a file whose rows name none: as given, or as the lines above the header tell it."""
    if given.period:
        return Period.parse(given.period)
    texts = " ".join(str(cell) for line in above for cell in line.cells if isinstance(cell, str | datetime))
    return period_within(texts)


def period_within(text: str) -> Period | None:
    """The day, week or month whose first and last days a text names; None for any other span."""
    days = set()
    for year, month, day in DATES.findall(text):
        try:
            days.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    span = read_span(min(days), max(days)) if len(days) == 2 else None
    return span if isinstance(span, Period) else None
