"""Months planned together: by hand, against one month alone, and every rule that ties them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError, ProblemError
from optimizer.horizon import Horizon, Phase, Pool
from optimizer.horizon_proof import returns
from optimizer.problem import AllocationProblem, ChannelTerms, Group, OutcomeRule, Reserve
from optimizer.rolling import Outlook, plan_ahead
from tests.builders import hill_curve, random_horizon, random_problem, root_curve, straight_curve
from tests.tolerances import BRANCHED_GAP, PRICE, SOLVER_GAP

NO_RESERVE = Reserve(0, 0, unit_value=0.0)


def months_of(problem: AllocationProblem, *factors: float) -> tuple[AllocationProblem, ...]:
    """The same month at other demand."""
    return tuple(
        replace(problem, channels=tuple(replace(t, curve=t.curve.scaled(f)) for t in problem.channels))
        for f in factors
    )


def spends(outlook: Outlook) -> list[list[float]]:
    """Per month what each channel gets, in currency units."""
    return [[line.spend / 100 for line in month.lines] for month in outlook.months]


@pytest.mark.parametrize("seed", range(6))
def test_one_month_is_the_plan_of_that_month(seed: int) -> None:
    """With one month and nothing carried over, the outlook is worth what the month's own plan is worth."""
    problem = random_problem(seed, 5, groups=seed % 2)
    outlook, plan = plan_ahead(Horizon((problem,))), allocate(problem)
    assert outlook.certificate.value == pytest.approx(plan.certificate.value, rel=SOLVER_GAP)
    assert outlook.months[0].reserve == plan.reserve.amount


@pytest.mark.parametrize("seed", range(3))
def test_months_with_nothing_in_common_are_planned_alone(seed: int) -> None:
    """Without ties the months are worth the sum of their own plans."""
    months = months_of(random_problem(seed, 4), 0.8, 1.0, 1.3)
    alone = sum(allocate(month).certificate.value for month in months)
    assert plan_ahead(Horizon(months)).certificate.value == pytest.approx(alone, rel=SOLVER_GAP)


def test_money_moves_to_the_better_month_by_hand() -> None:
    """√s at demand 3 and 4 with 1,000 in all: spend goes as 9 : 16, 360 and 640, each ± 28 % of 500."""
    problem = AllocationProblem((ChannelTerms("a", root_curve(10, 2000)),), 50_000, NO_RESERVE)
    months = months_of(problem, 3, 4)
    free = plan_ahead(Horizon(months, (Pool(0, 1, 1.0),)))
    held = plan_ahead(Horizon(months, (Pool(0, 1, 0.1),)))
    assert spends(free) == [[pytest.approx(360, rel=1e-3)], [pytest.approx(640, rel=1e-3)]]
    assert spends(held) == [[450], [550]]
    assert [month.moved for month in held.months] == [-5000, 5000]
    assert free.months[0].budget_price == pytest.approx(free.months[1].budget_price, rel=PRICE)


def test_change_limits_chain_the_months() -> None:
    """A channel worth everything may only grow by a tenth a month: 100, 110, 121, 133.1."""
    channels = (
        ChannelTerms("a", straight_curve(5, 5000), last_spend=10_000, max_increase_share=0.1),
        ChannelTerms("b", straight_curve(2, 5000)),
    )
    month = AllocationProblem(channels, 100_000, NO_RESERVE)
    outlook = plan_ahead(Horizon((month,) * 4))
    assert [m.lines[0].spend for m in outlook.months] == [11_000, 12_100, 13_310, 14_641]
    assert [m.lines[0].position for m in outlook.months] == ["at_change_limit"] * 4


