"""Results are made fit for logarithms without losing money."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.fitting.sight import settled, slow_moves


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


def test_months_move_slowly() -> None:
    """Months apart, the slow moves of spend are its logarithm, less the mean, in standard deviations."""
    spend = np.array([100.0, 200.0, 400.0, 100.0])
    slow = slow_moves(spend, 30.5 * np.arange(4.0))
    assert slow == pytest.approx((np.log(spend) - np.log(spend).mean()) / np.log(spend).std())


def test_the_average_of_weeks_moves_as_their_noise_does() -> None:
    """Weeks that swing around a slope: the slope stays, as large as the average of such weeks' noise."""
    weeks = np.arange(60.0)
    swinging = np.exp(0.02 * weeks + 0.5 * (-1.0) ** weeks)
    slow = slow_moves(swinging, 7.0 * weeks)
    assert np.corrcoef(slow, weeks)[0, 1] > 0.95
    assert slow.std() == pytest.approx(5**-0.5, rel=0.02)


@pytest.mark.parametrize("spend", [[], [7.0, 7.0, 7.0]])
def test_spend_that_stands_still_followed_nothing(spend: list[float]) -> None:
    """Without moves there is nothing that they could have followed."""
    assert not slow_moves(np.array(spend), 7.0 * np.arange(float(len(spend)))).any()
