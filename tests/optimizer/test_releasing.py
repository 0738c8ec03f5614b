"""Released money goes where it brings most, on top of what channels have, within every limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError
from optimizer.problem import AllocationProblem, ChannelTerms, Group, Reserve
from optimizer.releasing import spread
from tests.builders import random_problem, root_curve
from tests.tolerances import SOLVER_GAP


def two_roots(most: int | None = None) -> AllocationProblem:
    """Returns of 2·√x and √x: any money is best split four to one; the first gets at most `most`."""
    first = ChannelTerms("a", root_curve(2, 1000), max_spend=most)
    return AllocationProblem((first, ChannelTerms("b", root_curve(1, 1000))), 100_000)


def test_released_money_follows_the_marginal_returns() -> None:
    """2·√x and √x: with 400 and 100, a further 100 is split 80 to 20, where both slopes meet."""
    found = spread(two_roots(), {"a": 40_000, "b": 10_000}, 10_000)
    assert found.parts["a"] == pytest.approx(8_000, abs=20)  # the table's knots are 0.2 % apart there
    assert sum(found.parts.values()) == 10_000


def test_a_channel_that_is_behind_catches_up_first() -> None:
    """With 400 and 50 the second channel is short of its four-to-one: it gets the first 50 alone."""
    assert spread(two_roots(), {"a": 40_000, "b": 5_000}, 4_000).parts == {"b": 4_000}


def test_maximums_are_kept_and_the_rest_is_told() -> None:
    """A channel at its maximum gets its room only; what nobody may take is unplaced."""
    found = spread(two_roots(41_000), {"a": 40_000, "b": 10_000}, 10_000)
    assert found.parts == {"a": 1_000, "b": 9_000}
    full = spread(two_roots(41_000), {"a": 40_000, "b": 10_000}, 10_000, full=("b",))
    assert (full.parts, full.unplaced) == ({"a": 1_000}, 9_000)


def test_groups_are_kept() -> None:
    """Where a group is at its share of what all spend, money goes elsewhere, or nowhere."""
    grouped = replace(two_roots(), groups=(Group("g", ("a",), max_share=0.8),))
    found = spread(grouped, {"a": 40_000, "b": 10_000}, 10_000)
    assert (40_000 + found.parts["a"]) / 60_000 <= 0.8
    with pytest.raises(InfeasibleError):
        spread(grouped, {"a": 40_000, "b": 5_000}, 1_000, full=("b",))


@pytest.mark.parametrize("seed", range(5))
def test_releasing_by_and_by_brings_what_planning_it_at_once_does(seed: int) -> None:
    """On concave curves the best plan plus a spread of half its reserve is the best plan of the sum."""
    problem = random_problem(seed, 4)
    first = allocate(problem)
    spend = {line.channel: line.spend for line in first.lines}
    amount = first.reserve.amount // 2
    parts = spread(problem, spend, amount).parts
    at_once = allocate(replace(problem, budget=sum(spend.values()) + amount, reserve=Reserve(0, 0)))
    curves = {terms.id: terms.curve for terms in problem.channels}
    value = sum(float(f((spend[name] + parts.get(name, 0)) / 100)) for name, f in curves.items())
    assert value == pytest.approx(at_once.response, rel=10 * SOLVER_GAP)
