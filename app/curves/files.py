"""A file of exported response curves, CSV or XLSX, as curves of the plan month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from app.curves.formats import Columns, recognised
from app.history.cells import Cell, CellFault, Line, Sheet, Unreadable, fault_at, plain, refuse
from app.history.files import open_file
from app.history.numbers import decimal_mark, is_blank, read_number
from optimizer import ExportedPoint, Fall, Fault, GivenPoints, InputError, Period, fall, given_points

MOST_HEADERS = 20  # rows in which the header is looked for
MEANS, LOWS, HIGHS = {"mean"}, {"ci_lo", "lower", "low"}, {"ci_hi", "upper", "high"}
SCALED = {  # no channel of a shop spends, or brings, less than this at best: such a table is not in money
    "spend": 10.0,
    "response": 1.5,
}
NO_HEADER = (
    "no header of a table of curves was found: it names a channel, a spend (or x) and a response (or mean)"
)
NO_MONEY = "{said_what} is not in money (it runs up to 1 or so): export the curves in original scale"
NO_WINDOW = (
    "Meridian states spend and outcome of its whole window: give `days`, how many days that is "
    "(104 weeks are 728)."
)


@dataclass(frozen=True)
class CurveFile:
    """The curves of a file by channel, for a month; `days` is what the file's spend covers.

    `is_assumed` tells that nobody stated `days`, and no dates in the file did; `falls` where a channel's
    response falls in the file as its spend rises.
    """

    source: str
    days: float
    is_assumed: bool
    curves: dict[str, GivenPoints]
    falls: dict[str, Fall]


def read_curves(data: bytes, filename: str, month: Period, days: float | None = None) -> CurveFile:
    """Read a file of curves; raises `InputError` with every fault, each with its row and column."""
    name = PurePath(filename).name or "file"
    for sheet in open_file(data, name).sheets:
        for place, line in enumerate(sheet.lines[:MOST_HEADERS]):
            if columns := recognised([_text(cell) for cell in line.cells]):
                return _read(sheet, sheet.lines[place + 1 :], columns, month, days)
    raise refuse(name, NO_HEADER)


def _read(sheet: Sheet, lines: list[Line], columns: Columns, month: Period, days: float | None) -> CurveFile:
    rows, cells = _rows(sheet, lines, columns)
    if not rows and not cells:
        raise refuse(sheet.name, "no row of a curve was found below the header")
    faults: list[Fault] = [*_scaled(sheet, rows, columns), *cells]
    known = days or _pace(lines, columns)
    if known is None and columns.source == "meridian":
        faults.append(Fault(("days",), NO_WINDOW))
    covered = known or columns.days or float(month.days)
    wrong = {_text(line.cell(columns.channel)) for line in lines if line.number in {x.row for x in cells}}
    curves, odd = _curves({name: mine for name, mine in rows.items() if name not in wrong}, covered, month)
    if faults := [*faults, *odd]:
        raise InputError(faults)
    falls = {name: fallen for name in curves if (fallen := fall(rows[name])) is not None}
    return CurveFile(columns.source, covered, known is None, curves, falls)


def _scaled(sheet: Sheet, rows: dict[str, list[ExportedPoint]], columns: Columns) -> Iterator[CellFault]:
    """Columns that are no amounts: what runs up to 1 or so is a model's own scale."""
    for name, place in (("spend", columns.spend), ("response", columns.response)):
        most = max((getattr(row, name) for mine in rows.values() for row in mine), default=0.0)
        if 0 < most < SCALED[name]:
            yield fault_at(sheet.name, NO_MONEY.format(said_what=name), column=place + 1)


def _curves(
    rows: dict[str, list[ExportedPoint]], days: float, month: Period
) -> tuple[dict[str, GivenPoints], list[Fault]]:
    """Each channel's curve for the month; every channel without one is a fault."""
    curves, faults = {}, []
    for channel, mine in rows.items():
        try:
            curves[channel] = given_points(mine, days, month.days)
        except InputError as error:
            faults += [Fault((channel, *fault.path), f"{channel}: {fault.message}") for fault in error.faults]
    return curves, faults


def _rows(
    sheet: Sheet, lines: list[Line], columns: Columns
) -> tuple[dict[str, list[ExportedPoint]], list[CellFault]]:
    """The points of each channel; rows without a number are left out, cells that are none are faults."""
    mark = decimal_mark((cell for line in lines for cell in line.cells), sheet.separator)
    faults: list[CellFault] = []
    points: defaultdict[str, dict[object, dict[str, float]]] = defaultdict(dict)
    for line in lines:
        channel = _text(line.cell(columns.channel))
        if not channel or line.is_blank:
            continue
        numbers = dict(_numbers(sheet, line, columns, mark, faults))
        if "spend" in numbers:
            key = numbers["spend"] if columns.metric is not None else line.number
            points[channel].setdefault(key, {}).update(numbers)
    found = {channel: [_point(p, columns.scale) for p in mine.values()] for channel, mine in points.items()}
    return {channel: [p for p in mine if p is not None] for channel, mine in found.items()}, faults


def _numbers(
    sheet: Sheet, line: Line, columns: Columns, mark: str, faults: list[CellFault]
) -> Iterator[tuple[str, float]]:
    """Spend, response, low and high, as far as a row has them."""
    for what, place in _places(line, columns).items():
        if place is None or is_blank(line.cell(place)):
            continue
        number = read_number(line.cell(place), mark)
        if isinstance(number, Unreadable):
            faults.append(fault_at(sheet.name, f"'{number.text}' {number.reason}", line.number, place + 1))
        elif what == "spend" and number is not None and number < 0:
            faults.append(fault_at(sheet.name, "spend is negative", line.number, place + 1))
        elif number is not None:
            yield what, number


def _places(line: Line, columns: Columns) -> dict[str, int | None]:
    """Which cell of a row is what; where rows tell mean from interval, the response's is one of three."""
    if columns.metric is None:
        return {
            "spend": columns.spend,
            "response": columns.response,
            "low": columns.low,
            "high": columns.high,
        }
    metric = _text(line.cell(columns.metric)).lower()
    for what, words in (("response", MEANS), ("low", LOWS), ("high", HIGHS)):
        if metric in words:
            return {"spend": columns.spend, what: columns.response}
    return {}


def _point(numbers: dict[str, float], scale: float) -> ExportedPoint | None:
    """A point with its range brought to nine in ten, None without a response."""
    response = numbers.get("response")
    if response is None:
        return None
    low, high = (
        None if side is None else response + scale * (side - response)
        for side in (numbers.get("low"), numbers.get("high"))
    )
    return ExportedPoint(numbers["spend"], response, low, high)


def _pace(lines: list[Line], columns: Columns) -> float | None:
    """Days from one date to the next, on average, of a table whose rows are periods."""
    if columns.date is None:
        return None
    days = set()
    for line in lines:
        try:
            days.add(date.fromisoformat(_text(line.cell(columns.date))[:10]).toordinal())
        except ValueError:
            continue
    return (max(days) - min(days)) / (len(days) - 1) if len(days) > 1 else None


def _text(cell: Cell) -> str:
    """A cell as text; a whole number without its point."""
    return f"{cell:.15g}" if isinstance(cell, float) else plain(cell) if isinstance(cell, str) else ""
