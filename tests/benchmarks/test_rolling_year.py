"""A year of plans is lived through month by month."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.families import make
from benchmarks.plan_quality import Plan, keep_the_mix
from benchmarks.rolling_year import chain, year
from benchmarks.tasks import Task


def test_a_month_is_lived() -> None:
    """After a month the world has that month's days more, its spend is the plan's, its past the same."""
    world = make("mixed", 2, months=12)
    plan = world.spend[:, -30:].sum(1)
    later = world.after(plan, np.random.default_rng(0))
    assert str(later.month) == str(world.month.next())
    assert later.spend[:, world.days :].sum(1) == pytest.approx(plan)
    assert later.total.shape == (later.days,)
    assert np.array_equal(later.attributed[:, : world.days], world.attributed)


def test_every_month_is_planned_within_reach() -> None:
    """Twelve months follow one another, each within 40 % of the plan before."""
    seen: list[Task] = []

    def towards_best(task: Task) -> Plan:
        seen.append(task)
        return Plan.of(task.best)

    year("plain", 0, "weekly", towards_best)
    assert [str(t.month) for t in seen] == [str(seen[0].month.next(k)) for k in range(12)]
    for before, after in itertools.pairwise(seen):
        daily = before.best / before.month.days
        assert after.last == pytest.approx(daily * after.month.days)
        assert after.low == pytest.approx(0.6 * after.last)


def test_scores_of_known_chains() -> None:
    """Keeping the mix gains nothing in a year; the best chain gains what is available."""
    kept = year("plain", 1, "weekly", keep_the_mix)
    assert kept.gain == pytest.approx(0)
    assert kept.available > 0.01
    world = make("plain", 1, months=12)
    best, mix = chain(world, "weekly", lambda t: t.best), chain(world, "weekly", lambda t: t.last)
    assert best / mix - 1 == kept.available
