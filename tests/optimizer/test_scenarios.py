"""What-ifs: each is a plan of its own, and the way back from a target finds the way there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.errors import InfeasibleError
from optimizer.objectives import break_even
from optimizer.problem import AllocationProblem, ChannelTerms, OutcomeRule, Reserve
from optimizer.scenarios import best_budget, compare, least_budget, sensitivity, sweep, trade_off
from tests.builders import random_problem, root_curve, straight_curve

ROOTS = (ChannelTerms("a", root_curve(60, 9000)), ChannelTerms("b", root_curve(80, 9000)))


def test_compare_tells_what_differs() -> None:
    """With b's curve halved money moves from b to a, and an impossible scenario is kept with its reason."""
    problem = AllocationProblem(ROOTS, 200_000)
    weaker = replace(problem, channels=(ROOTS[0], replace(ROOTS[1], curve=root_curve(40, 9000))))
    stuck = replace(problem, channels=(replace(ROOTS[0], min_spend=500_000, max_spend=600_000), ROOTS[1]))
    found = compare({"today": problem, "weaker": weaker, "stuck": stuck})
    difference = found.differences["weaker"]
    assert difference.spend["a"] > 0
    assert difference.spend["a"] + difference.spend["b"] + difference.reserve == 0
    assert list(found.impossible) == ["stuck"]


def test_best_budget_by_hand() -> None:
    """60 √a brings 1 a unit at a = 900, 80 √b at b = 1600: 2500 to spend, with a tenth held back 2777.78."""
    assert best_budget(AllocationProblem(ROOTS, 100_000)) == pytest.approx(277_778, rel=1e-3)


def test_sweep_rises_and_flattens() -> None:
    """More budget never brings less, and each further step brings less than the one before."""
    found = sweep(AllocationProblem(ROOTS, 100_000, Reserve(0.1, 0.1)), range(50_000, 400_001, 50_000))
    responses = np.array([plan.response for plan in found.allocations.values()])
    assert (np.diff(responses) > 0).all()
    assert (np.diff(responses, 2) < 0).all()


@pytest.mark.parametrize("s_shaped", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_least_budget_reaches_the_target_and_less_does_not(seed: int, s_shaped: bool) -> None:
    """The plan at the least budget reaches the target; the best plan with 1 % less does not."""
    problem = replace(random_problem(seed, channels=4, s_shaped=s_shaped), reserve=Reserve(0.1, 0.1))
    target = allocate(problem).response * 0.8
    try:
        plan = least_budget(problem, OutcomeRule("target", min_total=target))
    except InfeasibleError:
        pytest.fail("the target is below what the whole budget brings")
    budget = sum(line.spend for line in plan.lines) + plan.reserve.amount + plan.unallocated
    assert plan.response == pytest.approx(target, rel=1e-3)
    assert plan.response >= target * (1 - 1e-6)
    assert allocate(replace(problem, budget=int(budget * 0.99))).response < target


def test_least_budget_of_a_target_out_of_reach() -> None:
    """Curves that end at 400 and 400 never bring 900."""
    channels = tuple(ChannelTerms(name, straight_curve(2, 200)) for name in "ab")
    with pytest.raises(InfeasibleError):
        least_budget(AllocationProblem(channels, 10_000), OutcomeRule("target", min_total=900))


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
    first, second = sensitivity(AllocationProblem(ROOTS, 200_000), ends)
    assert (first.channel, second.channel) == ("a", "b")
    assert first.low_spend < first.high_spend
    assert first.moved > second.moved > 0


def test_break_even_of_each_objective() -> None:
    """A unit must bring back a unit of margin: 2.5 of revenue at a margin of 40 %; one customer per 80."""
    assert break_even("revenue", margin=0.4) == pytest.approx(2.5)
    assert break_even("revenue") == 1.0
    assert break_even("profit", margin=0.4) == 1.0
    assert break_even("new_customers", cost=80.0) == pytest.approx(1 / 80)
    assert break_even("conversions") == 0.0
