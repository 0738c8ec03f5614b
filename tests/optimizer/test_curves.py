"""A response curve: rises from zero, bends as its table bends, slopes known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.curves import ResponseCurve
from optimizer.errors import CurveError


def michaelis_menten(points: int = 60) -> ResponseCurve:
    """1000 x / (50 + x), sampled more finely near zero."""
    spend = 400 * np.linspace(0, 1, points) ** 2
    return ResponseCurve.of(lambda x: 1000 * x / (50 + x), lambda x: 50_000 / (50 + x) ** 2, spend)


def test_spline_passes_through_its_table() -> None:
    """At its own knots a curve says what its table says."""
    curve = michaelis_menten()
    np.testing.assert_allclose(curve(curve.spend), curve.response, rtol=1e-12)
    np.testing.assert_allclose(curve.marginal_at(curve.spend), curve.marginal, rtol=1e-12)


def test_spline_is_close_between_knots() -> None:
    """Between 60 knots the curve is within 2e-5 of the function it was sampled from."""
    spend = np.linspace(1, 400, 997)
    np.testing.assert_allclose(michaelis_menten()(spend), 1000 * spend / (50 + spend), rtol=2e-5)


def test_concavity_is_kept() -> None:
    """A table that bends down gives a curve whose marginal return never rises."""
    curve = michaelis_menten(7)
    assert curve.is_concave
    assert (np.diff(curve.marginal_at(np.linspace(0, 400, 5000))) <= 1e-12).all()


def test_marginal_is_the_slope() -> None:
    """The stated marginal return is the finite difference of the response."""
    curve = michaelis_menten()
    spend = np.linspace(5, 395, 200)
    slope = (curve(spend + 1e-4) - curve(spend - 1e-4)) / 2e-4
    np.testing.assert_allclose(curve.marginal_at(spend), slope, rtol=1e-6)


@pytest.mark.parametrize(
    ("spend", "response"),
    [([0, 1], [0, -1]), ([0, 1], [1, 2]), ([1, 2], [0, 1]), ([0, 0], [0, 1]), ([0, 1], [0, np.nan])],
)
def test_refuses_what_is_no_curve(spend: list[float], response: list[float]) -> None:
    """A response that falls, starts above zero, or is not a number is refused."""
    with pytest.raises(CurveError):
        ResponseCurve(np.array(spend, float), np.array(response, float), np.ones(2))
