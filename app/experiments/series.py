"""The series of a finished test from a table: dates, the treated part, and one or more untouched ones.

Each row is a day or a week, the first column its date, the second the treated part's revenue, every
further column that of an untouched part. What lies before the test's first day is the time before;
the rows of the test itself are those that lie within it. A header is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from app.experiments.schemas import MOST_CONTROLS, MOST_PERIODS, SeriesInput
from app.history.cells import Cell, CellFault, Line, Sheet, Unreadable, fault_at, refuse
from app.history.dates import Dating, Key, read_periods
from app.history.files import open_file
from app.history.numbers import decimal_mark, is_blank, read_number
from optimizer import Fault, InputError, Period

FEWEST_COLUMNS = 3  # date, treated, one control


class Parts(NamedTuple):
    """The treated part and its controls, before the test and during it."""

    treated: SeriesInput
    controls: list[SeriesInput]


def read_series(data: bytes, name: str, start: date, end: date) -> Parts:
    """Read a CSV or XLSX of series; raises `InputError` with every cell that cannot be used."""
    sheet = open_file(data, name).sheets[0]
    lines = [line for line in sheet.lines if not line.is_blank]
    width = max((_width(line) for line in lines), default=0)
    if width < FEWEST_COLUMNS:
        raise refuse(sheet.name, "three columns are needed: the date, the treated part, an untouched part")
    body = lines[1:] if lines and _is_header(lines[0]) else lines
    rows = _rows(sheet, body, min(width, MOST_CONTROLS + 2))
    before = [values for period, values in rows if period.end <= start.toordinal()]
    during = [values for period, values in rows if start <= period.first and _last(period) <= end]
    if not during:
        raise refuse(sheet.name, f"no row lies between {start} and {end}")
    if len(before) > MOST_PERIODS or len(during) > MOST_PERIODS:
        raise refuse(sheet.name, f"has more than {MOST_PERIODS} rows")
    columns = [
        SeriesInput(before=[row[c] for row in before], during=[row[c] for row in during])
        for c in range(len(during[0]))
    ]
    return Parts(columns[0], columns[1:])


def _rows(sheet: Sheet, lines: list[Line], width: int) -> list[tuple[Period, list[float]]]:
    """Each row's period and amounts, oldest first."""
    keys = [_key(line.cell(0)) for line in lines]
    periods = read_periods(keys, Dating(starts_1904=sheet.starts_1904))
    mark = decimal_mark((line.cell(c) for line in lines for c in range(1, width)), sheet.separator)
    faults: list[Fault] = []
    rows: list[tuple[Period, list[float]]] = []
    for line, key in zip(lines, keys, strict=True):
        period = periods.get(key) if key is not None else None
        amounts = [read_number(line.cell(c), mark) for c in range(1, width)]
        faults += _faults(sheet.name, line, period, amounts)
        if isinstance(period, Period):
            rows.append((period, [x for x in amounts if isinstance(x, float | int)]))
    if faults:
        raise InputError(faults)
    return sorted(rows, key=lambda row: row[0].start)


def _faults(
    sheet: str, line: Line, period: Period | Unreadable | None, amounts: list[float | Unreadable | None]
) -> Iterator[CellFault]:
    """What of a row cannot be used."""
    if not isinstance(period, Period):
        yield fault_at(sheet, "a date is missing" if period is None else _why(period), line.number, 1)
    for c, amount in enumerate(amounts):
        if amount is None:
            yield fault_at(sheet, "an amount is missing", line.number, c + 2)
        elif isinstance(amount, Unreadable):
            yield fault_at(sheet, _why(amount), line.number, c + 2)


def _why(cell: Unreadable) -> str:
    return f"'{cell.text}' {cell.reason}"


def _is_header(line: Line) -> bool:
    """Whether no cell beside the first shows a number."""
    return all(isinstance(read_number(cell), Unreadable) for cell in line.cells[1:] if not is_blank(cell))


def _width(line: Line) -> int:
    """How many columns a row has up to its last cell that shows something."""
    return max((k + 1 for k, cell in enumerate(line.cells) if not is_blank(cell)), default=0)


def _key(cell: Cell) -> Key | None:
    return None if is_blank(cell) else cell


def _last(period: Period) -> date:
    return date.fromordinal(period.end - 1)
