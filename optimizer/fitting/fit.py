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
from optimizer.fitting.evidence import shares
from optimizer.fitting.belief import Effects
from optimizer.fitting.total import *
from optimizer.fitting.panel import Panel, panel
from optimizer.history import History
from optimizer.periods import Period


def fit(history: History, month: Period, *, reach: Mapping[str, float], country: str = "CN") -> Fit:
    known = panel(history, month.start)
    features = _features(history, known, month, country)
    means, state = carried(known.spend, known.days, RETENTION)
    if history.is_attributed:
        beliefs = _believe(known, features, means, month)
    else:
        usual = usual_spend(known)
        g = grid(12)
        beliefs = [
            Belief(g, shares(g.log_share), np.zeros(len(g)), np.full(len(g), 0.6), u, 0.0) for u in usual
        ]
    if history.shop is not None:
        beliefs = _with_shop(known, features, means, beliefs, history.is_attributed)
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


def _with_shop(known, features, means, beliefs, attributed):
    rows = np.flatnonzero(np.isfinite(known.shop) & (known.shop > 0))
    usual = usual_spend(known)
    level0, slope = features.over(known.start[rows], known.days[rows], np.zeros(len(features.names)))
    common, excess = common_spend(known, usual)
    slope = np.hstack([slope, common[rows, None]])
    spread = np.append(features.spread, COMMON_SPREAD * excess + 1e-3)
    effects = Effects(np.zeros(len(spread)), np.diag(spread**2))
    beliefs = [pruned(b) for b in beliefs] if attributed else beliefs
    levers = [
        Lever.of(b, means[c][:, rows], CREDIT_SPREAD if attributed else 0.0) for c, b in enumerate(beliefs)
    ]
    usual_result = known.shop[rows].mean()
    if attributed:
        level, lsp = 0.85, 0.4
    else:
        level = (1 - BASE_SHARE) * usual_result / usual.sum()
        lsp = 0.5
    post = sample(Shop(known.shop[rows], slope, effects), levers, level, lsp, 1)
    out = []
    for c, b in enumerate(beliefs):
        sp = float(np.log(post.rois[:, c]).std())
        out.append(believed(b, post.share[c], post.roi[c], min(sp, 1.0)))
    return out


CREDIT_SPREAD = 0.3
