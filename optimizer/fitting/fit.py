"""The story of a fit, from history to one curve per channel for the plan month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from optimizer.carryover import carried
from optimizer.curves import FloatArray
from optimizer.demand import DemandFeatures, demand_features
from optimizer.festivals import festivals
from optimizer.fitting.attributed import Account, Demand, sight, usual_spend
from optimizer.fitting.belief import Belief
from optimizer.fitting.fitted import Demand as PlanDemand
from optimizer.fitting.fitted import Fit, FittedCurve
from optimizer.fitting.grid import RETENTION, grid
from optimizer.fitting.month import month_curves
from optimizer.fitting.panel import Panel, panel
from optimizer.history import History
from optimizer.periods import Period


def fit(history: History, month: Period, *, reach: Mapping[str, float], country: str = "CN") -> Fit:
    known = panel(history, month.start)
    features = _features(history, known, month, country)
    means, state = carried(known.spend, known.days, RETENTION)
    beliefs = _believe(known, features, means, month)
    state = _at_month_start(known, state, month)
    rng = np.random.default_rng(0)
    last = known.last_spend(month.days)
    curves = {}
    for c, name in enumerate(known.channels):
        made = month_curves(beliefs[c], state[c], month.days, reach[name], rng)
        low, high = np.quantile(made.draws, [0.05, 0.95], axis=0)
        curves[name] = FittedCurve(name, "attributed", made.curve, low, high, made.draws, float(last[c]))
    return Fit(curves, PlanDemand(1.0, 1.0))


def _features(history: History, known: Panel, month: Period, country: str) -> DemandFeatures:
    first, last = int(known.start[0]), month.end
    years = date.fromordinal(first).year, date.fromordinal(last).year
    events = (*festivals(country, *years), *history.events)
    return demand_features(first, last, month.start, events)


def _believe(known: Panel, features: DemandFeatures, means: FloatArray, month: Period) -> list[Belief]:
    usual = usual_spend(known)
    sights = [sight(known, c, grid(), means[c], usual[c], month.start) for c in range(len(usual))]
    return Account(sights, Demand.unknown(features, known, len(sights)), grid()).learn()


def _at_month_start(known: Panel, state: FloatArray, month: Period) -> FloatArray:
    """Adstock at the plan month's start, when the days in between are spent like the last ones."""
    rate = known.last_spend(1.0)[:, None]
    return rate + (state - rate) * RETENTION ** max(month.start - known.end, 0)
