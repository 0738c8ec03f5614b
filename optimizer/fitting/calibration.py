"""Lift tests and stated incrementality put to use: what was caused, beside what was credited.

A channel's own results say what it is *credited* with. What it *caused* is that times a factor,

    log factor = level + own,    level ~ N(0, CREDIT_LEVEL_SPREAD²),    own ~ N(0, CREDIT_SPREAD²)

with one level for the account. A lift test measures what was caused: its likelihood multiplies the
weights of the channel's grid points, and what it says of the factor is told to the channels without
a test, so that nobody is punished for having been tested. A stated factor takes the place of both.
As far as no test speaks of it, the factor is 1 and left out of the ranges, as without tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.findings import Finding
from optimizer.fitting.belief import Belief
from optimizer.fitting.lift import Lift
from optimizer.fitting.shop import CREDIT_LEVEL_SPREAD, CREDIT_SPREAD
from optimizer.history import Incrementality

NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
STEPS = 25  # of the search for the likeliest roi
AT_ODDS = 2.0  # standard deviations between test and history from which they disagree


@dataclass(frozen=True)
class Factor:
    """The logarithm of caused over credited revenue: normal, and the variance it had before any test."""

    mean: float = 0.0
    variance: float = CREDIT_LEVEL_SPREAD**2 + CREDIT_SPREAD**2
    before: float = CREDIT_LEVEL_SPREAD**2 + CREDIT_SPREAD**2

    def on(self, belief: Belief) -> Belief:
        """The belief about what was caused, from one about what is credited."""
        spread = np.sqrt(belief.log_roi_spread**2 + self.variance)
        return replace(belief, log_roi=belief.log_roi + self.mean, log_roi_spread=spread)


def caused(
    beliefs: list[Belief], tested: Mapping[int, Sequence[Lift]], stated: Mapping[int, Incrementality]
) -> list[Belief]:
    """Beliefs about what channels cause, from those about what they are credited with."""
    said = {c: _said(beliefs[c], tests) for c, tests in tested.items() if c not in stated}
    after = []
    for c, belief in enumerate(beliefs):
        factor = _factor([gap for other, gap in said.items() if other != c])
        if c in stated:
            told = stated[c]
            factor = Factor(float(np.log(told.value)), told.log_spread**2, np.inf)
        after.append(_after(belief, factor, tested.get(c, [])))
    return after


def _said(belief: Belief, tests: Sequence[Lift]) -> tuple[float, float]:
    """What a channel's tests say of the account's level: its mean, and the variance of that."""
    wide = Factor().on(belief)
    narrow = _updated(wide, tests)
    before, after = wide.spread_log_roi**2, narrow.spread_log_roi**2
    learnt = max(1 / after - 1 / before, 1e-12)
    seen = narrow.mean_log_roi + (narrow.mean_log_roi - wide.mean_log_roi) / before / learnt
    return seen - belief.mean_log_roi, 1 / learnt + belief.spread_log_roi**2 + CREDIT_SPREAD**2


def _factor(said: list[tuple[float, float]]) -> Factor:
    """A channel's factor, from what other channels' tests say of the level they share."""
    precision = CREDIT_LEVEL_SPREAD**-2.0 + sum(1 / variance for _, variance in said)
    mean = sum(gap / variance for gap, variance in said) / precision
    return Factor(mean, 1 / precision + CREDIT_SPREAD**2)


def _after(belief: Belief, factor: Factor, tests: Sequence[Lift]) -> Belief:
    """The belief with its factor and its own tests; of the factor's doubt what a test spoke of."""
    told = _updated(factor.on(belief), tests)
    before = belief.spread_log_roi**2 + factor.before
    known = 1 - min(told.spread_log_roi**2 / before, 1.0)
    variance = known * told.log_roi_spread**2 + (1 - known) * belief.log_roi_spread**2
    return replace(told, log_roi_spread=np.sqrt(variance))


def _updated(belief: Belief, tests: Sequence[Lift]) -> Belief:
    for test in tests:
        belief = updated(belief, test)
    return belief


