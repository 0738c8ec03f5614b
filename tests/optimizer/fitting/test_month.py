"""From belief to the plan month's curve: hand-computed anchors."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.fitting.grid import RETENTION, Grid
from optimizer.fitting.month import MonthCurve, as_curve, prudent, unit_month


def point(retention: int, half: float, shape: float) -> Grid:
    return Grid(np.array([retention]), np.array([np.log(half)]), np.array([shape]), np.zeros(1))


def test_without_carry_over_a_month_is_its_days() -> None:
    """30 days at the reference bring 30 units; at twice the reference, half 1: 30 · (2/3)/(1/2) = 40."""
    value, _ = unit_month(point(0, 1.0, 1.0), np.zeros(len(RETENTION)), 30, np.array([0.0, 30.0, 60.0]))
    np.testing.assert_allclose(value[0], [0, 30, 40], atol=1e-6)


def test_carried_state_is_not_paid_for_again() -> None:
    """What an earlier month left counts in neither: zero spend brings zero, whatever the state."""
    value, _ = unit_month(point(3, 1.0, 1.0), np.full(len(RETENTION), 5.0), 30, np.array([0.0, 30.0]))
    assert value[0, 0] == 0.0
    assert value[0, 1] > 0.0


def test_carry_over_keeps_what_linear_response_brings() -> None:
    """Far below saturation the response is linear, so carry-over moves it in time and loses little."""
    value, _ = unit_month(point(3, 1e4, 1.0), np.zeros(len(RETENTION)), 30, np.array([0.0, 30.0]))
    assert value[0, 1] == pytest.approx(30, rel=0.03)


def test_slope_is_the_finite_difference() -> None:
    """The stated slope is the change of the response per unit of spend."""
    spend = np.array([0.0, 29.99, 30.0, 30.01])
    value, slope = unit_month(point(2, 0.7, 1.6), np.full(len(RETENTION), 0.3), 30, spend)
    assert slope[0, 2] == pytest.approx((value[0, 3] - value[0, 1]) / 0.02, rel=1e-5)


def test_prudence_leaves_what_is_sure_alone() -> None:
    """Draws that are all alike, or that differ by what is common to all channels, take nothing off a move."""
    spend = np.linspace(0, 100, 21)
    response, marginal = 100 * spend / (50 + spend), 5_000 / (50 + spend) ** 2
    level = np.linspace(0.5, 1.5, 9)
    month = MonthCurve(spend, response, marginal, level[:, None] * response, level[:, None] * marginal)
    expected = as_curve(spend, response, marginal)
    np.testing.assert_allclose(prudent(month, 40.0, level)(spend), expected(spend), rtol=1e-9)
    np.testing.assert_allclose(prudent(month, 40.0, level, unseen=1.0)(spend), expected(spend), rtol=1e-9)
    doubtful, wary = (prudent(month, 40.0, np.ones(9), unseen) for unseen in (0.0, 0.3))
    assert wary(100.0) - wary(40.0) < doubtful(100.0) - doubtful(40.0)
    assert doubtful(100.0) - doubtful(40.0) < expected(100.0) - expected(40.0)
