"""What a month should have brought, told before it came."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.fitting.fit import fit
from optimizer.forecast import Forecast, forecast_channels, forecast_shop, spread_within
from optimizer.foresight import foresee
from optimizer.history import Experiment, HistoryRow, Incrementality, OutcomeRow, Series, gather
from optimizer.periods import Period

MONTH = Period.parse("2026-01")
WEEKS = [Period.parse("2024-W01").next(k) for k in range(104)]


def rows(noise: float) -> list[HistoryRow]:
    """One channel that brings 5 for 1 up to saturation around 2,000 a day."""
    rng = np.random.default_rng(1)
    spend = 700 * np.exp(0.4 * rng.normal(size=len(WEEKS)))
    revenue = 7 * 10_000 * spend / (2_000 + spend) * np.exp(noise * rng.normal(size=len(WEEKS)))
    return [
        HistoryRow("抖音", week, 7 * float(x), float(y))
        for week, x, y in zip(WEEKS, spend, revenue, strict=True)
    ]


def series(result: list[float], days: float = 7.0) -> Series:
    """Consecutive periods of steady spend with these results."""
    start = 738_000 + days * np.arange(len(result), dtype=float)
    return Series(
        np.asarray(start), np.full(len(result), days), np.full(len(result), 100.0), np.array(result)
    )


def test_spread_is_that_of_single_periods_evened_out_over_the_month() -> None:
    """Noise of 20 % a week is 20 % / √(31/7) a month, whatever slow growth lies under it."""
    rng = np.random.default_rng(0)
    growth = np.exp(0.01 * np.arange(2_000))
    noisy = series((growth * np.exp(0.2 * rng.normal(size=2_000))).tolist())
    assert spread_within(noisy, MONTH, per_spend=True) == pytest.approx(0.2 / np.sqrt(31 / 7), rel=0.05)


def test_a_festival_is_no_noise() -> None:
    """One week in twenty that sells five times as much leaves the spread as it was."""
    rng = np.random.default_rng(0)
    calm = np.exp(0.1 * rng.normal(size=400))
    peaks = np.where(np.arange(400) % 20 == 10, 5.0, 1.0)
    spread = spread_within(series(calm.tolist()), MONTH, per_spend=True)
    assert spread_within(series((calm * peaks).tolist()), MONTH, per_spend=True) < 1.25 * spread


def test_a_lift_test_changes_no_forecast_of_what_is_credited() -> None:
    """A test that found half of what is credited moves the curve, not the forecast of credited results."""
    first, last = Period(WEEKS[60].first, 1), Period(WEEKS[63].next().first, 1)
    test = Experiment("抖音", first, last, 20_000.0, 35_000.0, 1_000.0)
    month = Period.parse("2025-11")
    plain = foresee(gather(rows(0.1)), month, "")
    tested = foresee(gather(rows(0.1), experiments=[test]), month, "")
    assert tested.forecast == plain.forecast
    spend = plain.spend["抖音"]
    assert float(tested.fit.curves["抖音"].curve(spend)) < 0.8 * float(plain.fit.curves["抖音"].curve(spend))


def test_a_stated_share_changes_no_forecast_of_what_is_credited() -> None:
    """Half of what is credited is said to be caused: the curve halves, what will be credited does not."""
    month, half = Period.parse("2025-11"), {"抖音": Incrementality(0.5)}
    plain = foresee(gather(rows(0.1)), month, "")
    stated = foresee(gather(rows(0.1), incrementality=half), month, "")
    assert stated.forecast == plain.forecast
    spend = stated.spend["抖音"]
    caused, credited = (float(seen.fit.curves["抖音"].curve(spend)) for seen in (stated, plain))
    assert caused == pytest.approx(0.5 * credited, rel=0.1)


def test_few_periods_have_the_usual_spread() -> None:
    """Four periods cannot tell noise; neither can an unknown channel."""
    assert spread_within(series([1, 9, 1, 9]), MONTH, per_spend=True) == 0.25
    assert spread_within(None, MONTH, per_spend=True) == 0.25


def test_without_noise_the_forecast_is_what_comes() -> None:
    """At a spend within the range seen, the month's forecast is within 3 % and its range narrow."""
    history = gather(rows(0.0))
    result = fit(history, MONTH, reach={"抖音": 100_000.0}, country="")
    came = 31 * 10_000 * 900 / (2_000 + 900)
    together, each = forecast_channels(result, history, MONTH, {"抖音": 31 * 900.0}, {"抖音": came})
    assert together.error_share == pytest.approx(0.0, abs=0.03)
    assert together.holds
    assert each["抖音"] == together


def test_noise_widens_the_range() -> None:
    """Noisy weeks make a wider forecast than the curves alone."""
    history = gather(rows(0.3))
    result = fit(history, MONTH, reach={"抖音": 100_000.0}, country="")
    forecast, _ = forecast_channels(result, history, MONTH, {"抖音": 25_000.0}, {"抖音": 1.0})
    low, high = np.quantile(result.curves["抖音"].drawn_at(25_000.0), [0.05, 0.95])
    assert forecast.high - forecast.low > 1.2 * (high - low)


def test_the_shop_is_forecast_with_its_baseline() -> None:
    """What sells without advertising is part of the total, and the draws of both belong together."""
    known = rows(0.05)
    silent = [replace(row, revenue=None) for row in known]
    shop = [OutcomeRow(row.period, revenue=140_000 + (row.revenue or 0.0)) for row in known]
    history = gather(silent, shop)
    result = fit(history, MONTH, reach={"抖音": 100_000.0}, country="")
    came = 31 * (20_000 + 10_000 * 700 / 2_700)
    forecast = forecast_shop(result, history, MONTH, {"抖音": 31 * 700.0}, came)
    assert forecast.error_share == pytest.approx(0.0, abs=0.05)
    assert forecast.holds
    assert result.demand.baseline_draws is not None
    apart = np.std(result.demand.baseline_draws) + np.std(result.curves["抖音"].drawn_at(31 * 700.0))
    assert (forecast.high - forecast.low) / 3.3 < 0.8 * apart


def test_an_error_is_a_share_of_what_came() -> None:
    """120 for 100 is a fifth too much; where nothing came there is no share."""
    assert Forecast(120, 90, 130, 100).error_share == pytest.approx(0.2)
    assert np.isnan(Forecast(120, 90, 130, 0).error_share)
    assert not Forecast(120, 110, 130, 100).holds
