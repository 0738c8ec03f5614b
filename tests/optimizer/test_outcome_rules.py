"""Rules on what spend brings: totals, capacities and costs, by hand and by finite differences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.allocation import allocate
from optimizer.problem import AllocationProblem, ChannelTerms, OutcomeRule, Reserve
from tests.builders import random_problem, root_curve, straight_curve
from tests.tolerances import PRICE

NO_RESERVE = Reserve(0, 0, unit_value=0.0)


def test_share_of_the_shops_revenue() -> None:
    """At most 5 % of GMV with 10,000 coming anyway: s ≤ 0.05 · (10,000 + 4 s) gives s = 500 / 0.8 = 625."""
    channel = ChannelTerms("a", straight_curve(4, 5000))
    rule = OutcomeRule("5 % of GMV", baseline=10_000, max_cost=0.05)
    plan = allocate(AllocationProblem((channel,), 200_000, NO_RESERVE, rules=(rule,)))
    assert plan.lines[0].spend == pytest.approx(62_500, abs=1)
    assert plan.unallocated == pytest.approx(137_500, abs=1)


def test_return_on_all_spend() -> None:
    """A return of 3 on 60 √s: 60 √s ≥ 3 s holds up to √s = 20, s = 400."""
    channel = ChannelTerms("a", root_curve(60, 2000))
    rule = OutcomeRule("return", max_cost=1 / 3)
    plan = allocate(AllocationProblem((channel,), 100_000, NO_RESERVE, rules=(rule,)))
    assert plan.lines[0].spend / 100 == pytest.approx(400, rel=1e-4)


def test_cost_per_new_customer_on_another_measure() -> None:
    """A customer may cost 20: with 5 √s customers s ≤ 100 √s, so 10,000 is the most, whatever the revenue."""
    channel = ChannelTerms("a", straight_curve(3, 50_000), measures={"new_customers": root_curve(5, 50_000)})
    rule = OutcomeRule("cac", "new_customers", max_cost=20.0)
    plan = allocate(AllocationProblem((channel,), 3_000_000, NO_RESERVE, rules=(rule,)))
    assert plan.lines[0].spend / 100 == pytest.approx(10_000, rel=1e-4)
    assert plan.outcomes["new_customers"] == pytest.approx(500, rel=1e-4)


def test_capacity_of_a_group_of_channels() -> None:
    """Two channels share a stock of 300 orders, one per 2 spent: 600 between them, the rest elsewhere."""
    channels = (
        ChannelTerms("a", straight_curve(5, 5000), measures={"orders": straight_curve(0.5, 5000)}),
        ChannelTerms("b", straight_curve(4, 5000), measures={"orders": straight_curve(0.5, 5000)}),
        ChannelTerms("c", straight_curve(2, 5000), measures={"orders": straight_curve(0.5, 5000)}),
    )
    rule = OutcomeRule("stock", "orders", ("a", "b"), max_total=300)
    plan = allocate(AllocationProblem(channels, 100_000, NO_RESERVE, rules=(rule,)))
    assert [line.spend for line in plan.lines] == [60_000, 0, 40_000]


def test_a_target_moves_the_plan() -> None:
    """Asked for more conversions than the best plan brings, the plan gives up revenue for them."""
    problem = random_problem(4)
    channels = tuple(
        replace(terms, measures={"conversions": terms.curve.scaled(1 / (2 + place))})
        for place, terms in enumerate(problem.channels)
    )
    free = allocate(replace(problem, channels=channels))
    asked = free.outcomes["conversions"] * 1.02
    held = allocate(
        replace(problem, channels=channels, rules=(OutcomeRule("goal", "conversions", min_total=asked),))
    )
    assert held.outcomes["conversions"] >= asked * (1 - 1e-9)
    assert held.response < free.response


@pytest.mark.parametrize(("field", "factor", "sign"), [("min_total", 1.01, -1), ("max_total", 0.95, 1)])
def test_price_of_a_total_is_a_finite_difference(field: str, factor: float, sign: int) -> None:
    """One more unit of a least or most total changes the plan's value by the rule's price."""
    problem = random_problem(9, channels=4)
    channels = tuple(
        replace(terms, measures={"orders": terms.curve.scaled(1 / (1 + place))})
        for place, terms in enumerate(problem.channels)
    )
    problem = replace(problem, channels=channels)
    total = allocate(problem).outcomes["orders"] * factor
    step = total * 1e-4
    at, beyond = (
        allocate(replace(problem, rules=(OutcomeRule("goal", "orders", **{field: limit}),)))  # type: ignore[arg-type]
        for limit in (total, total + step)
    )
    rise = (beyond.certificate.value - at.certificate.value) / step
    assert at.shadow_prices.rules["goal"] > 0
    assert rise == pytest.approx(sign * at.shadow_prices.rules["goal"], rel=10 * PRICE)


def test_no_unit_below_a_marginal_return() -> None:
    """60 √s brings less than 1.5 a unit beyond s = (30 / 1.5)² = 400."""
    channel = ChannelTerms("a", root_curve(60, 2000), min_marginal_return=1.5)
    plan = allocate(AllocationProblem((channel,), 100_000, NO_RESERVE))
    assert plan.lines[0].spend / 100 == pytest.approx(400, rel=1e-3)


def test_idle_value_stops_poor_spend() -> None:
    """Money that brings less than the idle value stays unallocated."""
    channels = (ChannelTerms("a", straight_curve(3, 200)), ChannelTerms("b", straight_curve(0.8, 5000)))
    plan = allocate(AllocationProblem(channels, 100_000, NO_RESERVE, idle_value=1.0))
    assert ([line.spend for line in plan.lines], plan.unallocated) == ([20_000, 0], 80_000)


def test_the_reserve_is_filled_before_money_of_the_same_worth_is_idle() -> None:
    """It holds all that it may; the rest stays unallocated."""
    channels = (ChannelTerms("a", straight_curve(3, 200)), ChannelTerms("b", straight_curve(0.8, 5000)))
    plan = allocate(AllocationProblem(channels, 100_000, Reserve(0.1, 0.3, 1.0), idle_value=1.0))
    assert (plan.reserve.amount, plan.unallocated) == (30_000, 50_000)
    assert plan.certificate.gap_share < 1e-6


def test_a_paused_channel_gets_nothing() -> None:
    """Although it would bring most."""
    channels = (
        ChannelTerms("a", straight_curve(9, 5000), paused=True),
        ChannelTerms("b", straight_curve(2, 5000)),
    )
    plan = allocate(AllocationProblem(channels, 100_000, NO_RESERVE))
    assert [line.spend for line in plan.lines] == [0, 100_000]
