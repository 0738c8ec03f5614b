"""Cells as periods: what one cell says, and what kind of periods a column of dates stands for.

A month (`2026-12`, `2026年12月`, `Dec 2026`), a week (`2026-W49`, `2026年第49周`) or a range of days
(`2026-12-06 ~ 2026-12-12`) says its length itself. A bare date does not: dates seven days apart are weeks
from that weekday on, first (or last) days of months are months, all others single days.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from app.history.cells import MAX_FAULTS, Cell, Unreadable, plain
from optimizer import Period, PeriodError

LONGEST = 60
YEARS = range(1990, 2101)
NAMES = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number}
FORMS = "write 2026-12-05, 2026-W49 or 2026-12"

TAIL = re.compile(r"\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+")
CLOCK = re.compile(
    r"(?<=[0-9日])[t\s]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(?:z|[+-][0-9]{2}:?[0-9]{2})?$"
)
YMD = re.compile(r"([0-9]{4})[-/.年]\s?([0-9]{1,2})[-/.月]\s?([0-9]{1,2})日?")
COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
YM = re.compile(r"([0-9]{4})(?:[-/.年]\s?|m)?([0-9]{1,2})月?份?")
MY = re.compile(r"([0-9]{1,2})/([0-9]{4})")
WEEK = re.compile(
    r"([0-9]{4})\s?[-年]?\s?(?:第|w|week|wk|kw)\s?([0-9]{1,2})周?|([0-9]{4})[-年]([0-9]{1,2})周"
)
WEEK_FIRST = re.compile(r"(?:w|week|wk|kw)\s?([0-9]{1,2})[,/\s-]+([0-9]{4})")
SLASHED = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
DAY_NAME = re.compile(r"([0-9]{1,2})[.\s-]+([a-z]{3})[a-z]*[.,\s-]+([0-9]{4}|[0-9]{2})")
NAME_DAY = re.compile(r"([a-z]{3})[a-z]*\.?\s+([0-9]{1,2}),?\s+([0-9]{4})")
NAME_YEAR = re.compile(r"([a-z]{3})[a-z]*[.,\s'-]+([0-9]{4}|[0-9]{2})|([0-9]{4})[\s-]([a-z]{3})[a-z]*")
BETWEEN = ("~", "至", "到", "—", "–", " to ", " - ")
TIGHT_RANGE = re.compile(
    r"([0-9]{4}[./]?[0-9]{1,2}[./]?[0-9]{1,2})-([0-9]{4}[./]?[0-9]{1,2}[./]?[0-9]{1,2})"
    r"|([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
SERIAL = range(20_000, 80_000)


@dataclass(frozen=True)
class Slashed:
    """A date such as 03/04/2026 whose order of day and month its column must tell."""

    first: int
    second: int
    year: int
    text: str

    def read(self, day_first: bool) -> date | Unreadable:
        """The date under one of the two orders."""
        month, day = (self.second, self.first) if day_first else (self.first, self.second)
        return _date(self.year, month, day, self.text)


Key = str | float | datetime | Unreadable
NOT_TRIED = Unreadable("…", "was not looked at after so many dates that are none")
Stamp = Period | date | Slashed | Unreadable


@dataclass(frozen=True)
class Dating:
    """What a column's header tells of its dates: `week`, `month` or None, and whether they are last days."""

    grain: str | None = None
    is_last_day: bool = False
    starts_1904: bool = False


def read_periods(cells: Iterable[Cell], dating: Dating) -> dict[Key, Period | Unreadable]:
    """The period that each different cell of a column stands for, or why it stands for none."""
    stamps: dict[Key, Stamp] = {}
    unreadable = 0
    for cell in dict.fromkeys(cells):
        if cell is not None:
            stamps[cell] = _stamp(cell, dating) if unreadable < MAX_FAULTS else NOT_TRIED
            unreadable += isinstance(stamps[cell], Unreadable)
    ordered = _ordered(stamps)
    dates = sorted({stamp for stamp in ordered.values() if isinstance(stamp, date)})
    meant = _periods_of(dates, dating)
    return {cell: meant[stamp] if isinstance(stamp, date) else stamp for cell, stamp in ordered.items()}


