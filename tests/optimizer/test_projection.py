"""Where a month will end: between the plan and its pace, as far as each is to be believed."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from optimizer import Projection, project, stray_of, summed

PLAN = Projection(1000.0, 800.0, 1250.0)


def test_a_month_that_goes_as_planned_ends_as_planned() -> None:
    """Half the month, half the plan: the end is the plan, and its range holds it."""
    end = project(500, PLAN, days_gone=15, days=30)
    assert end.value == pytest.approx(1000)
    assert end.low < 1000 < end.high


def test_before_the_month_the_plan_stands_and_after_it_the_actual() -> None:
    """Nothing gone: the plan's own range. All gone: what came, with no range left."""
    assert project(0, PLAN, days_gone=0, days=30) == PLAN
    assert project(700, PLAN, days_gone=30, days=30) == Projection(700, 700, 700)


def test_a_sure_plan_outweighs_a_bad_week_and_a_doubtful_one_does_not() -> None:
    """Half of the planned results so far: a narrow plan keeps its rest, a wide one follows the pace."""
    sure = project(250, Projection(1000, 990, 1010), days_gone=15, days=30)
    doubtful = project(250, Projection(1000, 100, 10_000), days_gone=15, days=30)
    assert sure.value == pytest.approx(250 + 500, rel=0.02)
    assert doubtful.value == pytest.approx(250 + 250, rel=0.02)


def test_without_a_plan_the_pace_goes_on() -> None:
    """What was not planned but spends goes on spending."""
    assert project(100, Projection(0, 0, 0), days_gone=10, days=30).value == pytest.approx(300)


def test_refunds_do_not_break_a_projection() -> None:
    """Results below zero so far end below the plan, in a range in order."""
    end = project(-50, PLAN, days_gone=10, days=30)
    assert end.low <= end.value <= end.high
    assert end.value < 700


def test_ranges_hold_nine_times_in_ten() -> None:
    """Months drawn as the model says end within the range in about 90 % of cases; half of it holds fewer."""
    rng = np.random.default_rng(7)
    doubt, stray, held, half_held = 0.25, 0.2, 0, 0
    plan = Projection(1000, 1000 * exp(-1.645 * doubt), 1000 * exp(1.645 * doubt))
    for _ in range(2000):
        weeks = 250 * np.exp(doubt * rng.standard_normal() + stray * rng.standard_normal(4))
        end = project(weeks[:2].sum(), plan, days_gone=14, days=28, stray=stray)
        held += end.low <= weeks.sum() <= end.high
        half_held += abs(weeks.sum() - end.value) <= (end.high - end.low) / 4
    assert 0.86 < held / 2000 < 0.95
    assert half_held / 2000 < 0.7


def test_stray_is_how_far_weeks_differ() -> None:
    """Weeks drawn with a stray of 0.2 show about that; equal weeks the least; few weeks the usual."""
    rng = np.random.default_rng(3)
    assert stray_of(list(np.exp(0.2 * rng.standard_normal(200)))) == pytest.approx(0.2, abs=0.05)
    assert stray_of([5.0] * 20) == 0.05
    assert stray_of([1.0, 9.0]) == 0.2


def test_parts_add_up() -> None:
    """Values add; ranges of parts that stray apart add as squares: 3 and 4 make 5."""
    total = summed([Projection(10, 7, 13), Projection(20, 16, 24)])
    assert (total.value, total.low, total.high) == (30, 25, 35)
