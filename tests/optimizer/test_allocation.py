"""A plan is the best one, proves it, adds up to the cent, and depends on nothing but its input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.problem import AllocationProblem, ChannelTerms, Group, Reserve
from tests.builders import hill_curve, random_problem, root_curve, straight_curve
from tests.oracles import water_filling
from tests.tolerances import PRICE, SOLVER_GAP


def test_hand_computed_split() -> None:
    """30 √a + 40 √b with 900 to spend: spend goes as the squares of the scales, 9 : 16.

    a = 900 · 9/25 = 324, b = 900 · 16/25 = 576; 30·18 + 40·24 = 1500; the next unit brings
    15/18 = 20/24 = 0.8333 in both.
    """
    channels = (ChannelTerms("a", root_curve(30, 1000)), ChannelTerms("b", root_curve(40, 1000)))
    plan = allocate(AllocationProblem(channels, 100_000, Reserve(0.1, 0.1)))
    assert [line.spend / 100 for line in plan.lines] == pytest.approx([324, 576], abs=0.5)
    assert plan.response == pytest.approx(1500, rel=1e-6)
    assert plan.shadow_prices.budget == pytest.approx(5 / 6, rel=PRICE)
    assert plan.reserve.amount == 10_000


@pytest.mark.parametrize("seed", range(40))
def test_as_good_as_water_filling(seed: int) -> None:
    """On concave curves the plan is worth what water-filling finds, and its ceiling is proven."""
    problem = random_problem(seed, channels=2 + seed % 9)
    plan = allocate(problem)
    assert plan.certificate.value == pytest.approx(water_filling(problem), rel=SOLVER_GAP)
    assert plan.certificate.gap_share <= SOLVER_GAP
    assert plan.certificate.status == "optimal"


@pytest.mark.parametrize("seed", range(12))
def test_free_channels_share_one_marginal_return(seed: int) -> None:
    """Free channels earn the budget's price; those at their most earn at least it, at their least at most."""
    problem = random_problem(seed, channels=8)
    plan = allocate(problem)
    price = plan.shadow_prices.budget
    for line in plan.lines:
        if line.position == "free":
            assert line.marginal_response == pytest.approx(price, rel=PRICE)
        elif line.position == "at_max":
            assert line.marginal_response >= price * (1 - PRICE)
        else:
            assert line.marginal_response <= price * (1 + PRICE)


def test_budget_price_is_a_finite_difference() -> None:
    """A little more to spend, with the same amount held back, brings the price times the difference."""
    problem = replace(random_problem(5), reserve=Reserve(0, 0))
    more = replace(problem, budget=problem.budget + 100_000)
    rise = allocate(more).response - allocate(problem).response
    assert rise / 1000 == pytest.approx(allocate(problem).shadow_prices.budget, rel=PRICE)


def test_group_price_is_a_finite_difference() -> None:
    """A little more room in a binding group brings the group's price times the difference."""
    free = random_problem(3)
    room = int(0.8 * sum(line.spend for line in allocate(free).lines[:2]))
    problem = replace(free, groups=(Group("live", ("c0", "c1"), max_spend=room),))
    wider = replace(free, groups=(Group("live", ("c0", "c1"), max_spend=room + 10_000),))
    plan = allocate(problem)
    rise = allocate(wider).certificate.value - plan.certificate.value
    assert plan.shadow_prices.groups["live"] > 0
    assert rise / 100 == pytest.approx(plan.shadow_prices.groups["live"], rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_names_and_order_do_not_matter(seed: int) -> None:
    """Shuffled and renamed, the same channels get the same money."""
    problem = random_problem(seed, channels=7, groups=seed % 3)
    plan = {line.channel: line.spend for line in allocate(problem).lines}
    order = np.random.default_rng(seed).permutation(7)
    names = {f"c{c}": f"渠道 {99 - c}" for c in range(7)}
    renamed = replace(
        problem,
        channels=tuple(replace(problem.channels[c], id=names[f"c{c}"]) for c in order),
        groups=tuple(replace(g, channels=tuple(names[c] for c in g.channels)) for g in problem.groups),
    )
    assert {line.channel: line.spend for line in allocate(renamed).lines} == {
        names[channel]: spend for channel, spend in plan.items()
    }


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("step", [1, 10_000])
def test_sums_bounds_and_groups_hold_to_the_step(seed: int, step: int) -> None:
    """Lines, reserve and unallocated are the budget, and every rule holds on the rounded amounts.

    The plan passes its own check or raises, so here only the sum is repeated.
    """
    problem = random_problem(seed, channels=6, groups=1 + seed % 3, step=step, budget=100_000_037)
    plan = allocate(problem)
    total = sum(line.spend for line in plan.lines) + plan.reserve.amount + plan.unallocated
    assert total == problem.budget
    assert all(line.spend % step == 0 for line in plan.lines)


def test_worthless_spend_stays_unallocated() -> None:
    """Beyond the end of every curve money brings nothing, so it is not spent."""
    channels = (ChannelTerms("a", straight_curve(2, 100)), ChannelTerms("b", straight_curve(3, 100)))
    plan = allocate(AllocationProblem(channels, 100_000, Reserve(0.1, 0.15)))
    assert [line.spend for line in plan.lines] == [10_000, 10_000]
    assert (plan.reserve.amount, plan.unallocated) == (15_000, 65_000)


def test_reserve_grows_when_money_brings_less_than_itself() -> None:
    """The last unit worth less than break-even, the reserve fills its band; worth more, it stays least."""
    poor, rich = ((ChannelTerms("a", hill_curve(scale, 500, 0.9, 2000)),) for scale in (500.0, 5000.0))
    assert allocate(AllocationProblem(poor, 100_000)).reserve.share == pytest.approx(0.15)
    assert allocate(AllocationProblem(rich, 100_000)).reserve.share == pytest.approx(0.10)


def test_release_order_and_price_of_the_reserve() -> None:
    """Straight returns 3, 2 and 1.5 with room left only in the last two: 2 comes before 1.5.

    1000 with 100 held back: 3 gets its 400, 2 gets 500 of its 550; released, 50 go to 2 and 50 to 1.5:
    100 + 75 = 175.
    """
    channels = (
        ChannelTerms("a", straight_curve(3, 1000), max_spend=40_000),
        ChannelTerms("b", straight_curve(2, 1000), max_spend=55_000),
        ChannelTerms("c", straight_curve(1.5, 1000)),
    )
    plan = allocate(AllocationProblem(channels, 100_000))
    assert [line.spend for line in plan.lines] == [40_000, 50_000, 0]
    assert [line.position for line in plan.lines] == ["at_max", "free", "zero"]
    assert [(r.channel, r.marginal_response) for r in plan.reserve.release_order] == [("b", 2.0), ("c", 1.5)]
    assert plan.reserve.response_forgone == pytest.approx(175)
    assert plan.lines[0].shadow_price == pytest.approx(1.0, rel=PRICE)


def test_change_limit_is_named() -> None:
    """A channel that may grow by a fifth sits at 1.2 times its last spend, and says why."""
    good = ChannelTerms("a", straight_curve(3, 1000), last_spend=10_000, max_increase_share=0.2)
    plan = allocate(AllocationProblem((good, ChannelTerms("b", straight_curve(2, 1000))), 100_000))
    assert (plan.lines[0].spend, plan.lines[0].position) == (12_000, "at_change_limit")
