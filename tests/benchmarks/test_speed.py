"""The plan's rivals solve the same problem, and the clock measures what it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.solvers import draw, slsqp
from benchmarks.speed import posed
from optimizer import allocate


def test_curves_are_evaluated_alike() -> None:
    """All curves at once give the value and slopes that each gives alone."""
    choice = draw(4, seed=1, s_shaped_share=0.5)
    plan = choice.high * np.array([0.0, 0.2, 0.7, 1.0])
    value, marginal = choice.at(plan)
    assert value == pytest.approx(sum(float(c(x)) for c, x in zip(choice.curves, plan, strict=True)))
    alone = [float(c.marginal_at(x)) for c, x in zip(choice.curves, plan, strict=True)]
    assert marginal == pytest.approx(alone)


def test_rivals_meet_on_concave_curves() -> None:
    """On concave curves SLSQP and the linear program find the same best value, inside the limits."""
    choice = draw(8, seed=2)
    rival = slsqp(choice)
    plan = np.array([line.spend / 100 for line in allocate(posed(choice)).lines])
    assert rival.claims_success
    assert plan.sum() == pytest.approx(choice.total)
    assert choice.at(plan)[0] == pytest.approx(choice.at(rival.plan)[0], rel=1e-6)


def test_drawn_shapes() -> None:
    """Curves are concave unless S-shaped ones are asked for."""
    assert all(curve.is_concave for curve in draw(20).curves)
    assert not any(curve.is_concave for curve in draw(5, s_shaped_share=1.0).curves)
