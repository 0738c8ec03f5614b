"""Channels paid by commission: nobody decides their spend, it is a rate of what they sell.

What they sell follows demand. With daily sales x of past periods, and effects of demand as all other
channels know them (or as they are before anything is known),

    log x_t = level + features_t · effects + walk_t + noise_t

where the walk, a level that drifts, is nought at the plan month's start: a Gaussian belief in closed form
(Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), chapter 2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.demand import YEAR_DAYS, DemandFeatures
from optimizer.fitting.belief import Effects
from optimizer.fitting.evidence import solved
from optimizer.fitting.fitted import Demand, Estimate, FittedCurve
from optimizer.fitting.month import DRAWS
from optimizer.fitting.panel import Panel, panel
from optimizer.forecast import USUAL_NOISE, single_spread
from optimizer.history import NINE_IN_TEN, History, Seller
from optimizer.periods import Period

OWN_EFFECTS = 0.3  # how far a seller's effects of demand are from the shared ones, in their spreads
DRIFT = 0.3  # yearly spread of the walk
VAGUE = 4.0  # variance of a level nothing is known of
ODD = 2.0  # spreads beyond which a period counts the less the odder it is
PASSES = 3
STEADY = 0.01  # the least noise that is believed
BEYOND = 1.05  # of the month's spend: where the line ends


@dataclass(frozen=True, eq=False)
class Season:
    """Demand as it is known before a seller is heard: its features, and the effects that all others tell."""

    features: DemandFeatures
    effects: Effects | None

    @property
    def mean(self) -> FloatArray:
        """(features,): the effects to be expected."""
        size = len(self.features.names)
        return np.zeros(size) if self.effects is None else self.effects.mean[:size]

    @property
    def covariance(self) -> FloatArray:
        """(features, features): how far a seller's effects may be from them."""
        size, own = len(self.features.names), np.diag(self.features.spread**2)
        if self.effects is None:
            return own
        return np.asarray(self.effects.covariance[:size, :size] + OWN_EFFECTS**2 * own)


def sellers_panel(history: History, before: int) -> Panel:
    """What the channels paid by commission sold up to a day, on one axis."""
    return panel(History({name: seller.sold for name, seller in history.sellers.items()}), before)


def sellers_curves(
    history: History, known: Panel, month: Period, season: Season | None
) -> dict[str, FittedCurve]:
    """The line of every channel paid by commission for the month; `known` is what they sold before it."""
    found = {}
    for place, name in enumerate(known.channels):
        seller, rng = history.sellers[name], np.random.default_rng([known.seed, place])
        if seller.commission.value is not None:
            sales = _stated(seller, rng)
        elif season is None or not (np.nan_to_num(known.result[place]) > 0).any():
            sales = np.zeros(DRAWS)
        else:
            sales = _foreseen(known, place, month, season, rng)
        last = float(known.last_spend(month.days)[place]) if len(known.start) else None
        found[name] = _line(name, seller, sales, last)
    return found


def without_sellers(demand: Demand, curves: dict[str, FittedCurve]) -> Demand:
    """Demand whose baseline leaves out what channels paid by commission cause: that is counted apart."""
    sold = sum(float(c.curve(c.commission.value)) for c in curves.values() if c.commission)
    if demand.baseline is None or not sold:
        return demand
    value, low, high = (
        max(x - sold, 0.0) for x in (demand.baseline.value, demand.baseline.low, demand.baseline.high)
    )
    return replace(demand, baseline=Estimate(value, low, high))


def _stated(seller: Seller, rng: np.random.Generator) -> FloatArray:
    """(DRAWS,): the revenue that a user states, in its range."""
    told, value = seller.commission, seller.commission.value or 0.0
    height = rng.normal(size=DRAWS) / NINE_IN_TEN
    low, high = value if told.low is None else told.low, value if told.high is None else told.high
    return np.asarray(np.maximum(value + height * np.where(height > 0, high - value, value - low), 0.0))


def _foreseen(
    known: Panel, place: int, month: Period, season: Season, rng: np.random.Generator
) -> FloatArray:
    """(DRAWS,): the month's revenue, as what was sold before foretells it."""
    rates = np.nan_to_num(known.result[place])
    first = int(np.flatnonzero(rates > 0)[0])
    seen = np.flatnonzero((rates > 0) & (known.start >= season.features.first))
    if not len(seen):
        return np.full(DRAWS, float(rates[first:].mean() * month.days))
    active = float((known.days * (rates > 0))[first:].sum() / known.days[first:].sum())
    level, spread, noise = _believed(np.log(rates[seen]), known, seen, month, season)
    even = noise * float(np.sqrt(min(1.0, float(np.median(known.days)) / month.days)))
    drawn = level + spread * rng.normal(size=DRAWS) + even * rng.normal(size=DRAWS) - even**2 / 2
    return np.asarray(active * month.days * np.exp(drawn + noise**2 / 2))


def _believed(
    logs: FloatArray,
    known: Panel,
    seen: np.ndarray[tuple[int], np.dtype[np.intp]],
    month: Period,
    season: Season,
) -> tuple[float, float, float]:
    """The month's log daily sales, how sure they are, and the noise of a single period."""
    features, covariance = season.features, season.covariance
    level, slope = features.over(known.start[seen], known.days[seen], season.mean)
    there, turn = features.over(np.array([month.start]), np.array([month.days]), season.mean)
    age = np.maximum(month.start - known.middle[seen], 0.0) / YEAR_DAYS
    before = slope @ covariance @ slope.T + DRIFT**2 * np.minimum.outer(age, age) + VAGUE
    cross = turn[0] @ covariance @ slope.T + VAGUE
    rest = logs - level
    centre = float(np.median(rest))
    told = single_spread(rest)
    noise = USUAL_NOISE if told is None else max(told, STEADY)
    weight = np.ones(len(rest))
    for _ in range(PASSES):
        whole = before + np.diag(noise**2 / weight)
        pull = solved(whole, rest - centre)
        stray = np.abs(rest - centre - before @ pull)
        weight = np.minimum(1.0, ODD * noise / np.maximum(stray, 1e-12))
    variance = turn[0] @ covariance @ turn[0] + VAGUE - cross @ solved(whole, cross)
    return float(there[0] + centre + cross @ pull), float(np.sqrt(max(variance, 0.0))), noise


def _line(name: str, seller: Seller, sales: FloatArray, last_spend: float | None) -> FittedCurve:
    """Spend at the rate, and what comes with it; in each draw as much more as more is sold."""
    told, rate, per = seller.commission, seller.commission.rate, seller.per_revenue
    value = float(sales.mean()) if told.value is None else told.value
    low, high = (float(side) for side in np.quantile(sales, [0.05, 0.95]))
    low, high = low if told.low is None else told.low, high if told.high is None else told.high
    cost = Estimate(rate * value, rate * min(low, value), rate * max(high, value))
    end = BEYOND * cost.value or 1.0
    slope = per / rate if value > 0 else 0.0
    knots = end * np.array([0.0, 1e-3, 1.0])
    curve = ResponseCurve(knots, slope * knots, np.full(3, slope))
    share = sales / value if value > 0 else np.zeros(DRAWS)
    draws = share[:, None] * curve.response
    sides = (curve.response * (side / cost.value if cost.value else 0.0) for side in (cost.low, cost.high))
    low_line, high_line = (np.asarray(side) for side in sides)
    return FittedCurve(
        name, "commission", curve, low_line, high_line, draws, curve, last_spend, commission=cost
    )
