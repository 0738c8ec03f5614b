"""Which periods count, and which of them are one result together."""

from __future__ import annotations

import numpy as np

from optimizer.fitting.settled import settled


def groups(*results: float, late: tuple[int, ...] = ()) -> list[list[int]]:
    """The periods of every result."""
    came_late = np.isin(np.arange(len(results)), late)
    found = settled(np.array(results), came_late)
    return (
        [part.tolist() for part in np.split(found.periods, np.cumsum(found.size)[:-1])] if len(found) else []
    )


def test_refund_is_settled_with_the_next_period() -> None:
    """-3 and 9 become one result of both periods."""
    assert groups(5.0, -3.0, 9.0, 4.0) == [[0], [1, 2], [3]]


def test_last_refund_is_settled_backwards() -> None:
    """A refund at the end takes from the periods before it until the sum is positive."""
    assert groups(5.0, 2.0, -4.0) == [[0, 1, 2]]


def test_unknown_periods_stay_unknown() -> None:
    """A missing result is neither settled nor guessed."""
    assert groups(5.0, np.nan, 2.0) == [[0], [2]]


def test_nothing_but_refunds_is_nothing() -> None:
    """Where the whole sum is not positive nothing usable is left."""
    assert groups(-1.0, 0.5) == []


def test_what_came_late_is_settled_with_what_it_came_of() -> None:
    """Two weeks of sales after the spend belong to it; late refunds open its result until it is positive."""
    assert groups(5.0, 2.0, 1.0, 7.0, late=(1, 2)) == [[0, 1, 2], [3]]
    assert groups(5.0, -6.0, 7.0, late=(1,)) == [[0, 1, 2]]


def test_results_are_means_and_stand_where_most_was_spent() -> None:
    """-3 and 9 are 3 on average, and stand for the period of 7 rather than that of 4."""
    found = settled(np.array([5.0, np.nan, -3.0, 9.0, 4.0]))
    np.testing.assert_array_equal(found.mean(np.array([5.0, -3.0, 9.0, 4.0])), [5.0, 3.0, 4.0])
    assert found.largest(np.array([1.0, 4.0, 7.0, 2.0])).tolist() == [0, 3, 4]
