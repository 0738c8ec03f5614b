"""What a month should bring at a given spend, so that it can be held against what it did bring.

    attributed(c) = f_c(s_c) · noise_c        total = (baseline + Σ_c f_c(s_c)) · noise

over the draws of curves and baseline that belong together. Noise is how much single periods stray
from their neighbours, which no curve can foresee; a month of many periods evens it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.fitted import Fit
from optimizer.history import History, Series
from optimizer.periods import Period

USUAL_NOISE = 0.25  # log-spread of a period's result where too few are known
LEAST_PERIODS = 6
MEDIAN_TO_SPREAD = 1.4826  # of a normal distribution: its standard deviation over its median deviation


@dataclass(frozen=True)
class Forecast:
    """What was expected, the range meant to hold nine times in ten, and what came."""

    value: float
    low: float
    high: float
    actual: float

    @property
    def holds(self) -> bool:
        """Whether what came lies in the range."""
        return self.low <= self.actual <= self.high

    @property
    def error_share(self) -> float:
        """How far the forecast was above what came, as a share of the latter; NaN where nothing came."""
        return self.value / self.actual - 1 if self.actual > 0 else float("nan")


def forecast_channels(
    fit: Fit, known: History, month: Period, spend: Mapping[str, float], actual: Mapping[str, float]
) -> tuple[Forecast, dict[str, Forecast]]:
    """What the channels of `actual` should be credited with at their `spend`: together, and each."""
    rng = np.random.default_rng(month.start)
    drawn, usual = {}, {}
    for name in actual:
        noise = spread_within(known.channels.get(name), month, per_spend=True)
        usual[name] = float(fit.curves[name].curve(spend[name]))
        drawn[name] = _noisy(fit.curves[name].drawn_at(spend[name]), noise, rng)
    each = {name: _forecast(usual[name], drawn[name], actual[name]) for name in actual}
    together = _forecast(sum(usual.values()), np.sum(list(drawn.values()), axis=0), sum(actual.values()))
    return together, each


def forecast_shop(
    fit: Fit, known: History, month: Period, spend: Mapping[str, float], actual: float
) -> Forecast:
    """What the whole shop should sell when its channels spend `spend`."""
    baseline, draws = fit.demand.baseline, fit.demand.baseline_draws
    if baseline is None or draws is None:
        raise ValueError("A fit without the shop's results cannot forecast them.")
    curves = [(fit.curves[name], amount) for name, amount in spend.items()]
    usual = float(draws.mean()) + sum(float(fitted.curve(amount)) for fitted, amount in curves)
    drawn = draws + sum(fitted.drawn_at(amount) for fitted, amount in curves)
    noise = spread_within(known.shop, month, per_spend=False)
    return _forecast(usual, _noisy(drawn, noise, np.random.default_rng(month.start)), actual)


def spread_within(series: Series | None, month: Period, *, per_spend: bool) -> float:
    """Log-spread that a month's result has by itself, told from single periods and their neighbours.

    A period strays from the middle of its two neighbours by √1.5 of its own spread; the median
    makes nothing of festivals and outliers. `per_spend` compares results per unit of spend.
    """
    if series is None or not len(series):
        return USUAL_NOISE
    usable = (np.nan_to_num(series.result) > 0) & ((series.spend > 0) | (not per_spend))
    base = series.spend if per_spend else series.days
    single = single_spread(np.log(series.result[usable] / base[usable]))
    if single is None:
        return USUAL_NOISE
    return float(single * np.sqrt(min(1.0, float(np.median(series.days)) / month.days)))


def single_spread(level: FloatArray) -> float | None:
    """How far single log results stray from the middle of their neighbours; None where too few tell."""
    stray = np.abs(level[1:-1] - (level[:-2] + level[2:]) / 2)
    if len(stray) < LEAST_PERIODS:
        return None
    return MEDIAN_TO_SPREAD * float(np.median(stray)) / float(np.sqrt(1.5))


def _noisy(drawn: FloatArray, spread: float, rng: np.random.Generator) -> FloatArray:
    return np.asarray(drawn * np.exp(spread * rng.normal(size=drawn.shape) - spread**2 / 2))


def _forecast(value: float, drawn: FloatArray, actual: float) -> Forecast:
    low, high = (float(side) for side in np.quantile(drawn, [0.05, 0.95]))
    return Forecast(value, min(low, value), max(high, value), actual)
