"""One input cell as the value that the request takes, by the kind of its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from app.history.cells import Cell, Unreadable, plain
from app.history.dates import Dating, Key, read_periods
from app.history.numbers import read_number
from app.sheets.workbook.fields import Field, casefolded
from app.sheets.workbook.rules import NO_FESTIVALS
from optimizer import Period

ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How workbooks write letters that XML has no room for; `_x005F_` is the line before such a number."""
DIGITS_SHOWN = 15
"""Digits that spreadsheets calculate and show; what lies below them is noise of sums."""

Value = Any


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not plain(cell))


def read_value(cell: Cell, field: Field, mark: str = ".", *, starts_1904: bool = False) -> Value:
    """What a cell that is not empty says; `Unreadable` where it says nothing of the field's kind.

    `mark` is the sheet's decimal mark for numbers that stand there as text.
    """
    if isinstance(cell, Unreadable):
        return cell
    if field.kind in READERS:
        return READERS[field.kind](cell, field)
    if field.kind in ("day", "month"):
        return _date(cell, field.kind, starts_1904)
    number = read_number(cell, mark)
    if field.kind == "whole" and isinstance(number, float):
        return int(number) if number.is_integer() else Unreadable(text_of(cell)[:60], "is not a whole number")
    if field.kind == "money" and isinstance(number, float):
        return float(f"{number:.{DIGITS_SHOWN}g}")
    return number


def text_of(cell: Cell) -> str:
    """A cell as text: a whole number without its point, a day without its clock."""
    if isinstance(cell, float):
        return f"{cell:.{DIGITS_SHOWN}g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell).strip() if isinstance(cell, str) else ""


def _choice(cell: Cell, field: Field) -> Value:
    said = plain(text_of(cell)).casefold()
    for code, text in field.choices.items():
        if said in casefolded(text) | {code}:
            return code
    known = ", ".join(text.en for text in field.choices.values())
    return Unreadable(text_of(cell)[:60], f"is none of {known}")


def _yes_no(cell: Cell, field: Field) -> Value:
    said = {"true": "yes", "false": "no"}.get(text_of(cell).casefold(), cell)
    code = _choice(said, field)
    return code if isinstance(code, Unreadable) else code == "yes"


def _country(cell: Cell, _: Field) -> Value:
    said = plain(text_of(cell))
    return "" if said.casefold() in casefolded(NO_FESTIVALS) else said.upper()


def _date(cell: Cell, kind: str, starts_1904: bool) -> Value:
    """A day as `2026-12-05`, or the month that a date or a text names."""
    grain = "month" if kind == "month" else None
    period = period_of(cell, Dating(grain, starts_1904=starts_1904))
    if isinstance(period, Unreadable):
        return period
    if kind == "month" and period.grain != "week":
        return f"{period.first:%Y-%m}"
    if kind == "day" and period.grain == "day":
        return period.first.isoformat()
    return Unreadable(text_of(cell)[:60], f"is not a {kind}")


def period_of(cell: Cell, dating: Dating) -> Period | Unreadable:
    """The period that a cell names by itself."""
    if cell is None:
        return Unreadable("", "is missing")
    return read_periods([cell], dating)[cell]


def periods_of(cells: list[Key], *, starts_1904: bool = False) -> dict[Key, Period | Unreadable]:
    """The periods of a column: bare dates are days, weeks or months, as their distances tell."""
    return read_periods(cells, Dating(starts_1904=starts_1904))


def written_periods(periods: list[str]) -> list[str]:
    """Periods as they are written, so that the column is read back as it is meant.

    A day that its column would make a week or a month is written as a range of one day.
    """
    meant = periods_of(list(periods))
    return [
        text if str(meant[text]) == text else f"{text} ~ {text}" if _is_day(text) else text
        for text in periods
    ]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


READERS: dict[str, Callable[[Cell, Field], Value]] = {
    "text": lambda cell, _: text_of(cell),
    "currency": lambda cell, _: plain(text_of(cell)).upper(),
    "country": _country,
    "choice": _choice,
    "yes_no": _yes_no,
}