def test_spend_before_a_good_month_pays_when_it_is_carried_over() -> None:
    """With half of the effect a month later, the month before the festival gets more than without."""
    problem = AllocationProblem(
        (
            ChannelTerms("a", root_curve(40, 4000), last_spend=50_000),
            ChannelTerms("b", straight_curve(0.9, 4000)),
        ),
        100_000,
        NO_RESERVE,
    )
    months = months_of(problem, 1.0, 4.0, 1.0)
    months = tuple(
        replace(m, channels=(m.channels[0], replace(m.channels[1], curve=straight_curve(0.9, 4000))))
        for m in months
    )
    plain, carried = plan_ahead(Horizon(months)), plan_ahead(Horizon(months, carry={"a": 0.5}))
    assert carried.months[0].lines[0].spend > 1.2 * plain.months[0].lines[0].spend
    assert carried.certificate.gap_share <= SOLVER_GAP


def test_a_further_unit_brings_what_is_said_now_and_a_month_later() -> None:
    """The marginal return of a carried spend is the finite difference of all that the months bring."""
    horizon = random_horizon(3, months=3, channels=4, carry=0.3)
    spend = np.array([[t.curve.spend[-1] * (0.1 + 0.05 * m) for t in horizon.channels] for m in range(3)])
    _, marginal = returns(horizon, spend)
    more = spend.copy()
    more[0, 1] += 1e-3 * spend[0, 1]
    rise = returns(horizon, more)[0].sum() - returns(horizon, spend)[0].sum()
    assert rise / (1e-3 * spend[0, 1]) == pytest.approx(marginal[0, 1], rel=PRICE)


@pytest.mark.parametrize("seed", range(8))
def test_every_rule_holds_in_whole_cents(seed: int) -> None:
    """Sums, moved money, change limits, groups, reserve and phases hold on the rounded plans.

    The outlook passes its own check or raises, so here only what is told most easily is repeated.
    """
    horizon = random_horizon(seed, months=2 + seed % 3, carry=0.25 * (seed % 2))
    outlook = plan_ahead(horizon)
    assert outlook.certificate.gap_share <= SOLVER_GAP
    assert sum(month.moved for month in outlook.months) == 0
    for month in outlook.months:
        assert sum(line.spend for line in month.lines) + month.reserve + month.unallocated == month.budget
        assert 0.1 * month.budget <= month.reserve + 1 <= 0.15 * month.budget + 2
    for before, after in pairwise(outlook.months):
        for old, new in zip(before.lines, after.lines, strict=True):
            assert 0.7 * old.spend - 1 <= new.spend <= 1.3 * old.spend + 1


@pytest.mark.parametrize("seed", range(4))
def test_no_other_plan_of_a_grid_is_better(seed: int) -> None:
    """Two months, two channels, S-shaped or not, carried or not: no plan of a grid beats the ceiling."""
    rng = np.random.default_rng(seed)
    channels = tuple(
        ChannelTerms(n, hill_curve(900 * rng.uniform(0.5, 2), 300, 0.8 + (seed % 2), 2000), last_spend=20_000)
        for n in "ab"
    )
    months = months_of(AllocationProblem(channels, 100_000, NO_RESERVE), 1.0, 1.5)
    horizon = Horizon(months, (Pool(0, 1, 0.5),), carry={"a": 0.3} if seed > 1 else {})
    outlook = plan_ahead(horizon)
    cells = np.arange(0, 1501, 187.5)
    best = 0.0
    for first in ([a, b] for a in cells for b in cells if a + b <= 1500):
        for second in ([a, b] for a in cells for b in cells if sum(first) + a + b <= 2000 and a + b <= 1500):
            best = max(best, grid_value(horizon, first, second))
    assert outlook.certificate.gap_share <= BRANCHED_GAP
    assert best <= outlook.certificate.ceiling * (1 + 1e-9)


def grid_value(horizon: Horizon, first: list[float], second: list[float]) -> float:
    """What two months of these spends bring, and what the last one leaves."""
    carry = horizon.carry.get("a", 0.0)
    value = 0.0
    for c, share in enumerate((carry, 0.0)):
        f, g = (month.channels[c].curve for month in horizon.months)
        value += float(
            f((1 - share) * first[c] + share * 200) + g((1 - share) * second[c] + share * first[c])
        )
        value += share * float(g(second[c]))
    return value


