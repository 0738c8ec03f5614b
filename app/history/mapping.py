"""What every column of a table means: as a user gives it, as its platform has it, or by its name.

A table without a channel column is wide when its columns name channels: with a measure (`抖音花费`), or by
the channel's name alone over numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from app.history.cells import Cell, HistoryFileError, Line, Sheet, fault_at, plain
from app.history.columns import (
    MEASURES,
    TOTALS,
    Column,
    Meaning,
    channel_columns,
    is_detail,
    is_rate,
    may_be_channel,
    meaning_of,
    name_of,
)
from app.history.numbers import is_blank, read_number
from app.history.platforms import Platform, platform_of
from optimizer import Fault, Period, PeriodError

HEADER_WITHIN = 30
PROBED = 20


@dataclass(frozen=True)
class ColumnMapping:
    """What each column of a file means, as it was read or as a user wants it read.

    `columns` leads from header to meaning: `period`, `channel`, `spend`, …, `ignored`, and in the wide layout
    `spend:抖音`. `channel` names the channel and `period` the period of rows that name none; `sheet` chooses
    one sheet of a workbook. `platform` is the export that was recognised. `names` leads from what the file
    calls a channel, or a campaign, to the channel it is; several names of one channel add up.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    period: str | None = None
    sheet: str | None = None
    platform: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def headers_of(line: Line) -> list[str]:
    """The texts of a header row; a repeated text is numbered, `花费 (2)`."""
    headers: list[str] = []
    times: Counter[str] = Counter()
    for cell in line.cells:
        text = _title(cell)
        times[text] += 1
        headers.append(f"{text} ({times[text]})" if text and times[text] > 1 else text)
    return headers


def _title(cell: Cell) -> str:
    return " ".join(plain(cell).split()) if isinstance(cell, str) else ""


def grouped_header(above: Line, line: Line) -> Line | None:
    """A header of two rows as one: `抖音` over `花费` and `成交金额` makes `抖音 花费` and `抖音 成交金额`.

    None unless the lower row repeats a spend, each time under another title of the upper row.
    """
    titles, group = [], ""
    for index in range(max(len(above.cells), len(line.cells))):
        upper, lower = _title(above.cell(index)), _title(line.cell(index))
        group = upper or group
        known = meaning_of(lower) if lower else None
        titles.append(f"{group} {lower}" if known and known[0] in MEASURES else lower or upper)
    spends = [
        title for title in titles if (known := meaning_of(title.rpartition(" ")[2])) and known[0] == "spend"
    ]
    return Line(line.number, [*titles]) if len(set(spends)) > 1 else None


def read_header(
    headers: list[str], below: list[Line], given: ColumnMapping
) -> tuple[list[Column], Platform | None]:
    """What every column means: as given, else as its platform has it, else by its name."""
    platform = platform_of([header for header in headers if header])
    named = [(index, header) for index, header in enumerate(headers) if header]
    columns = {index: _column(index, header, platform, given) for index, header in named}
    chosen = [column for column in columns.values() if column]
    meanings = {column.meaning for column in chosen}
    if not platform and Meaning.PERIOD in meanings and Meaning.CHANNEL not in meanings:
        for column in _wide(named, columns, below):
            columns[column.index] = column
    kept = _one_of_each([column for column in columns.values() if column], given)
    known = {column.index for column in kept}
    return kept + [_rest(index, header, below) for index, header in named if index not in known], platform


def _column(index: int, header: str, platform: Platform | None, given: ColumnMapping) -> Column | None:
    name, factor = name_of(header)
    if header in given.columns:
        says, _, channel = given.columns[header].partition(":")
        column = Column(index, header, Meaning(says), channel or None, factor)
        return replace(column, dating=known[2]) if (known := meaning_of(header)) else column
    if platform and name in platform.columns:
        return Column(index, header, platform.columns[name], None, factor)
    if known := meaning_of(header):
        return Column(index, header, known[0], None, factor, known[2])
    return None


