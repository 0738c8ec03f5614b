"""What if: several problems side by side, a range of budgets, the way back from a target, shaky curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from optimizer.allocation import allocate
from optimizer.answer import Allocation
from optimizer.curves import ResponseCurve
from optimizer.errors import InfeasibleError
from optimizer.objectives import Weights, aimed_at
from optimizer.problem import NOTHING, AllocationProblem, ChannelTerms, OutcomeRule, Reserve, exact

TARGET = "target"  # the measure that holds a channel's own curve when spend itself is the objective


@dataclass(frozen=True)
class Difference:
    """One scenario against the first: minor units more per channel, and response more in all."""

    spend: dict[str, int]
    reserve: int
    response: float


@dataclass(frozen=True)
class Comparison:
    """Scenarios by name, in the order given; `differences` of all but the first against it.

    A scenario that allows no plan stands in `impossible` with its reasons.
    """

    allocations: dict[str, Allocation]
    differences: dict[str, Difference]
    impossible: dict[str, InfeasibleError]


def compare(problems: Mapping[str, AllocationProblem]) -> Comparison:
    """Each problem's plan, and how it differs from the first one's."""
    allocations, impossible = {}, {}
    for name, problem in problems.items():
        try:
            allocations[name] = allocate(problem)
        except InfeasibleError as error:
            impossible[name] = error
    first = next(iter(allocations.values()), None)
    differences = {
        name: _difference(first, plan) for name, plan in allocations.items() if first and plan is not first
    }
    return Comparison(allocations, differences, impossible)


def _difference(first: Allocation, other: Allocation) -> Difference:
    before = {line.channel: line.spend for line in first.lines}
    after = {line.channel: line.spend for line in other.lines}
    spend = {name: after.get(name, 0) - before.get(name, 0) for name in {**before, **after}}
    return Difference(spend, other.reserve.amount - first.reserve.amount, other.response - first.response)


@dataclass(frozen=True)
class Sweep:
    """The best plan at each budget, and the best budget of all.

    `best_budget` (minor units) is where the last unit spent brings just what a unit held back is
    worth: above it money earns less than it costs. None when no budget within the curves does.
    """

    allocations: dict[int, Allocation]
    impossible: dict[int, InfeasibleError]
    best_budget: int | None


def sweep(problem: AllocationProblem, budgets: Iterable[int]) -> Sweep:
    """Plan each of these budgets, in minor units."""
    allocations, impossible = {}, {}
    for budget in sorted(set(budgets)):
        try:
            allocations[budget] = allocate(replace(problem, budget=budget))
        except InfeasibleError as error:
            impossible[budget] = error
    return Sweep(allocations, impossible, best_budget(problem))


def best_budget(problem: AllocationProblem) -> int | None:
    """The budget whose last unit spent brings exactly what a unit held back is worth, in minor units."""
    open_ended = replace(
        problem,
        budget=_ample(problem),
        reserve=Reserve(0.0, 0.0, problem.reserve.unit_value),
        idle_value=problem.reserve.worth,
    )
    try:
        spent = sum(line.spend for line in allocate(open_ended).lines)
    except InfeasibleError:
        return None
    return _budget_of(problem, spent)


def least_budget(problem: AllocationProblem, goal: OutcomeRule) -> Allocation:
    """The plan that reaches the goal with the least spend; its lines and reserve add up to the least budget.

    minimise Σ_c s_c subject to the goal and every other rule. The goal's measure may be the
    objective itself. Raises `InfeasibleError` when no spend within the curves and bounds reaches it.
    """
    channels = tuple(
        replace(terms, curve=NOTHING, measures={**terms.measures, TARGET: terms.curve})
        for terms in problem.channels
    )
    rules = tuple(_on_target(rule) for rule in (*problem.rules, goal))
    spare = replace(
        problem,
        channels=channels,
        rules=rules,
        budget=_ample(problem),
        reserve=Reserve(0.0, 0.0, 0.0),
        idle_value=1.0,
        risk=None,
    )
    spend = {line.channel: line.spend for line in allocate(spare).lines}
    budget = _budget_of(problem, sum(spend.values()))
    held = tuple(_held(terms, spend[terms.id]) for terms in problem.channels)
    return allocate(replace(problem, channels=held, budget=budget, groups=(), counts=(), rules=()))


def trade_off(problem: AllocationProblem, objectives: Mapping[str, Weights]) -> dict[str, Allocation]:
    """The best plan for each weighing of the measures; each tells what it brings of every measure."""
    return {name: allocate(aimed_at(problem, weights)) for name, weights in objectives.items()}


@dataclass(frozen=True)
class Sensitivity:
    """How far the plan leans on one channel's curve.

    `low_spend` and `high_spend` are what the channel would get were its curve at the low or high
    end of its range; `moved` the most money, in minor units, that would change places in all.
    """

    channel: str
    low_spend: int
    high_spend: int
    moved: int


def sensitivity(
    problem: AllocationProblem, ends: Mapping[str, tuple[ResponseCurve, ResponseCurve]]
) -> list[Sensitivity]:
    """For each channel with a low and a high end of its curve: the plans at both; most moved first."""
    base = allocate(problem)
    found = [_leaning(problem, base, name, *both) for name, both in sorted(ends.items())]
    return sorted(found, key=lambda one: (-one.moved, one.channel))


def _leaning(
    problem: AllocationProblem, base: Allocation, name: str, low: ResponseCurve, high: ResponseCurve
) -> Sensitivity:
    plans = [
        allocate(
            replace(
                problem,
                channels=tuple(replace(t, curve=end) if t.id == name else t for t in problem.channels),
            )
        )
        for end in (low, high)
    ]
    spends = [{line.channel: line.spend for line in plan.lines} for plan in (base, *plans)]
    moved = [sum(abs(other[c] - spends[0][c]) for c in other) // 2 for other in spends[1:]]
    return Sensitivity(name, spends[1][name], spends[2][name], max(moved))


def _ample(problem: AllocationProblem) -> int:
    """A budget beyond the ends of all curves and bounds, in minor units."""
    ends = [
        max(low, ceil(float(terms.curve.spend[-1]) * problem.minor_units))
        for terms, (low, _) in zip(problem.channels, problem.bounds, strict=True)
    ]
    return sum(ends) + problem.step


def _budget_of(problem: AllocationProblem, spent: int) -> int:
    """The least budget that leaves this much to spend beside the least reserve."""
    return max(1, ceil(spent / (1 - exact(problem.reserve.min_share))))


def _on_target(rule: OutcomeRule) -> OutcomeRule:
    return replace(rule, measure=TARGET) if rule.measure == "response" else rule


def _held(terms: ChannelTerms, spend: int) -> ChannelTerms:
    """The channel with its spend fixed, and no other bound of its own."""
    return replace(
        terms,
        min_spend=spend,
        max_spend=spend,
        max_increase_share=None,
        max_decrease_share=None,
        min_if_used=0,
        min_marginal_return=None,
    )