def read_span(first: date, last: date) -> Period | Unreadable:
    """The day, week or month from the first to the last day; any other span is refused."""
    days = (last - first).days + 1
    if days in (1, 7):
        return Period(first, days)
    if first.day == 1 and Period.month(first.year, first.month).days == days:
        return Period(first, days)
    reason = f"spans {days} days; a period is one day, seven days or a calendar month"
    return Unreadable(f"{first} ~ {last}", reason)


def _stamp(cell: Key, dating: Dating) -> Stamp:
    """What one cell says by itself."""
    if isinstance(cell, Unreadable):
        return cell
    if isinstance(cell, datetime):
        return _date(cell.year, cell.month, cell.day, f"{cell:%Y-%m-%d}")
    if isinstance(cell, float):
        if not cell.is_integer() and int(cell) not in SERIAL:
            return Unreadable(f"{cell:g}", f"is no date; {FORMS}")
        cell = str(int(cell))
    shown = plain(str(cell))
    if len(shown) > LONGEST:
        return Unreadable(shown[:LONGEST] + "…", f"is no date; {FORMS}")
    if shown.isascii() and shown.isdigit() and len(shown) == 5 and int(shown) in SERIAL:
        epoch = date(1904, 1, 1) if dating.starts_1904 else date(1899, 12, 30)
        return epoch + timedelta(days=int(shown))
    return _read(shown)


def _read(shown: str) -> Stamp:
    try:
        period = Period.parse(shown)
        if period.first.year not in YEARS:
            return Unreadable(shown, f"is no date; {FORMS}")
        return period.first if period.days == 1 else period
    except PeriodError:
        text = CLOCK.sub("", TAIL.sub("", shown.lower()).strip()).strip()
    if ends := _ends(text):
        first, last = _read(ends[0]), _read(ends[1])
        if isinstance(first, date) and isinstance(last, date):
            return read_span(first, last)
    try:
        return _single(text, shown)
    except ValueError:
        return Unreadable(shown, f"is no date; {FORMS}")


def _ends(text: str) -> list[str] | None:
    """The two ends of a range of days; None where the text is none."""
    if match := TIGHT_RANGE.fullmatch(text):
        return [end for end in match.groups() if end]
    ends = next((text.split(mark) for mark in BETWEEN if mark in text), [])
    return ends if len(ends) == 2 and min(map(len, ends)) > 5 else None


def _single(text: str, shown: str) -> Stamp:
    """A day, week or month in one of the forms in use; raises `ValueError` where it is none."""
    for pattern, meaning in FORMS_IN_USE:
        if match := pattern.fullmatch(text):
            return meaning(match, shown)
    raise ValueError


def _slashed(match: re.Match[str], shown: str) -> Stamp:
    slashed = Slashed(int(match[1]), int(match[3]), _year(match[4]), shown)
    return slashed.read(day_first=True) if match[2] == "." else slashed


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _date(year: int, month: int, day: int, shown: str) -> date | Unreadable:
    try:
        if year in YEARS:
            return date(year, month, day)
    except ValueError:
        pass
    return Unreadable(shown, f"is no date; {FORMS}")


def _month(year: int, month: int) -> Period:
    if year not in YEARS or not 1 <= month <= 12:
        raise ValueError
    return Period.month(year, month)


def _week(year: int, week: int) -> Period:
    if year not in YEARS:
        raise ValueError
    return Period(date.fromisocalendar(year, week, 1), 7)