def test_the_price_of_a_phase_is_a_finite_difference() -> None:
    """A little more room in a phase's most brings its price times the difference."""
    free = random_horizon(5, carry=0.0)
    spent = sum(month.lines[1].spend for month in plan_ahead(free).months)

    def held(limit: int) -> Outlook:
        return plan_ahead(replace(free, phases=(Phase("quiet", 0, 2, ("c1",), max_spend=limit),)))

    outlook, wider = held(int(spent * 0.9)), held(int(spent * 0.9) + 20_000)
    rise = (wider.certificate.value - outlook.certificate.value) / 200
    assert outlook.phases["quiet"] > 0
    assert rise == pytest.approx(outlook.phases["quiet"], rel=10 * PRICE)


def test_a_phase_reaches_its_goal() -> None:
    """Asked for more conversions over two months than the best plan brings, the plan brings them."""
    problem = random_problem(4, 4)
    channels = tuple(
        replace(t, measures={"conversions": t.curve.scaled(1 / (2 + c))})
        for c, t in enumerate(problem.channels)
    )
    months = (replace(problem, channels=channels),) * 2
    goal = 2.02 * allocate(months[0]).outcomes["conversions"]
    outlook = plan_ahead(
        Horizon(months, phases=(Phase("goal", 0, 1, measure="conversions", min_total=goal),))
    )
    brought = sum(
        float(t.measures["conversions"](line.spend / 100))
        for month in outlook.months
        for t, line in zip(channels, month.lines, strict=True)
    )
    assert brought >= goal * (1 - 1e-9)


def test_months_that_cannot_hold_together_are_refused() -> None:
    """A phase's least that change limits cannot reach, and a month impossible by itself."""
    terms = ChannelTerms("a", straight_curve(2, 5000), last_spend=10_000, max_increase_share=0.1)
    month = AllocationProblem((terms, ChannelTerms("b", straight_curve(1, 5000))), 100_000, NO_RESERVE)
    with pytest.raises(InfeasibleError, match="together"):
        plan_ahead(Horizon((month,) * 2, phases=(Phase("push", 0, 1, ("a",), min_spend=50_000),)))
    crossed = replace(month, groups=(Group("g", ("a",), min_spend=200_000),))
    with pytest.raises(InfeasibleError, match="group g"):
        plan_ahead(Horizon((month, crossed)))


def test_contradictions_are_told_at_once() -> None:
    """Pools that overlap, phases beyond the months and shares above one are named together."""
    month = random_problem(1, 2)
    with pytest.raises(ProblemError) as error:
        Horizon((month,) * 2, (Pool(0, 1, 0.1), Pool(1, 1, 2.0)), (Phase("late", 1, 2, ("x",)),), {"c0": 1.0})
    assert len(error.value.faults) == 5


def test_names_and_order_do_not_matter() -> None:
    """Channels in another order get the same money."""
    horizon = random_horizon(2, carry=0.2)
    turned = replace(horizon, months=tuple(replace(m, channels=m.channels[::-1]) for m in horizon.months))
    mine, theirs = plan_ahead(horizon), plan_ahead(turned)
    for a, b in zip(mine.months, theirs.months, strict=True):
        assert [line.spend for line in a.lines] == [line.spend for line in b.lines][::-1]


def test_a_months_own_result_rule_counts_what_is_carried_in() -> None:
    """5 % of what comes in the month, where half of it comes from the month before."""
    terms = ChannelTerms("a", straight_curve(4, 50_000), last_spend=100_000)
    rule = OutcomeRule("share", baseline=10_000, max_cost=0.05)
    month = AllocationProblem((terms,), 2_000_000, NO_RESERVE, rules=(rule,))
    outlook = plan_ahead(Horizon((month,), carry={"a": 0.5}))
    s = (0.05 * (10_000 + 4 * 0.5 * 1000)) / (1 - 0.05 * 4 * 0.5)
    assert outlook.months[0].lines[0].spend / 100 == pytest.approx(s, abs=0.05)
