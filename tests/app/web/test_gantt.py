"""The rows of the Gantt chart: places of days, phases of a plan, festivals with their preparation, tests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.experiments.schemas import StoredExperimentRead
from app.web.gantt import PREPARE_WEEKS, TimeLine, cycle, due_dates, festivals, lift_tests, own_events
from app.web.writing import Figures
from optimizer import Event, Period, shopping_calendar

LINE = TimeLine(date(2026, 11, 1), date(2027, 2, 1), Figures("en", "CNY"))  # 92 days
MONTHS = [Period.month(2026, 11), Period.month(2026, 12), Period.month(2027, 1)]


def test_a_days_place_is_its_share_of_the_line() -> None:
    """46 of 92 days in is half; a bar of the first day is 1/92 wide; what lies beyond is cut or left out."""
    assert LINE.at(date(2026, 12, 17)) == 50
    (bar,) = LINE.bar("own", "x", date(2026, 10, 20), date(2026, 11, 1))
    assert bar.left == 0
    assert bar.width == pytest.approx(100 / 92, abs=1e-3)
    assert LINE.bar("own", "x", date(2026, 10, 1), date(2026, 10, 31)) == []
    assert LINE.milestone("x", date(2027, 2, 1)) == []


def test_each_months_plan_is_due_approved_and_closed() -> None:
    """December's plan is due on its day, approved three days before it; November is closed after it."""
    due = [month.first - timedelta(days=10) for month in MONTHS]
    group = cycle(LINE, MONTHS, due, is_approved=True)
    marks = {mark.what: mark.day for mark in due_dates([group], LINE.first)}
    assert marks["Plan of Dec 2026 due"] == date(2026, 11, 21)
    assert marks["Approval of Dec 2026 due"] == date(2026, 11, 28)
    assert marks["Nov 2026 closed"] == date(2026, 12, 5)
    assert "Plan of Nov 2026 due" not in marks


def test_a_plan_that_is_due_in_its_month_is_approved_no_sooner() -> None:
    """Where the schedule drafts on the 1st, approval is due that day, not before there is a plan."""
    group = cycle(LINE, MONTHS, [month.first for month in MONTHS], is_approved=False)
    marks = {mark.what: mark.day for mark in due_dates([group], LINE.first)}
    assert marks["Approval of Jan 2027 due"] == marks["Plan of Jan 2027 due"] == date(2027, 1, 1)


def test_a_festival_is_prepared_weeks_before_it() -> None:
    """Double 11's run-up and main days share a row; Spring Festival is prepared from six weeks before it."""
    group = festivals(LINE, shopping_calendar("CN", 2026, 2027))
    rows = {row.name: row for row in group.rows}
    assert [bar.kind for bar in rows["Double 11"].bars] == ["before", "main"]
    assert [bar.kind for bar in rows["Spring Festival"].bars] == ["prepare", "before"]
    main = next(
        e for e in shopping_calendar("CN", 2027, 2027) if e.name == "spring festival" and e.start.year == 2027
    )
    (begin,) = rows["Spring Festival"].milestones
    assert begin.day == main.start - timedelta(weeks=PREPARE_WEEKS)
    assert "days after a festival" not in rows


def test_a_label_never_lies_under_the_days_after() -> None:
    """Where days follow on the main ones, the main days' dates are written behind them."""
    line = TimeLine(date(2027, 1, 1), date(2027, 4, 1), Figures("zh", "CNY"))
    rows = {row.name: row for row in festivals(line, shopping_calendar("CN", 2026, 2027)).rows}
    assert [(bar.kind, bool(bar.label)) for bar in rows["春节"].bars if bar.kind != "prepare"] == [
        ("before", False), ("main", False), ("after", True)
    ]  # fmt: skip


def test_own_events_of_one_name_share_a_row() -> None:
    """A sale that comes twice is one row with two bars; one elsewhere is none."""
    sales = [Event("sale", date(2026, 11, day), date(2026, 11, day + 2)) for day in (3, 20)]
    group = own_events(LINE, [*sales, Event("past", date(2025, 1, 1), date(2025, 1, 2))])
    assert [(row.name, len(row.bars)) for row in group.rows] == [("sale", 2)]


@pytest.mark.parametrize(("state", "due"), [("planned", 1), ("finished", 0)])
def test_a_tests_result_is_due_the_day_after_it(state: str, due: int) -> None:
    """Unless it is known already."""
    kept = StoredExperimentRead.model_validate(
        {"id": "e", "name": None, "channel": "a", "start": date(2026, 12, 1), "end": date(2026, 12, 28),
         "spend_change": 1.0, "incremental_revenue": None, "standard_error": None, "expected_error": None,
         "state": state, "version": 1}
    )  # fmt: skip
    (row,) = lift_tests(LINE, [kept], {"a": "A"}).rows
    assert [mark.day for mark in row.milestones] == [date(2026, 12, 29)] * due
