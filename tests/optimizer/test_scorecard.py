"""An index of several results: 100 where all of them are as today."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.errors import ProblemError
from optimizer.fitting.fitted import Demand, Fit, FittedCurve
from optimizer.scorecard import scored
from tests.builders import straight_curve

NOW = {"a": 100.0, "b": 300.0}


def told(a: float, b: float) -> Fit:
    """Two channels that bring so much per unit of spend, give or take a tenth."""
    curves = {}
    for name, worth in (("a", a), ("b", b)):
        curve = straight_curve(worth, 1000)
        draws = np.array([0.9, 1.1])[:, None] * curve.response
        curves[name] = FittedCurve(name, "given", curve, draws[0], draws[1], draws, curve)
    return Fit(curves, Demand(1.0, 1.0))


FITS = {"revenue": told(2, 4), "new_customers": told(0.3, 0.1)}


def test_the_index_is_a_hundred_today() -> None:
    """60 points of revenue and 40 of customers, however large the numbers of either are."""
    curves = scored(FITS, {"revenue": 3.0, "new_customers": 2.0}, NOW).curves
    assert sum(float(curves[name].curve(spend)) for name, spend in NOW.items()) == pytest.approx(100)


def test_a_channel_counts_by_what_it_brings_of_each() -> None:
    """a brings 200 of 1400 revenue and 30 of 60 customers: 0.6 · 200 / 1400 + 0.4 · 30 / 60 of the points."""
    fit = scored(FITS, {"revenue": 0.6, "new_customers": 0.4}, NOW)
    points = 100 * (0.6 * 200 / 1400 + 0.4 * 30 / 60)
    assert float(fit.curves["a"].curve(100)) == pytest.approx(points)
    assert fit.curves["a"].draws[:, -1] == pytest.approx([0.9 * 10 * points, 1.1 * 10 * points])


def test_draws_of_other_knots_are_joined() -> None:
    """A curve told at more spends than another is weighed at all of them, draws too."""
    curve = FITS["revenue"].curves["a"]
    knots = np.linspace(0, 1000, 7)
    draws = np.array([0.9, 1.1])[:, None] * curve.curve(knots)
    finer = replace(curve, curve=type(curve.curve)(knots, curve.curve(knots), np.full(7, 2.0)), draws=draws)
    other = {"revenue": replace(FITS["revenue"], curves=FITS["revenue"].curves | {"a": finer})}
    fit = scored(FITS | other, {"revenue": 0.5, "new_customers": 0.5}, NOW)
    assert fit.curves["a"].draws.shape == (2, len(fit.curves["a"].curve.spend))


def test_what_today_brings_nothing_of_cannot_be_weighed() -> None:
    """There is no today's amount to count it in."""
    with pytest.raises(ProblemError):
        scored(FITS | {"conversions": told(0, 0)}, {"revenue": 1.0, "conversions": 1.0}, NOW)
