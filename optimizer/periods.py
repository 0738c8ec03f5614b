"""Months, weeks and days, and the promotions that fall into them.

A period is written as one ISO 8601 string: `2026-12` (month), `2026-W49` (week, Monday to
Sunday), `2026-12-05` (day). A week that starts on another day, as many shops keep them, is
written as its first day and length: `2026-12-06/P7D`. Inside, time is a day number
(`date.toordinal`), so that periods of different lengths live on one axis.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from optimizer.errors import Fault, PeriodError

MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
WEEK_FROM = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/P7D")
DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True, order=True)
class Period:
    """A month, a week or a day: `first` day and number of `days`."""

    first: date
    days: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-12`, `2026-W49`, `2026-12-06/P7D` or `2026-12-05`, or raise `PeriodError`."""
        try:
            if match := MONTH.fullmatch(text):
                return cls.month(int(match[1]), int(match[2]))
            if match := WEEK.fullmatch(text):
                return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1), 7)
            if match := WEEK_FROM.fullmatch(text):
                return cls(date.fromisoformat(match[1]), 7)
            if DAY.fullmatch(text):
                return cls(date.fromisoformat(text), 1)
        except ValueError:
            pass
        message = f"'{text}' is not a month (2026-12), an ISO week (2026-W49) or a day (2026-12-05)."
        raise PeriodError([Fault((), message)])

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """The calendar month; raises `ValueError` for a month that is none."""
        return cls(date(year, month, 1), calendar.monthrange(year, month)[1])

    @classmethod
    def week_of(cls, day: date) -> Period:
        """The ISO week (Monday to Sunday) that holds this day."""
        return cls(day - timedelta(days=day.weekday()), 7)

    @cached_property
    def start(self) -> int:
        """Day number of the first day."""
        return self.first.toordinal()

    @cached_property
    def end(self) -> int:
        """Day number after the last day."""
        return self.start + self.days

    @property
    def grain(self) -> str:
        """`day`, `week` or `month`."""
        return {1: "day", 7: "week"}.get(self.days, "month")

    def next(self, steps: int = 1) -> Period:
        """The period of the same grain `steps` later (earlier when negative)."""
        if self.grain != "month":
            return Period(self.first + timedelta(days=self.days * steps), self.days)
        months = self.first.year * 12 + self.first.month - 1 + steps
        return Period.month(months // 12, months % 12 + 1)

    def __str__(self) -> str:
        if self.grain == "month":
            return f"{self.first:%Y-%m}"
        if self.grain == "week":
            if self.first.weekday():
                return f"{self.first.isoformat()}/P7D"
            year, week, _ = self.first.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return self.first.isoformat()


@dataclass(frozen=True)
class Event:
    """A promotion or festival that lifts demand from `start` to `end`, both days included.

    `spread` is how far its effect on log demand may be from none: a standard deviation.
    """

    name: str
    start: date
    end: date
    spread: float = 0.5

    def days_within(self, period: Period) -> int:
        """How many days of the event fall into the period."""
        first = max(self.start.toordinal(), period.start)
        return max(0, min(self.end.toordinal() + 1, period.end) - first)
