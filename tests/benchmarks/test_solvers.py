"""The plan's rivals solve the same problem, and the clock measures what it says."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.solvers import cbc, draw, greedy_grid, posed, slsqp
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


def test_greedy_grid_by_hand() -> None:
    """On one concave and one S-shaped curve the greedy rule never passes the total or its limits."""
    choice = draw(6, seed=3, s_shaped_share=0.5)
    plan = greedy_grid(choice).plan
    assert plan.sum() <= choice.total * (1 + 1e-9)
    assert (plan <= choice.high * (1 + 1e-9)).all()
    assert choice.at(plan)[0] > 0.8 * choice.at(slsqp(choice).plan)[0]


def test_cbc_reaches_what_its_pieces_allow() -> None:
    """On straight pieces CBC comes within a thousandth of the best plan, and says that it is done."""
    choice = draw(5, seed=4, s_shaped_share=0.5)
    rival, plan = cbc(choice), np.array([line.spend / 100 for line in allocate(posed(choice)).lines])
    assert rival.claims_success
    assert rival.plan.sum() <= choice.total * (1 + 1e-6)
    assert choice.at(plan)[0] * (1 - 2e-3) <= choice.at(rival.plan)[0] <= choice.at(plan)[0] * (1 + 1e-6)
