"""The last months, each foreseen from what was known before it (rolling origin)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.forecast import Forecast, forecast_channels, forecast_shop
from optimizer.history import History, Series
from optimizer.periods import Period

LEAST_DAYS = 85  # of results before the first month: fewer say too little
MISSING_DAYS = 6  # of a month at the edge of weekly rows: the rest is taken as alike


@dataclass(frozen=True, eq=False)
class Foreseen:
    """A month foreseen from what was `known` before it, with the curves of that time.

    `spend` is what each channel really spent in it. `channels` are the forecasts of each channel's
    credited results, none where the whole shop's result is forecast.
    """

    month: Period
    known: History
    fit: Fit
    spend: dict[str, float]
    forecast: Forecast
    channels: dict[str, Forecast]


def foresee(history: History, month: Period, country: str) -> Foreseen:
    """What was to be expected of a month at the spend that was really spent, beside what came.

    A plan on these curves leaves last month's mix, brought to the size of that spend, only for a reason.
    What channels are credited with is foreseen without lift tests and stated shares: these tell what is
    caused, not what is credited. Where the month's results lack a few days, spend and result are those of
    the whole month at the pace of the days that are known.
    """
    known, whole = history.before(month.start), month.days / covered_days(history, month)
    spend = {name: series.within(month).spend * whole for name, series in history.channels.items()}
    spend = {name: amount for name, amount in spend.items() if amount > 0 or name in known.channels}
    total = sum(spend.values())
    then = fit(known, month, reach=dict.fromkeys(spend, total), country=country, spendable=total)
    if history.shop is not None:
        came_at_all = history.shop.within(month).result * whole
        return Foreseen(month, known, then, spend, forecast_shop(then, known, month, spend, came_at_all), {})
    came = {name: history.channels[name].within(month).result * whole for name in spend}
    came = {name: result for name, result in came.items() if np.isfinite(result)}
    credited = then
    if known.experiments or known.incrementality:
        reach = dict.fromkeys(spend, total)
        plain = replace(known, experiments=(), incrementality={})
        credited = fit(plain, month, reach=reach, country=country, spendable=total)
    return Foreseen(month, known, then, spend, *forecast_channels(credited, known, month, spend, came))


def whole_months(history: History, most: int) -> list[Period]:
    """The last whole months with results, spend, and enough results before them; oldest first."""
    series = measured(history)
    if not series:
        return []
    first = min(float(s.start[np.isfinite(s.result)].min()) for s in series)
    month = month_of(int(max(s.end[np.isfinite(s.result)].max() for s in series)) - 1)
    found: list[Period] = []
    while len(found) < most and month.start - first >= LEAST_DAYS:
        if _is_whole(history, month):
            found.append(month)
        month = month.next(-1)
    return found[::-1]


def typical_error(forecasts: Iterable[Forecast]) -> float:
    """The median size of the forecasts' errors; NaN where nothing came in any month."""
    sizes = [abs(forecast.error_share) for forecast in forecasts]
    return float(np.nanmedian(sizes)) if np.isfinite(sizes).any() else float("nan")


def covered_days(history: History, month: Period) -> float:
    """How many of a month's days have results that are forecast."""
    known = [series.within(month) for series in measured(history)]
    return max((recorded.days for recorded in known if np.isfinite(recorded.result)), default=0.0)


def measured(history: History) -> list[Series]:
    """The series whose results are forecast: the shop's if known, otherwise the channels' own."""
    every = [history.shop] if history.shop is not None else list(history.channels.values())
    return [series for series in every if (np.nan_to_num(series.result) > 0).any()]


def _is_whole(history: History, month: Period) -> bool:
    """Whether results cover the month, as good as, money was spent in it, and something came before it."""
    spent = sum(series.within(month).spend for series in history.channels.values())
    came = sum(_recent_result(series, month) for series in measured(history))
    return covered_days(history, month) >= month.days - MISSING_DAYS and spent > 0 and came > 0


def _recent_result(series: Series, month: Period) -> float:
    """What is known to have come in the LEAST_DAYS before the month."""
    recent = (series.start >= month.start - LEAST_DAYS) & (series.end <= month.start)
    return float(np.nansum(series.result[recent]))


def month_of(day: int) -> Period:
    """The calendar month of a day number."""
    at = date.fromordinal(day)
    return Period.month(at.year, at.month)
