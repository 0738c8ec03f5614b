"""When a month's plan is due: a day and an hour where the workspace is, month by month.

A day that the month does not have is its last one. An hour that clocks skip is the one after it, an hour that
they repeat is the first of the two; whatever clocks do, a month is due at one moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from optimizer import Period

MIDDLE = 15
MonthMeant = Literal["this", "next"]


@dataclass(frozen=True)
class Calendar:
    """Day and hour, and whether they draft the plan of the month they are in or of the next one."""

    day: int
    hour: int
    time_zone: str
    month: MonthMeant

    def due_at(self, month: Period) -> datetime:
        """The moment when the plan of this month is due."""
        when = month.next(-1) if self.month == "next" else month
        day = min(self.day, when.days)
        local = datetime(when.first.year, when.first.month, day, self.hour, tzinfo=ZoneInfo(self.time_zone))
        return local.astimezone(UTC)

    def due(self, since: datetime, now: datetime) -> Iterator[Period]:
        """The months that became due after `since` and until `now`, in order."""
        local = since.astimezone(ZoneInfo(self.time_zone))
        month = Period.month(local.year, local.month)
        while (moment := self.due_at(month)) <= now:
            if moment > since:
                yield month
            month = month.next()

    def coming(self, now: datetime) -> Iterator[tuple[Period, datetime]]:
        """The months that become due after `now`, in order, and when."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        month = Period.month(local.year, local.month)
        while True:
            if (moment := self.due_at(month)) > now:
                yield month, moment
            month = month.next()

    def next_due(self, now: datetime) -> datetime:
        """The next moment when a month is due."""
        return next(self.coming(now))[1]


def month_meant(day: int) -> MonthMeant:
    """The month that lies ahead: the one a day is in until its middle, the next one after."""
    return "this" if day <= MIDDLE else "next"
