"""Channels paid by commission: what they sell is foreseen, what they cost follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Estimate, Fit
from optimizer.history import Commission, HistoryRow, OutcomeRow, gather
from optimizer.periods import Period

MONTH, RATE, WEEKS = Period.parse("2026-11"), 0.08, 100
FIRST = date(2024, 12, 2)


def season(day: int) -> float:
    """A fifth more in summer than on average, a fifth less in winter."""
    return 1 - 0.2 * float(np.cos(2 * np.pi * (day - date(2024, 1, 15).toordinal()) / 365.25))


def weeks(daily: Callable[[int], float], **more: bool) -> list[HistoryRow]:
    """Weekly rows of the channel, from what it sells on a day; without revenue if `more` says so."""
    rows = []
    for week in range(WEEKS):
        first = FIRST + timedelta(weeks=week)
        sold = sum(daily(first.toordinal() + day) for day in range(7))
        told = None if more.get("untold") else sold
        rows.append(HistoryRow("union", Period(first, 7), RATE * sold, told, conversions=sold / 50))
    return rows


def foreseen(rows: list[HistoryRow], outcomes: list[OutcomeRow] | None = None, **terms: float) -> Fit:
    history = gather(rows, outcomes or [], commissions={"union": Commission(RATE, **terms)})
    names = {"union", *(row.channel for row in rows)}
    return fit(history, MONTH, reach=dict.fromkeys(sorted(names), 60_000.0), country="")


def spending(noise: float = 0.05) -> list[HistoryRow]:
    """A channel whose spend is decided on, in the same season."""
    rng, rows = np.random.default_rng(0), []
    for week in range(WEEKS):
        first = FIRST + timedelta(weeks=week)
        spend = float(rng.uniform(2_000, 9_000))
        brought = season(first.toordinal()) * 300 * np.sqrt(spend) * float(np.exp(noise * rng.normal()))
        rows.append(HistoryRow("ads", Period(first, 7), spend, brought))
    return rows


def paid(found: Fit) -> Estimate:
    commission = found.curves["union"].commission
    assert commission is not None
    return commission


@pytest.mark.parametrize("others", [[], spending()], ids=["alone", "beside others"])
def test_sales_are_foreseen_in_their_season(others: list[HistoryRow]) -> None:
    """November's sales from two years of weeks, to 4 %; an average month's would be 18 % more."""
    truth = sum(1000 * season(MONTH.start + day) for day in range(MONTH.days))
    found = foreseen([*weeks(lambda day: 1000 * season(day)), *others])
    assert paid(found).value == pytest.approx(RATE * truth, rel=0.04)


def test_sales_that_grow_are_foreseen_at_their_level() -> None:
    """Sales that doubled half a year ago are foreseen at the new level, to 10 %."""
    change = MONTH.start - 180
    found = foreseen(weeks(lambda day: 2000.0 if day >= change else 1000.0))
    assert paid(found).value == pytest.approx(RATE * 60_000, rel=0.1)


def test_the_range_is_as_wide_as_sales_stray() -> None:
    """Weeks that stray by a fifth make the month's range wider than weeks that hardly stray; both hold it."""
    rng = np.random.default_rng(3)
    stray = dict(enumerate(np.exp(0.2 * rng.normal(size=WEEKS))))
    calm = paid(foreseen(weeks(lambda day: 1000.0)))
    wild = paid(foreseen(weeks(lambda day: 1000.0 * stray[(day - FIRST.toordinal()) // 7])))
    assert wild.high - wild.low > 1.3 * (calm.high - calm.low)
    assert wild.low < RATE * 30_000 < wild.high


def test_the_line_is_the_rate() -> None:
    """Spend brings one over the rate of revenue, and of conversions as many as came with it."""
    curve = foreseen(weeks(lambda day: 1000.0)).curves["union"].curve
    assert float(curve(800.0)) == pytest.approx(10_000)
    rows = weeks(lambda day: 1000.0)
    history = gather(rows, commissions={"union": Commission(RATE)}, metric="conversions")
    counted = fit(history, MONTH, reach={"union": 1.0}, country="").curves["union"].curve
    assert float(counted(800.0)) == pytest.approx(200)


def test_a_cost_tells_sales_where_no_revenue_is_known() -> None:
    """Rows with the commission alone foresee what rows with the revenue do."""
    told, untold = (foreseen(weeks(lambda day: 1000 * season(day), untold=u)) for u in (False, True))
    assert paid(untold).value == pytest.approx(paid(told).value, rel=1e-9)


def test_what_is_stated_takes_the_place_of_history() -> None:
    """50,000 of sales, between 40,000 and 70,000, cost 4,000, between 3,200 and 5,600."""
    found = foreseen(weeks(lambda day: 1000.0), value=50_000.0, low=40_000.0, high=70_000.0)
    assert (paid(found).value, paid(found).low, paid(found).high) == pytest.approx((4000, 3200, 5600))


def test_other_channels_are_fitted_as_if_it_were_not_there() -> None:
    """A cost that follows sales exactly would look like the best of all causes; it is kept out."""
    alone = fit(gather(spending()), MONTH, reach={"ads": 60_000.0}, country="").curves["ads"]
    beside = foreseen([*weeks(lambda day: 1000.0), *spending()]).curves["ads"]
    np.testing.assert_allclose(beside.curve.response, alone.curve.response, rtol=1e-9)


def test_the_baseline_leaves_out_what_it_sells() -> None:
    """What the shop sells without ads is less by what the channel sells, which is counted by itself."""
    outcomes = [OutcomeRow(row.period, 20_000.0 + (row.revenue or 0.0)) for row in spending()]
    rows = [*weeks(lambda day: 1000.0), *spending()]
    whole = fit(gather(spending(), outcomes), MONTH, reach={"ads": 60_000.0}, country="").demand.baseline
    less = foreseen(rows, outcomes).demand.baseline
    assert whole is not None
    assert less is not None
    assert whole.value - less.value == pytest.approx(30_000, rel=0.05)
