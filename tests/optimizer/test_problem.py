"""A problem refuses nonsense, every fault at once, each with its place."""

from __future__ import annotations

import pytest

from optimizer.errors import ProblemError
from optimizer.problem import AllocationProblem, ChannelTerms, Group, Reserve
from tests.builders import straight_curve

CURVE = straight_curve(2, 1000)


def test_every_fault_is_listed_with_its_place() -> None:
    """Five faults in one problem: five places."""
    channels = (ChannelTerms("a", CURVE, 200, 100), ChannelTerms("a", CURVE, -1))
    groups = (Group("g", ("a", "b")), Group("h", ("a",), min_share=0.9, max_share=0.5))
    with pytest.raises(ProblemError) as error:
        AllocationProblem(channels, 0, Reserve(0.1, 1.5), groups)
    assert {fault.path for fault in error.value.faults} == {
        ("budget",),
        ("reserve", "max_share"),
        ("channels", 0, "min_spend"),
        ("channels", 1, "id"),
        ("channels", 1, "min_spend"),
        ("groups", 0, "channels", 1),
        ("groups", 1, "min_share"),
    }


def test_shares_mean_what_was_written() -> None:
    """A tenth of 30 cents is 3 cents, although the float 0.1 is a hair more than a tenth."""
    assert AllocationProblem((ChannelTerms("a", CURVE),), 30, Reserve(0.1, 0.1)).reserve_bounds == (3, 3)


@pytest.mark.parametrize(("last", "bounds"), [(1000, (800, 1300)), (0, (0, 10_000)), (None, (0, 10_000))])
def test_change_limits_are_shares_of_last_spend(last: int | None, bounds: tuple[int, int]) -> None:
    """30 % up and 20 % down from 10.00; a channel that spent nothing is not held."""
    terms = ChannelTerms("a", CURVE, last_spend=last, max_increase_share=0.3, max_decrease_share=0.2)
    assert AllocationProblem((terms,), 10_000).bounds == (bounds,)


def test_bounds_are_whole_steps_where_there_are_any() -> None:
    """Between 1.50 and 4.99 the whole units are 2 to 4; between 1.20 and 1.80 there are none."""
    channels = (ChannelTerms("a", CURVE, 150, 499), ChannelTerms("b", CURVE, 120, 180))
    assert AllocationProblem(channels, 10_000, step=100).bounds == ((200, 400), (120, 180))
