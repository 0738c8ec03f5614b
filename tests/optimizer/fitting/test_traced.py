"""A few numbers say the curves of a grid over a channel's results."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.curves import FloatArray
from optimizer.fitting.grid import RETENTION, grid
from optimizer.fitting.settled import Settled, settled
from optimizer.fitting.traced import CLOSE, Traced, traced

GRID = grid(6)
RNG = np.random.default_rng(11)


def curves(found: Traced) -> FloatArray:
    """(points, T): what the terms and weights say of every point."""
    return np.asarray((found.weights @ found.terms).reshape(len(GRID), -1))


def adstock(spread: float, periods: int = 104) -> FloatArray:
    return np.exp(RNG.normal(0.0, spread, (len(RETENTION), periods)))


@pytest.mark.parametrize("spread", [0.0, 0.03, 0.3, 1.0, 4.0])
def test_a_series_follows_every_curve(spread: float) -> None:
    """Within CLOSE, whether spend stands still or goes from a thousandth of the usual to a thousandfold."""
    spent = adstock(spread)
    found = traced(GRID, spent, settled(np.ones(104)))
    np.testing.assert_allclose(curves(found), GRID.log_unit(spent), atol=CLOSE)


def test_usual_spend_takes_few_numbers() -> None:
    """Weeks that differ by some 30 % are told by an eighth as many numbers."""
    assert traced(GRID, adstock(0.3), settled(np.ones(104))).weights.shape[2] <= 13


def test_few_results_are_told_one_by_one() -> None:
    """Where a series would need more terms than there are results, each result is a term, and exact."""
    spent = adstock(2.0, periods=7)
    found = traced(GRID, spent, settled(np.ones(7)))
    assert found.weights.shape[2] == 7
    np.testing.assert_allclose(curves(found), GRID.log_unit(spent), rtol=1e-12)


def test_joined_periods_respond_as_they_do_on_average() -> None:
    """The result of three periods is that of their mean response, whatever the other results need."""
    spent = adstock(0.3)
    joined = Settled(np.arange(104), np.array([1] * 50 + [3] + [1] * 51))
    found = curves(traced(GRID, spent, joined))
    together = np.exp(GRID.log_unit(spent[:, 50:53])).mean(axis=1)
    np.testing.assert_allclose(np.exp(found[:, 50]), together, rtol=1e-12)
    np.testing.assert_allclose(found[:, 51:], GRID.log_unit(spent[:, 53:]), atol=CLOSE)


def test_the_mean_curve_is_that_of_the_shares() -> None:
    """Each point's curve counts by its share."""
    spent, share = adstock(0.3), RNG.dirichlet(np.ones(len(GRID)))
    found = traced(GRID, spent, settled(np.ones(104)))
    np.testing.assert_allclose(found.mean(share), share @ GRID.log_unit(spent), atol=CLOSE)


def test_without_results_there_is_nothing_to_trace() -> None:
    """No results: no terms."""
    assert traced(GRID, adstock(0.3), settled(np.full(104, np.nan))).weights.shape[2] == 0