FORMS_IN_USE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Stamp]], ...] = (
    (YMD, lambda m, shown: _date(int(m[1]), int(m[2]), int(m[3]), shown)),
    (COMPACT, lambda m, shown: _date(int(m[1]), int(m[2]), int(m[3]), shown)),
    (WEEK, lambda m, _: _week(int(m[1] or m[3]), int(m[2] or m[4]))),
    (WEEK_FIRST, lambda m, _: _week(int(m[2]), int(m[1]))),
    (YM, lambda m, _: _month(int(m[1]), int(m[2]))),
    (MY, lambda m, _: _month(int(m[2]), int(m[1]))),
    (SLASHED, _slashed),
    (DAY_NAME, lambda m, shown: _date(_year(m[3]), NAMES.get(m[2], 0), int(m[1]), shown)),
    (NAME_DAY, lambda m, shown: _date(int(m[3]), NAMES.get(m[1], 0), int(m[2]), shown)),
    (NAME_YEAR, lambda m, _: _month(_year(m[2] or m[3]), NAMES.get(m[1] or m[4], 0))),
)


def _ordered(stamps: dict[Key, Stamp]) -> dict[Key, Period | date | Unreadable]:
    """Settle day and month of slashed dates: the order under which all are dates, then the regular one."""
    slashed = [stamp for stamp in stamps.values() if isinstance(stamp, Slashed)]
    orders = [order for order in (True, False) if all(isinstance(s.read(order), date) for s in slashed)]
    if len(orders) == 2:
        orders = [order for order in orders if _is_regular([s.read(order) for s in slashed])] or orders
    if len(orders) == 2 and all(s.first == s.second for s in slashed):
        orders = [True]
    settled: dict[Key, Period | date | Unreadable] = {}
    for cell, stamp in stamps.items():
        if not isinstance(stamp, Slashed):
            settled[cell] = stamp
        elif len(orders) == 1:
            settled[cell] = stamp.read(orders[0])
        else:
            settled[cell] = Unreadable(stamp.text, f"may be day/month or month/day; {FORMS}")
    return settled


def _is_regular(dates: Sequence[date | Unreadable]) -> bool:
    """Whether dates follow one another by days, by weeks or by months."""
    gaps = set(_gaps(sorted({day for day in dates if isinstance(day, date)})))
    return gaps in ({1}, {7}) or (bool(gaps) and gaps <= {28, 29, 30, 31})


def _gaps(dates: Sequence[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in pairwise(dates)]


def _periods_of(dates: list[date], dating: Dating) -> dict[date, Period | Unreadable]:
    """The periods that a column's bare dates stand for."""
    if not dates:
        return {}
    gaps = _gaps(dates)
    usual = Counter(gaps).most_common(1)[0][0] if gaps else 0
    if _are_months(dates, gaps, dating):
        return {day: Period.month(day.year, day.month) for day in dates}
    back = timedelta(days=6 if dating.is_last_day else 0)
    if usual == 7 or (not gaps and dating.grain == "week"):
        weekday = Counter(day.weekday() for day in dates).most_common(1)[0][0]
        return {day: _week_from(day, weekday, back) for day in dates}
    if len(dates) >= 4 and min(gaps) > 1:
        reason = f"is one of dates mostly {usual} days apart; a period is one day, seven days or a month"
        return {day: Unreadable(str(day), reason) for day in dates}
    return {day: Period(day, 1) for day in dates}


def _are_months(dates: list[date], gaps: list[int], dating: Dating) -> bool:
    """Whether dates stand for months: one a month, on its first or last day (or so the header says)."""
    months = {(day.year, day.month) for day in dates}
    if dating.grain == "week" or len(months) < len(dates) or (gaps and min(gaps) > 62):
        return False
    if dating.grain == "month":
        return True
    firsts = all(day.day == 1 for day in dates)
    lasts = all((day + timedelta(days=1)).day == 1 for day in dates)
    return (firsts or lasts) and len(dates) > 1


def _week_from(day: date, weekday: int, back: timedelta) -> Period | Unreadable:
    if day.weekday() != weekday:
        usual = calendar.day_name[weekday]
        return Unreadable(
            str(day), f"breaks the weeks, which are dated by a {usual} elsewhere in this column"
        )
    return Period(day - back, 7)
