"""When a month is due, whatever calendars and clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.schedule.calendar import Calendar, month_meant
from optimizer import Period

ZONES = (
    *("Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns"),
    *("Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Africa/Casablanca", "America/Sao_Paulo"),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("day", "hour"), [(1, 0), (31, 2), (29, 23)])
def test_each_month_is_due_exactly_once(zone: str, day: int, hour: int) -> None:
    """Over eleven years, looked at before, at and after each moment, 132 months are due, once each."""
    calendar = Calendar(day, hour, zone, "this")
    since, seen = calendar.due_at(Period.month(2020, 1)), list[Period]()
    month, last = Period.month(2020, 2), since
    for _ in range(132):
        turn = calendar.due_at(month)
        for look in (turn - timedelta(seconds=1), turn, turn + timedelta(hours=1), turn + timedelta(days=1)):
            seen += [due for due in calendar.due(last, look) if due not in seen]
            last = max(last, look)
        month = month.next()
    assert seen == [Period.month(2020, 2).next(step) for step in range(132)]
    assert list(calendar.due(since, last)) == seen


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    """Day 31 is the 28th, 29th, 30th or 31st: February of a leap year has its 29th."""
    calendar = Calendar(31, 6, "UTC", "this")
    days = [
        calendar.due_at(Period.parse(month)).day for month in ("2027-02", "2028-02", "2028-04", "2028-05")
    ]
    assert days == [28, 29, 30, 31]


def test_an_hour_that_clocks_skip_or_repeat_is_one_moment() -> None:
    """02:00 that summer time skips is an hour later on the clock; 02:00 that comes twice is the first."""
    skipped = Calendar(31, 2, "Europe/Berlin", "this").due_at(Period.parse("2024-03"))
    assert skipped == at("2024-03-31T01:00")
    assert skipped.astimezone(ZoneInfo("Europe/Berlin")).hour == 3
    repeated = Calendar(27, 2, "Europe/Berlin", "this").due_at(Period.parse("2024-10"))
    assert repeated == at("2024-10-27T00:00")


def test_months_begin_where_the_workspace_is() -> None:
    """Six in the morning of 1 January in Shanghai is still the old year in UTC."""
    assert Calendar(1, 6, "Asia/Shanghai", "this").due_at(Period.parse("2027-01")) == at("2026-12-31T22:00")


def test_the_month_meant_lies_ahead() -> None:
    """On the 1st it is this month, on the 25th the next one, drafted before it begins."""
    assert (month_meant(1), month_meant(25)) == ("this", "next")
    assert Calendar(25, 6, "UTC", "next").due_at(Period.parse("2027-01")) == at("2026-12-25T06:00")


def test_what_was_due_before_is_not() -> None:
    """A schedule made on 10 March is first due on 1 April; one that was off does not catch up."""
    calendar = Calendar(1, 6, "UTC", "this")
    due = calendar.due(at("2027-03-10T00:00"), at("2027-05-01T06:00"))
    assert [str(month) for month in due] == ["2027-04", "2027-05"]
    assert calendar.next_due(at("2027-03-10T00:00")) == at("2027-04-01T06:00")
