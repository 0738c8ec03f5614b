"""Periods are read and written as ISO 8601."""

from __future__ import annotations

from datetime import date

import pytest

from optimizer.errors import PeriodError
from optimizer.periods import Event, Period


@pytest.mark.parametrize(
    ("text", "first", "days"),
    [
        ("2026-12", date(2026, 12, 1), 31),
        ("2028-02", date(2028, 2, 1), 29),
        ("2026-W49", date(2026, 11, 30), 7),
        ("2026-W01", date(2025, 12, 29), 7),
        ("2026-12-05", date(2026, 12, 5), 1),
        ("2026-12-06/P7D", date(2026, 12, 6), 7),
    ],
)
def test_parse_and_write(text: str, first: date, days: int) -> None:
    """A period is read from its text and written back as the same text."""
    period = Period.parse(text)
    assert (period.first, period.days, str(period)) == (first, days, text)


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-W54", "2026-02-30", "12/2026", "", "２０２６-12"])
def test_refuses_other_text(text: str) -> None:
    """Anything else is refused with the forms that are read."""
    with pytest.raises(PeriodError, match="is not a month"):
        Period.parse(text)


def test_next_crosses_years() -> None:
    """Twelve months on is the same month of the next year; weeks move by seven days."""
    assert str(Period.parse("2026-12").next()) == "2027-01"
    assert str(Period.parse("2026-01").next(-1)) == "2025-12"
    assert str(Period.parse("2026-W53").next()) == "2027-W01"


def test_event_days_within_a_month() -> None:
    """Double 11 from 24 October to 11 November: eleven of its days fall into November."""
    event = Event("双11", date(2026, 10, 24), date(2026, 11, 11))
    assert event.days_within(Period.parse("2026-11")) == 11
    assert event.days_within(Period.parse("2026-12")) == 0


def test_a_monday_week_has_one_name() -> None:
    """A week written by its first day is the ISO week when that day is a Monday."""
    assert Period.parse("2026-11-30/P7D") == Period.parse("2026-W49")
    assert str(Period.parse("2026-11-30/P7D")) == "2026-W49"
    assert str(Period.parse("2026-12-06/P7D").next()) == "2026-12-13/P7D"