def _wide(
    named: list[tuple[int, str]], columns: Mapping[int, Column | None], below: list[Line]
) -> list[Column]:
    """The wide layout's columns: those that name channel and measure, else numbers under a name.

    Beside them an amount without a channel is the whole shop's, and a spend without one is their total.
    """
    unknown = [(index, header) for index, header in named if columns[index] is None]
    spend = next((c for c in columns.values() if c and c.meaning is Meaning.SPEND), None)
    found = channel_columns(unknown)
    if spend and sum(column.meaning is Meaning.SPEND for column in found) < 2:
        return []
    if not found:
        found = [
            Column(index, header, Meaning.SPEND, header, name_of(header)[1])
            for index, header in unknown
            if may_be_channel(header) and _holds_numbers(index, below)
        ]
    beside = {**TOTALS, Meaning.SPEND: Meaning.IGNORED}
    shop = [replace(c, meaning=beside[c.meaning]) for c in columns.values() if c and c.meaning in beside]
    return found + shop if found else []


def _holds_numbers(index: int, below: list[Line]) -> bool:
    cells = [line.cell(index) for _, line in islice(filled(below), PROBED)]
    shown = [cell for cell in cells if not is_blank(cell)]
    return bool(shown) and sum(is_number(cell) for cell in shown) >= 0.6 * len(shown)


def is_number(cell: Cell) -> bool:
    """Whether a cell is a number under either decimal mark."""
    return any(isinstance(read_number(cell, mark), float) for mark in ".,")


def _one_of_each(columns: list[Column], given: ColumnMapping) -> list[Column]:
    """Of several columns with one meaning (and channel) the preferred; what the user gave comes first."""

    def rank(column: Column) -> tuple[bool, int]:
        known = meaning_of(column.header)
        return column.header not in given.columns, known[1] if known else -1

    best: dict[tuple[Meaning, str | None], Column] = {}
    several = (Meaning.DETAIL, Meaning.IGNORED)
    for column in sorted(columns, key=rank):
        if column.meaning not in several:
            best.setdefault((column.meaning, column.channel), column)
    kept = [c for c in columns if c.meaning in several or best[c.meaning, c.channel] is c]
    return sorted(kept, key=lambda column: column.index)


def _rest(index: int, header: str, below: list[Line]) -> Column:
    """A column that is not read: a detail below the channel when it names campaigns or holds text."""
    cells = [line.cell(index) for _, line in islice(filled(below), PROBED)]
    texts = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell) and not is_number(cell)]
    known = meaning_of(header)
    unread = known and known[0] not in (Meaning.CHANNEL, Meaning.GEO)
    is_below = not unread and not is_rate(header) and (is_detail(header) or len(texts) > len(cells) / 2)
    return Column(index, header, Meaning.DETAIL if is_below else Meaning.IGNORED)


def filled(lines: list[Line]) -> Iterator[tuple[int, Line]]:
    """The lines with anything in them, and their places."""
    return ((place, line) for place, line in enumerate(lines) if not line.is_blank)


def check_mapping(given: ColumnMapping, sheets: list[Sheet], name: str) -> None:
    """Raise `HistoryFileError` where a mapping names a column or a meaning that there is none of."""
    faults: list[Fault] = []
    headers = {
        header for sheet in sheets for line in sheet.lines[:HEADER_WITHIN] for header in headers_of(line)
    }
    for header, says in given.columns.items():
        if says.partition(":")[0] not in list(Meaning):
            faults.append(fault_at(name, f"'{says}' is no meaning of a column; one of {', '.join(Meaning)}"))
        elif header not in headers:
            faults.append(fault_at(name, f"there is no column '{header}'"))
    if given.period:
        try:
            Period.parse(given.period)
        except PeriodError as error:
            faults.append(fault_at(name, str(error)))
    if faults:
        raise HistoryFileError(faults)
