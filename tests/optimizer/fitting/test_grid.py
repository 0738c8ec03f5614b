"""The grid: units mean the same at every point."""

from __future__ import annotations

import numpy as np

from optimizer.fitting.grid import RETENTION, grid


def test_every_point_brings_one_at_the_reference() -> None:
    """At the reference spend log_unit is zero whatever the half-saturation and shape."""
    points = grid(12)
    np.testing.assert_allclose(points.log_unit(np.ones((len(RETENTION), 1))), 0.0, atol=1e-12)


def test_log_unit_is_the_hill_curve() -> None:
    """Half-saturation 2, shape 1, at 3 times the reference: (3 / 5) / (1 / 3) = 1.8."""
    points = grid(12).at(np.array([0]))
    one = type(points)(points.retention, np.array([np.log(2.0)]), np.array([1.0]), np.array([0.0]))
    value = one.log_unit(np.full((len(RETENTION), 1), 3.0))
    np.testing.assert_allclose(np.exp(value), 1.8)


def test_closer_look_lays_as_many_points_around_the_likely_ones() -> None:
    """Likely around half-saturation 2 and shape 1.2: as many points lie on half the grid or less."""
    points = grid(18)
    share = np.exp(-50 * ((points.log_half - np.log(2.0)) ** 2 + np.log(points.shape / 1.2) ** 2))
    closer = points.closer(share)
    assert len(closer) == len(points)
    assert closer.log_half.min() < np.log(2.0) < closer.log_half.max()
    assert closer.shape.min() < 1.2 < closer.shape.max()
    part = np.ptp(closer.log_half) * np.ptp(np.log(closer.shape))
    assert part < np.ptp(points.log_half) * np.ptp(np.log(points.shape)) / 2


def test_what_is_likely_everywhere_is_not_looked_at_closer() -> None:
    """Before any history the grid stays as it is."""
    points = grid(18)
    assert points.closer(np.exp(points.log_share)) is points
