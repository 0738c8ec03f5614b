"""Curves side by side say what each says alone, and find the spend that gains most at any price."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.piecewise import Curves
from tests.builders import hill_curve, root_curve, straight_curve

ALONE = [
    hill_curve(500, 100, 0.8, 900),
    hill_curve(300, 200, 2.2, 900, points=31),
    root_curve(20, 700),
    straight_curve(2, 400),
]
SPEND = np.linspace(0, 1200, 241)


@pytest.mark.parametrize("line", range(len(ALONE)))
def test_a_curve_among_others_is_itself(line: int) -> None:
    """Response and marginal return are those of the single curve, beyond its end too."""
    together = Curves.of([[curve] for curve in ALONE])
    everywhere = np.tile(SPEND, (len(ALONE), 1))
    np.testing.assert_allclose(together.at(everywhere)[0, line], ALONE[line](SPEND), rtol=1e-12)
    inside = ALONE[line].spend[-1] != SPEND
    expected = ALONE[line].marginal_at(SPEND)
    np.testing.assert_allclose(
        together.marginal(everywhere)[0, line][inside], expected[inside], rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("price", [0.0, 0.3, 0.9, 1.999, 5.0])
def test_best_is_the_best_of_a_fine_grid(price: float) -> None:
    """No spend of a fine grid gains more than the one found, whatever the curve's shape."""
    curves = Curves.of([[curve] for curve in ALONE])
    low, high = np.array([0.0, 10, 50, 0]), np.array([900.0, 600, 60, 300])
    spend = curves.best(np.ones((1, 4)), np.full(4, price), low, high)
    assert ((low <= spend) & (spend <= high)).all()
    grid = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 2001)
    tried = (curves.at(grid)[0] - price * grid).max(axis=1)
    gain = curves.at(spend[:, None])[0, :, 0] - price * spend
    assert (gain >= tried - 1e-9).all()
    assert (gain <= tried + 0.02).all()


def test_units_change_numbers_only() -> None:
    """Counted in other units, a curve is the same curve."""
    curves = Curves.of([[curve] for curve in ALONE])
    other = curves.scaled(50.0, np.array([7.0]))
    spend = np.tile(SPEND, (len(ALONE), 1))
    np.testing.assert_allclose(other.at(spend / 50) * 7, curves.at(spend), rtol=1e-12)


def test_several_measures_of_one_line_share_its_pieces() -> None:
    """Two curves with different knots on one line each keep their values."""
    curves = Curves.of([[ALONE[0], ALONE[2]]])
    both = curves.at(SPEND[None])
    np.testing.assert_allclose(both[0, 0], ALONE[0](SPEND), rtol=1e-12)
    np.testing.assert_allclose(both[1, 0], ALONE[2](SPEND), rtol=1e-12)