def updated(belief: Belief, lift: Lift) -> Belief:
    """The belief times the likelihood of a test; log_roi stays normal at each grid point.

    With k = the point's revenue at roi 1, x = log_roi ~ N(m, s²) and the test's y ± τ, the product

        exp(-(x - m)² / 2s² - (y - k e^x)² / 2τ²)

    is integrated by Gauss-Hermite quadrature around its peak (Liu & Pierce, Biometrika 81, 1994),
    which gives the point's weight and the mean and variance that log_roi gets.
    """
    unit = lift.unit(belief) * np.exp(belief.noise**2 / 2)  # results' mean is above their logarithms'
    peak, width = _peak(belief, unit, lift)
    x = peak[:, None] + width[:, None] * NODES
    misfit = ((x - belief.log_roi[:, None]) / belief.log_roi_spread[:, None]) ** 2
    misfit += ((lift.revenue - unit[:, None] * np.exp(x)) / lift.spread) ** 2
    log_weight = NODES**2 / 2 - misfit / 2 + np.log(width / belief.log_roi_spread)[:, None]
    log_weight += np.log(NODE_WEIGHTS) + np.log(belief.share + 1e-300)[:, None]
    weight = np.exp(log_weight - log_weight.max())
    share = np.maximum(weight.sum(axis=1), 1e-300)
    mean = (weight * x).sum(axis=1) / share
    variance = (weight * (x - mean[:, None]) ** 2).sum(axis=1) / share
    return replace(
        belief, share=share / share.sum(), log_roi=mean, log_roi_spread=np.sqrt(np.maximum(variance, 1e-12))
    )


def _peak(belief: Belief, unit: FloatArray, lift: Lift) -> tuple[FloatArray, FloatArray]:
    """Per point the likeliest log_roi given a test, and the width around it (Gauss-Newton steps)."""
    x, precision = belief.log_roi, belief.log_roi_spread**-2.0
    for _ in range(STEPS):
        predicted = unit * np.exp(x)
        curved = precision + (predicted / lift.spread) ** 2
        pull = (belief.log_roi - x) * precision + (lift.revenue - predicted) * predicted / lift.spread**2
        x = x + np.clip(pull / curved, -0.5, 0.5)
    return x, curved**-0.5


def agreement(
    before: Sequence[Belief], after: Sequence[Belief], tested: Mapping[int, Sequence[Lift]]
) -> Iterator[Finding]:
    """Per test what it says, what the history says without it, and what the plan uses, per unit of spend."""
    for c, tests in tested.items():
        for lift in tests:
            yield _compared(before[c], after[c], lift)


def _compared(before: Belief, after: Belief, lift: Lift) -> Finding:
    change = lift.test.spend_change
    value, weight = _predicted(before, lift)
    mean = float(value @ weight)
    doubt = float(np.sqrt(weight @ (value - mean) ** 2 + lift.test.standard_error**2))
    facts: dict[str, float | str] = {"start": str(lift.test.first), "end": str(lift.test.last)}
    plan = _predicted(after, lift)
    for name, (low, high) in {
        "test": lift.per_spend,
        "history": _range(value / change, weight),
        "plan": _range(plan[0] / change, plan[1]),
    }.items():
        facts |= {f"{name}_low": low, f"{name}_high": high}
    if abs(lift.revenue - mean) > AT_ODDS * doubt:
        return Finding("test_disagrees", lift.test.channel, facts)
    return Finding("test_agrees", lift.test.channel, facts)


def _predicted(belief: Belief, lift: Lift) -> tuple[FloatArray, FloatArray]:
    """Values of the change's revenue, and how likely each is."""
    unit = lift.unit(belief)
    if belief.samples is not None:
        points, roi = belief.samples
        return unit[points] * roi, np.full(len(roi), 1 / len(roi))
    log_roi = belief.log_roi[:, None] + belief.log_roi_spread[:, None] * NODES + belief.noise**2 / 2
    weight = belief.share[:, None] * NODE_WEIGHTS / NODE_WEIGHTS.sum()
    return (unit[:, None] * np.exp(log_roi)).ravel(), weight.ravel()


def _range(value: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """The range that holds nine in ten of weighted values."""
    order = np.argsort(value)
    below = np.cumsum(weight[order]) - weight[order] / 2
    low, high = np.interp([0.05, 0.95], below, value[order])
    return float(low), float(high)
