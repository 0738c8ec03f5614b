"""Each past month planned from what was known then."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from benchmarks.families import make
from benchmarks.tasks import SCENARIOS, seen
from optimizer.backtest import Backtest, past_months, replan
from optimizer.errors import HistoryError
from optimizer.fitting.fit import fit
from optimizer.foresight import foresee
from optimizer.history import History, HistoryRow, Incrementality, OutcomeRow, gather
from optimizer.periods import Period

SEEDS = (0, 1)


@lru_cache
def shop(seed: int, scenario: str = "weekly", months: int = 12) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    """What a simulated shop of the plain family can show."""
    return seen(make("plain", seed, months), SCENARIOS[scenario])


@lru_cache
def tried(seed: int) -> Backtest:
    return replan(gather(*shop(seed)), months=3)


def until(history: list[HistoryRow], day: int) -> list[HistoryRow]:
    return [row for row in history if row.period.end <= day]


def test_forecasts_hold_about_as_often_as_stated() -> None:
    """Of forecasts stated to hold nine times in ten, at least 75 % do, and not all."""
    held = [f.holds for seed in SEEDS for past in tried(seed).months for f in past.channels.values()]
    assert len(held) >= 30
    assert 0.75 < np.mean(held) < 1.0


def test_forecasts_are_near_what_came() -> None:
    """The account's credited revenue is typically foreseen to 10 %."""
    assert np.median([tried(seed).typical_error for seed in SEEDS]) < 0.10


def test_a_plan_that_may_not_move_is_worth_the_mix() -> None:
    """With no change allowed the plan is last month's mix, its gain is nothing; each fit is told of."""
    heard: list[tuple[int, int]] = []
    still = replan(gather(*shop(0)), months=1, change_share=0.0, on_month=lambda *done: heard.append(done))
    assert still.months[0].plan == pytest.approx(still.months[0].mix, abs=0.02)
    assert heard == [(1, 2), (2, 2)]  # the judge's fit, and the month's
    assert still.gains["plan"].value == pytest.approx(0.0, abs=1e-6)
    assert still.gains["plan"].low == pytest.approx(0.0, abs=1e-6)


def test_every_rule_spends_the_same_within_the_same_limits() -> None:
    """Plan, mix and ROI rule spend what was really spent, each within half of the mix."""
    for past in tried(0).months:
        assert past.roi_rule is not None
        for spend in (past.plan, past.roi_rule, past.mix):
            assert sum(spend.values()) == pytest.approx(past.total, rel=1e-6)
            assert all(0.5 * past.mix[n] - 0.02 <= x <= 1.5 * past.mix[n] + 0.02 for n, x in spend.items())
        assert sum(past.done.values()) == pytest.approx(past.total)


def test_plans_gain_where_there_is_something_to_gain() -> None:
    """Judged by all history, the plans of plain shops are worth more than the mix and the ROI rule."""
    gains = [tried(seed).gains for seed in SEEDS]
    assert sum(g["plan"].value for g in gains) > max(0.03, sum(g["roi_rule"].value for g in gains))
    assert all(g["plan"].low <= g["plan"].value <= g["plan"].high for g in gains)


def test_nothing_leaks_from_the_future() -> None:
    """Rows changed or added after a month, even a new channel, change neither its plan nor its forecast."""
    rows, _ = shop(0)
    month = past_months(gather(rows), 2)[0]
    rows = until(rows, month.end + 15)
    later = [
        replace(row, spend=3 * row.spend, revenue=7 * (row.revenue or 0.0))
        if row.period.start >= month.end
        else row
        for row in rows
    ]
    new = [HistoryRow("new", row.period, 9e6, 1e6) for row in rows[-2:] if row.channel == rows[-1].channel]
    one, other = (replan(gather(r), months=1).months[0] for r in (rows, later + new))
    assert one.month == other.month == month
    assert (one.plan, one.mix, one.roi_rule) == (other.plan, other.mix, other.roi_rule)
    assert (one.forecast, one.channels) == (other.forecast, other.channels)


def test_past_plans_count_with_a_stated_share() -> None:
    """Money leaves a channel that is said to have caused a tenth of its results in past months too."""
    rows, _ = shop(3)
    name = max(
        {row.channel for row in rows}, key=lambda c: sum(row.spend for row in rows if row.channel == c)
    )
    (plain,) = replan(gather(rows), months=1).months
    (stated,) = replan(gather(rows, incrementality={name: Incrementality(0.1)}), months=1).months
    assert stated.plan[name] < 0.95 * plain.plan[name]
    assert stated.forecast == plain.forecast


def test_the_whole_shop_is_forecast_where_it_is_known() -> None:
    """With the shop's total alone, that is what is forecast, and there is no ROI rule to compare with."""
    rows, outcomes = shop(1, "total", months=6)
    result = replan(gather(rows, outcomes), months=1)
    assert result.measured == "total"
    assert set(result.gains) == {"plan", "done"}
    past = result.months[0]
    assert past.channels == {}
    inside = [o for o in outcomes if past.month.start <= o.period.start and o.period.end <= past.month.end]
    assert past.forecast.actual > sum(o.revenue or 0.0 for o in inside)
    assert past.forecast.value == pytest.approx(past.forecast.actual, rel=0.25)


def test_a_past_month_is_planned_at_the_size_it_had() -> None:
    """Curves keep last month's mix at the size of the money spent then, not at last month's own size."""
    rows, outcomes = shop(1, "total", months=6)
    history = gather(rows, outcomes)
    month = past_months(history, 1)[0]
    doubled = [replace(row, spend=2 * row.spend) if row.period.start >= month.start else row for row in rows]
    seen = foresee(gather(doubled, outcomes), month, "CN")
    total, reach = sum(seen.spend.values()), dict.fromkeys(seen.spend, sum(seen.spend.values()))
    asked = fit(seen.known, month, reach=reach, spendable=total)
    for name, curve in seen.fit.curves.items():
        assert curve.prudent.response == pytest.approx(asked.curves[name].prudent.response)
    small = fit(seen.known, month, reach=reach)
    spend = next(iter(seen.spend))
    assert set(small.curves[spend].prudent.spend) != set(asked.curves[spend].prudent.spend)


def test_months_are_whole_and_have_a_past() -> None:
    """A month that lacks more than six days is left out, and so are the first three."""
    rows = [HistoryRow("a", Period.parse("2025-01-07").next(k), 10.0, 20.0) for k in range(180)]
    assert [str(month) for month in past_months(gather(rows), 9)] == ["2025-05", "2025-06"]
    with pytest.raises(HistoryError, match="85 days"):
        past_months(gather(rows[:100]), 9)


def test_without_results_there_is_nothing_to_test() -> None:
    """Spend alone is refused with a reason."""
    silent: History = gather([HistoryRow("a", Period.parse("2025-01"), 10.0)])
    with pytest.raises(HistoryError, match="no results"):
        replan(silent)
