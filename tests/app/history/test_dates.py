"""Dates become periods; what a date stands for is told by its column."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.history.cells import Unreadable
from app.history.dates import Dating, Key, read_periods, read_span
from optimizer import Period


def periods(*cells: Key, dating: Dating | None = None) -> list[str]:
    """The periods of a column as text; for a refused cell the reason."""
    read = read_periods(cells, dating or Dating())
    return [found.reason if isinstance(found, Unreadable) else str(found) for found in read.values()]


@pytest.mark.parametrize(
    "shown",
    [
        "2026-12-05",
        "2026/12/5",
        "2026.12.05",
        "20261205",
        "2026年12月5日",
        "2026-12-05 13:00:00",
        "2026-12-05T00:00:00Z\n    ",
        "2026-12-05（周六）",
        "5 Dec 2026",
        "Dec 5, 2026",
        "05.12.2026",
        "Sat, 5-Dec-26",
        "46361",
        "２０２６-12-05\t",
    ],
)
def test_a_day_in_every_form(shown: str) -> None:
    """Days are read in the forms that exports and spreadsheets use."""
    assert periods(shown) == ["2026-12-05"]


@pytest.mark.parametrize(
    ("shown", "period"),
    [
        ("2026-12", "2026-12"),
        ("2026年3月", "2026-03"),
        ("202604", "2026-04"),
        ("Dec-26", "2026-12"),
        ("12/2026", "2026-12"),
        ("2026-W49", "2026-W49"),
        ("2026年第49周", "2026-W49"),
        ("W49 2026", "2026-W49"),
        ("2026-11-30 ~ 2026-12-06", "2026-W49"),
        ("2026.12.06-2026.12.12", "2026-12-06/P7D"),
        ("2026-12-01至2026-12-31", "2026-12"),
        (20261205.0, "2026-12-05"),
        (datetime(2026, 12, 5, 13), "2026-12-05"),
        (46361.0, "2026-12-05"),
    ],
)
def test_cells_that_tell_their_length(shown: Key, period: str) -> None:
    """Months, weeks and ranges of days say themselves what they are."""
    assert periods(shown) == [period]


@pytest.mark.parametrize(
    "shown", ["", "soon", "2026-13", "2026-02-30", "2026-W54", "0202-01-01", "Q1 2026", "1.5"]
)
def test_no_date(shown: str) -> None:
    """Anything else is refused with the forms that are read."""
    assert periods(shown) == ["is no date; write 2026-12-05, 2026-W49 or 2026-12"]


def test_dates_seven_days_apart_are_weeks_from_their_weekday() -> None:
    """Weeks keep the day they start on, and a missing week changes nothing."""
    assert periods("2026-01-04", "2026-01-11", "2026-01-25") == [
        "2026-01-04/P7D",
        "2026-01-11/P7D",
        "2026-01-25/P7D",
    ]
    assert periods("2026-01-05", "2026-01-12") == ["2026-W02", "2026-W03"]


def test_week_ending() -> None:
    """Where the header says so, a week is dated by its last day."""
    assert periods("2026-01-11", "2026-01-18", dating=Dating("week", is_last_day=True)) == [
        "2026-W02",
        "2026-W03",
    ]


def test_a_date_that_breaks_the_weeks() -> None:
    """A date on another weekday than the other weeks' is refused, not made a week that overlaps them."""
    *weeks, odd = periods("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-01-28")
    assert weeks == ["2026-W02", "2026-W03", "2026-W04", "2026-W05"]
    assert "dated by a Monday" in odd


def test_first_or_last_days_of_months_are_months() -> None:
    """Also 1 February and 1 March, 28 days apart."""
    assert periods("2026-02-01", "2026-03-01") == ["2026-02", "2026-03"]
    assert periods("2026-01-31", "2026-02-28", "2026-04-30") == ["2026-01", "2026-02", "2026-04"]


def test_dates_of_other_rhythms_are_refused() -> None:
    """Ten days, a fortnight or a quarter are no period that is read, and are not taken for days."""
    for rhythm in (["01-10", "01-20", "01-30", "02-09"], ["01-05", "01-19", "02-02", "02-16"]):
        assert all("days apart" in reason for reason in periods(*(f"2026-{day}" for day in rhythm)))
    assert "days apart" in periods("2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01")[0]


def test_day_and_month_are_told_apart_by_the_column() -> None:
    """One date above 12, or a regular rhythm under one order only, settles all; otherwise none is guessed."""
    assert periods("03/04/2026", "13/04/2026") == ["2026-04-03", "2026-04-13"]
    assert periods("1/5/2026", "1/12/2026") == ["2026-W02", "2026-W03"]
    assert periods("03/04/2026") == ["may be day/month or month/day; write 2026-12-05, 2026-W49 or 2026-12"]


def test_1904_dates() -> None:
    """A workbook that counts from 1904 says 1,462 days less for the same day."""
    assert periods(46361.0 - 1462, dating=Dating(starts_1904=True)) == ["2026-12-05"]


def test_spans() -> None:
    """One day, seven days and a calendar month are periods; ninety days are not."""
    assert read_span(date(2026, 2, 1), date(2026, 2, 28)) == Period.parse("2026-02")
    assert isinstance(read_span(date(2026, 7, 1), date(2026, 9, 28)), Unreadable)
