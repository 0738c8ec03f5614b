"""What-ifs: each is a plan of its own, and the way back from a target finds the way there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError
from optimizer.infeasibility import Remedy
from optimizer.objectives import break_even
from optimizer.problem import AllocationProblem, ChannelTerms, OutcomeRule, Reserve
from optimizer.scenarios import TARGET, best_budget, least_budget, sensitivity, sweep, trade_off
from tests.builders import random_problem, root_curve, straight_curve

ROOTS = (ChannelTerms("a", root_curve(60, 9000)), ChannelTerms("b", root_curve(80, 9000)))


def test_best_budget_by_hand() -> None:
    """60 √a brings 1 a unit at a = 900, 80 √b at b = 1600: 2500 to spend, with a tenth held back 2777.78."""
    assert best_budget(AllocationProblem(ROOTS, 100_000)) == pytest.approx(277_778, rel=1e-3)


def test_no_best_budget_within_curves_that_end_too_soon() -> None:
    """A curve whose last unit still brings 2 tells nothing of where a unit would bring 1."""
    assert best_budget(AllocationProblem((ChannelTerms("a", straight_curve(2, 200)),), 10_000)) is None


def test_sweep_rises_and_flattens() -> None:
    """More budget never brings less, and each further step brings less than the one before."""
    budgets = range(50_000, 400_001, 50_000)
    found = sweep(AllocationProblem(ROOTS, budget, Reserve(0.1, 0.1)) for budget in budgets)
    responses = np.array([plan.response for plan in found.allocations.values()])
    assert (np.diff(responses) > 0).all()
    assert (np.diff(responses, 2) < 0).all()


@pytest.mark.parametrize("s_shaped", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_least_budget_reaches_the_target_and_less_does_not(seed: int, s_shaped: bool) -> None:
    """The plan at the least budget reaches the target; the best plan with 1 % less does not."""
    problem = replace(random_problem(seed, channels=4, s_shaped=s_shaped), reserve=Reserve(0.1, 0.1))
    target = allocate(problem).response * 0.8
    plan = least_budget(problem, target)
    budget = sum(line.spend for line in plan.lines) + plan.reserve.amount + plan.unallocated
    assert plan.response == pytest.approx(target, rel=1e-3)
    assert plan.response >= target * (1 - 1e-6)
    assert allocate(replace(problem, budget=int(budget * 0.99))).response < target
    assert plan.certificate.ceiling <= plan.certificate.value
    assert plan.certificate.gap_share < 1e-4


def test_least_budget_by_hand() -> None:
    """60 √900 + 80 √1600 = 5000 costs 2500 where the next unit brings 1: with a tenth held back 2777.78.

    The channels are free, and a unit more of the target costs a unit of money.
    """
    plan = least_budget(AllocationProblem(ROOTS, 400_000, Reserve(0.1, 0.1)), 5000.0)
    assert [line.spend for line in plan.lines] == pytest.approx([90_000, 160_000], rel=1e-3)
    assert plan.reserve.amount == pytest.approx(27_778, rel=1e-3)
    assert {line.position for line in plan.lines} == {"free"}
    assert plan.shadow_prices.rules[TARGET] == pytest.approx(1.0, rel=1e-3)
    assert plan.shadow_prices.budget == pytest.approx(1.0, rel=1e-3)


def test_what_comes_anyway_counts_towards_a_target_of_the_shop() -> None:
    """With 1000 of 6000 coming anyway, the channels have to bring 5000."""
    problem = AllocationProblem(ROOTS, 400_000, Reserve(0.1, 0.1))
    assert least_budget(problem, 6000.0, 1000.0).lines == least_budget(problem, 5000.0).lines


def test_every_rule_holds_on_the_way_to_a_target() -> None:
    """A least marginal return of 1.25 keeps b at (80 / 2.5)² = 1024; a must bring the rest."""
    held = replace(ROOTS[1], min_marginal_return=1.25)
    plan = least_budget(AllocationProblem((ROOTS[0], held), 900_000, Reserve(0.1, 0.1)), 5000.0)
    a, b = (line.spend for line in plan.lines)
    assert b == pytest.approx(102_400, rel=1e-3)
    assert a == pytest.approx(100 * ((5000 - 80 * 32) / 60) ** 2, rel=1e-3)


def test_least_budget_of_a_target_out_of_reach() -> None:
    """Two channels that bring 2 a unit do not bring 900 of what 400 leaves; the budget that does is named."""
    channels = tuple(ChannelTerms(name, straight_curve(2, 300)) for name in "ab")
    with pytest.raises(InfeasibleError) as refused:
        least_budget(AllocationProblem(channels, 40_000, Reserve(0.1, 0.1)), 900.0)
    remedies = {remedy.kind: remedy.needed for remedy in refused.value.remedies if isinstance(remedy, Remedy)}
    assert remedies["budget"] == pytest.approx(50_000, rel=0.01)
    assert remedies["min_total"] == pytest.approx(720, rel=0.01)


def test_trade_off_between_two_aims() -> None:
    """The more customers count, the more of them, and the less revenue."""
    measures = ({"revenue": 90.0, "new_customers": 1.0}, {"revenue": 40.0, "new_customers": 3.0})
    channels = tuple(
        ChannelTerms(
            f"c{i}", root_curve(1, 9000), measures={n: root_curve(s, 9000) for n, s in scales.items()}
        )
        for i, scales in enumerate(measures)
    )
    plans = trade_off(
        AllocationProblem(channels, 100_000, Reserve(0.1, 0.1)),
        {str(w): {"revenue": 1.0, "new_customers": w} for w in (0.0, 20.0, 80.0)},
    )
    customers = [plan.outcomes["new_customers"] for plan in plans.values()]
    revenue = [plan.outcomes["revenue"] for plan in plans.values()]
    assert customers == sorted(customers)
    assert revenue == sorted(revenue, reverse=True)


def test_sensitivity_puts_the_shakiest_curve_first() -> None:
    """A curve that may be 30 % off moves more money than one that may be 3 % off, in the right direction."""
    ends = {
        "a": (root_curve(42, 9000), root_curve(78, 9000)),
        "b": (root_curve(77.6, 9000), root_curve(82.4, 9000)),
    }
    problem = AllocationProblem(ROOTS, 200_000)
    first, second = sensitivity(problem, allocate(problem), ends)
    assert (first.channel, second.channel) == ("a", "b")
    assert first.low
    assert first.high
    assert first.low.spend < first.high.spend
    assert first.moved > second.moved > 0


def test_keeping_the_plan_costs_what_the_better_one_brings_more() -> None:
    """Were a's curve 42 √a, the best 1800 bring √(42² + 80²) · √1800; the plan for 60 √a brings less."""
    problem = AllocationProblem(ROOTS, 200_000, Reserve(0.1, 0.1))
    plan = allocate(problem)
    (found,) = sensitivity(problem, plan, {"a": (root_curve(42, 9000), ROOTS[0].curve)})
    a, b = (line.spend / 100 for line in plan.lines)
    loss = np.sqrt((42**2 + 80**2) * 1800) - 42 * np.sqrt(a) - 80 * np.sqrt(b)
    assert found.low
    assert found.low.loss == pytest.approx(loss, rel=0.01)
    assert found.high
    assert found.high.moved == 0
    assert found.high.loss == pytest.approx(0.0, abs=1e-3)


def test_an_end_that_allows_no_plan_is_told_as_none() -> None:
    """Where a's low end cannot bring the least that is asked, there is no plan to tell of."""
    goal = OutcomeRule("goal", min_total=allocate(AllocationProblem(ROOTS, 200_000)).response * 0.99)
    problem = AllocationProblem(ROOTS, 200_000, rules=(goal,))
    ends = {"a": (root_curve(30, 9000), root_curve(70, 9000))}
    (found,) = sensitivity(problem, allocate(problem), ends)
    assert found.low is None
    assert found.high


def test_break_even_of_each_objective() -> None:
    """A unit must bring back a unit of margin: 2.5 of revenue at a margin of 40 %; one customer per 80."""
    assert break_even("revenue", margin=0.4) == pytest.approx(2.5)
    assert break_even("revenue") == 1.0
    assert break_even("profit", margin=0.4) == 1.0
    assert break_even("new_customers", cost=80.0) == pytest.approx(1 / 80)
    assert break_even("conversions") == 0.0
