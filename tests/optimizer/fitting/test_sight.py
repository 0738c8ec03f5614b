"""Results are made fit for logarithms without losing money."""

from __future__ import annotations

import numpy as np

from optimizer.fitting.sight import settled


def test_refund_is_settled_with_the_next_period() -> None:
    """-3 and 9 become 3 and 3, each with half a weight; the sum stays."""
    result, weight = settled(np.array([5.0, -3.0, 9.0, 4.0]))
    assert result.tolist() == [5.0, 3.0, 3.0, 4.0]
    assert weight.tolist() == [1.0, 0.5, 0.5, 1.0]


def test_last_refund_is_settled_backwards() -> None:
    """A refund at the end takes from the periods before it until the sum is positive."""
    result, weight = settled(np.array([5.0, 2.0, -4.0]))
    assert result.tolist() == [1.0, 1.0, 1.0]
    np.testing.assert_allclose(weight, 1 / 3)


def test_unknown_periods_stay_unknown() -> None:
    """A missing result is neither settled nor guessed."""
    result, _ = settled(np.array([5.0, np.nan, 2.0]))
    assert np.isnan(result[1])


def test_nothing_but_refunds_is_nothing() -> None:
    """Where the whole sum is not positive nothing usable is left."""
    assert np.isnan(settled(np.array([-1.0, 0.5]))[0]).all()
