"""Draws between their knots, and the mean of the worst of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.draws import Draws, worst_share
from tests.builders import random_problem, with_draws
from tests.tolerances import FLOAT


def test_the_worst_share_by_hand() -> None:
    """Of five outcomes the worst two fifths are the two least; the worst half counts the third by half."""
    outcomes = np.array([5.0, 1.0, 4.0, 2.0, 3.0])
    assert worst_share(outcomes, 0.6) @ outcomes == pytest.approx(1.5)
    assert worst_share(outcomes, 0.5) @ outcomes == pytest.approx((1 + 2 + 0.5 * 3) / 2.5)
    assert worst_share(outcomes, 0.0) @ outcomes == pytest.approx(3)


def test_a_draw_like_the_curve_is_the_curve() -> None:
    """Between knots, too, a draw equal to the expected curve brings what it brings, and double is double."""
    problem = random_problem(3)
    channels = tuple(
        replace(t, draws=np.stack([t.curve.response, 2 * t.curve.response])) for t in problem.channels
    )
    spend = np.array([t.curve.spend[-1] * (0.1 + 0.13 * c) for c, t in enumerate(channels)])
    expected = sum(float(t.curve(s)) for t, s in zip(channels, spend, strict=True))
    outcomes = Draws.of(replace(problem, channels=channels)).outcomes(spend)
    assert outcomes == pytest.approx([expected, 2 * expected], rel=FLOAT)


def test_a_mean_of_draws_is_the_mean_of_outcomes() -> None:
    """Weighing curves and weighing outcomes is the same, at any spend."""
    problem = with_draws(random_problem(4), 4, draws=20)
    draws, rng = Draws.of(problem), np.random.default_rng(0)
    share = rng.dirichlet(np.ones(20))
    spend = np.array([t.curve.spend[-1] * rng.uniform(0, 1.2) for t in problem.channels])
    mean = sum(float(draws.mean(c, share)(s)) for c, s in enumerate(spend))
    assert mean == pytest.approx(float(share @ draws.outcomes(spend)), rel=FLOAT)
