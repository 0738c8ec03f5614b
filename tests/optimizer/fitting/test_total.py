"""The shop's results alone: wrong weeks do not drag, unseen demand is heard, and the past adds up."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.curves import FloatArray
from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.history import HistoryRow, OutcomeRow, gather
from tests.optimizer.fitting.test_fit import CURVES, MONTH, WEEKS, shop

ROWS = shop()
BASE = 20_000.0


def sold(demand: FloatArray | None = None) -> list[float]:
    """What the shop sold in each week, ads and base both multiplied by demand; a little noise."""
    rng = np.random.default_rng(8)
    factor = np.ones(len(WEEKS)) if demand is None else demand
    brought = [sum(r.revenue or 0 for r in ROWS if r.period == period) for period in WEEKS]
    noise = np.exp(0.03 * rng.normal(size=len(WEEKS)))
    return [float((BASE + b) * f * n) for b, f, n in zip(brought, factor, noise, strict=True)]


def fitted(results: list[float]) -> Fit:
    rows = [HistoryRow(row.channel, row.period, row.spend) for row in ROWS]
    outcomes = [OutcomeRow(period, revenue=x) for period, x in zip(WEEKS, results, strict=True)]
    return fit(gather(rows, outcomes), MONTH, reach=dict.fromkeys(CURVES, 60_000.0), country="")


PLAIN = fitted(sold())


def test_weeks_of_refunds_do_not_drag_the_curves() -> None:
    """Three weeks that sold next to nothing leave both curves within a fifth of what they were."""
    results = sold()
    for week in (20, 47, 80):
        results[week] = 5.0
    after = fitted(results)
    for name in CURVES:
        before = float(PLAIN.curves[name].curve(25_000))
        assert float(after.curves[name].curve(25_000)) == pytest.approx(before, rel=0.2)


def test_unseen_demand_is_told_and_keeps_the_plan_near_the_mix() -> None:
    """Where sales wander for weeks, the reader is told, and a move must promise far more."""
    rng = np.random.default_rng(2)
    wave = np.zeros(len(WEEKS))
    for t in range(1, len(wave)):
        wave[t] = 0.8 * wave[t - 1] + 0.12 * rng.normal()
    wandering = fitted(sold(np.exp(wave)))
    assert "unseen_demand" in {finding.code for finding in wandering.findings}
    assert "unseen_demand" not in {finding.code for finding in PLAIN.findings}
    assert kink(wandering) > 3 * kink(PLAIN)


def kink(result: Fit) -> float:
    """How far the slope of the curve planned with falls at last month's spend, as a share of it."""
    curve = result.curves["甲"]
    last = curve.last_spend or 0.0
    below, above = curve.prudent.marginal_at([last * 0.995, last * 1.005])
    return float((below - above) / curve.curve.marginal_at(last))


def test_the_past_adds_up() -> None:
    """What channels brought and the base are what was to be expected of the shop; most of it is explained."""
    past = PLAIN.past
    assert past is not None
    assert past.brought.sum(axis=0).max() < past.sold.min() + past.brought.max()
    np.testing.assert_allclose(past.sold, past.result, rtol=0.15)
    assert PLAIN.explained_share == past.explained_share
    assert 0.8 < (past.explained_share or 0.0) < 1.0
    shares = [PLAIN.curves[name].explained_share or 0.0 for name in CURVES]
    assert shares[0] > shares[1] > 0
    assert sum(shares) < 1.1


def test_contributions_are_near_the_truth() -> None:
    """Of the channel that brings three times as much, what it brought is known to a third."""
    past = PLAIN.past
    assert past is not None
    truth = np.array([r.revenue for r in ROWS if r.channel == "甲"], dtype=float)
    found = (past.brought[past.channels.index("甲")] * past.days)[-len(truth) :]
    assert found.mean() == pytest.approx(truth.mean(), rel=0.33)
