"""Results are made fit for logarithms without losing money."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.fitting.grid import RETENTION, grid
from optimizer.fitting.panel import panel
from optimizer.fitting.sight import Sight, slow_moves, usual_spend
from optimizer.history import HistoryRow, gather
from optimizer.periods import Period


def test_settled_results_answer_all_that_was_spent_in_them() -> None:
    """Two days of a launch without a sale count with the next month: what all of it brought on average.

    They are no result of their own, which would say that a little spend brings as much as a lot.
    """
    months = [Period.month(2026, m) for m in (8, 9, 10)]
    rows = [
        HistoryRow("new", month, spend, revenue=revenue)
        for month, spend, revenue in zip(months, (13e3, 172e3, 221e3), (0.0, 363e3, 897e3), strict=True)
    ]
    known = panel(gather(rows), Period.month(2026, 11).start)
    adstock = np.repeat(known.spend, len(RETENTION), axis=0)
    sight = Sight.of(known, 0, grid(), adstock, reference=1000.0)
    assert sight.rows.tolist() == [1, 2]
    assert np.exp(sight.target[0]) * 1000 == pytest.approx(known.result[0, :2].mean())
    apart = np.exp(grid().log_unit(adstock[:, :2] / 1000.0)).mean(axis=1)
    only = np.eye(len(apart))[:, ::50]
    np.testing.assert_allclose([np.exp(sight.log_unit.mean(share)[0]) for share in only.T], apart[::50])


def test_part_of_a_month_does_not_say_what_is_usual() -> None:
    """The usual spend of a day is the middle one: two days of a launch hardly count."""
    rows = [
        HistoryRow("new", Period.month(2026, m), spend, revenue=1.0)
        for m, spend in ((8, 13e3), (9, 171e3), (10, 186e3))
    ]
    known = panel(gather(rows), Period.month(2026, 11).start)
    assert usual_spend(known)[0] == pytest.approx(171e3 / 30)


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
