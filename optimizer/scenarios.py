"""What if: a range of budgets, the way back from a target, several aims, shaky curves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from optimizer.allocation import allocate, has_plan, is_possible
from optimizer.answer import Allocation, Certificate
from optimizer.curves import ResponseCurve
from optimizer.easing import WIDEST
from optimizer.errors import InfeasibleError
from optimizer.goals import bringing_most, most_spend, only_goal
from optimizer.infeasibility import Clash, least_limit
from optimizer.objectives import Weights, aimed_at
from optimizer.problem import NOTHING, AllocationProblem, ChannelTerms, OutcomeRule, Reserve, exact

TARGET = "target"  # the rule of a target, and the measure of it when spend itself is the objective
FURTHEST = int(WIDEST["budget"])  # times the budget there is: no larger one is looked at
AT_END = 1e-6  # of a curve's length: so near its end a spend is at its end


@dataclass(frozen=True)
class Sweep:
    """The best plan at each budget, and the best budget of all.

    `best_budget` (minor units) is where the last unit spent brings just what a unit held back is
    worth: above it money earns less than it costs. None when no budget within the curves does.
    """

    allocations: dict[int, Allocation]
    impossible: dict[int, InfeasibleError]
    best_budget: int | None


def sweep(problems: Iterable[AllocationProblem]) -> Sweep:
    """Plan each of these problems, which differ in their budget and in what depends on it."""
    allocations, impossible = {}, {}
    by_budget = {problem.budget: problem for problem in problems}
    for budget, problem in sorted(by_budget.items()):
        try:
            allocations[budget] = allocate(problem)
        except InfeasibleError as error:
            impossible[budget] = error
    return Sweep(allocations, impossible, best_budget(by_budget[max(by_budget)]))


def best_budget(problem: AllocationProblem) -> int | None:
    """The budget whose last unit spent brings exactly what a unit held back is worth, in minor units.

    None where no plan is possible, and where a curve ends before its next unit brings so little.
    """
    worth = problem.reserve.worth
    ample = replace(problem, budget=_ample(problem), reserve=Reserve(0.0, 0.0, worth), idle_value=worth)
    try:
        lines = allocate(ample).lines
    except InfeasibleError:
        return None
    free = [
        (terms.curve, line.spend / problem.minor_units)
        for terms, line, (_, most) in zip(problem.channels, lines, ample.bounds, strict=True)
        if line.spend < most
    ]
    if any(_is_cut_short(curve, spend, worth) for curve, spend in free):
        return None
    return _budget_of(problem, sum(line.spend for line in lines))


def _is_cut_short(curve: ResponseCurve, spend: float, worth: float) -> bool:
    """Whether the curve ends at this spend although its last unit brings more than it must."""
    return spend >= curve.spend[-1] * (1 - AT_END) and float(curve.marginal[-1]) > worth


def least_budget(problem: AllocationProblem, target: float, baseline: float = 0.0) -> Allocation:
    """The plan that brings the target with the least spend; lines and reserve add up to the least budget.

    minimise Σ_c s_c subject to baseline + Σ_c f_c(s_c) ≥ target and every rule. `problem.budget` is
    the most there is. Raises `InfeasibleError` when that is too little. The certificate's value is
    the spend, its ceiling what any plan must spend at least; the target's price is what one more
    unit of it costs.
    """
    asked = asking(problem, target, baseline)
    allocate(asked)
    spare = _least_spend(asked)
    spend = {line.channel: line.spend for line in spare.lines}
    held = tuple(_held(terms, spend[terms.id]) for terms in problem.channels)
    budget = _budget_of(problem, sum(spend.values()))
    plan = allocate(replace(problem, channels=held, budget=budget, groups=(), counts=(), rules=(), risk=None))
    cost = spare.shadow_prices.rules[TARGET]
    level = 1 / cost if cost > 0 else plan.shadow_prices.budget
    lines = zip(plan.lines, spare.lines, strict=True)
    return replace(
        plan,
        lines=tuple(replace(line, position=other.position, shadow_price=0.0) for line, other in lines),
        shadow_prices=replace(spare.shadow_prices, budget=level),
        certificate=_least_proven(spare, problem),
    )


def asking(problem: AllocationProblem, target: float, baseline: float = 0.0) -> AllocationProblem:
    """The problem with the target as one of its rules, for what is expected."""
    goal = OutcomeRule(TARGET, baseline=baseline, min_total=target)
    return replace(problem, rules=(*problem.rules, goal), risk=None)


def enough_budget(problem: AllocationProblem) -> int | None:
    """The least budget, in minor units, with which some plan obeys every rule, as far as the curves reach.

    None where none does up to `FURTHEST` times the present one.
    """
    budget = Clash("plan", "", "budget", problem.budget)
    found = least_limit(problem, budget, is_possible, has_plan)
    return None if found is None else int(found)


def most_brought(problem: AllocationProblem) -> float | None:
    """The most of what the only rule on results asks for, baseline included; None unless it is one goal."""
    goal = only_goal(problem)
    return None if goal is None else goal.baseline + allocate(bringing_most(problem, goal)).response


def _least_spend(problem: AllocationProblem) -> Allocation:
    """The plan that spends least under every rule: what it leaves unspent is its objective."""
    channels = tuple(
        replace(
            terms,
            curve=NOTHING,
            measures={**terms.measures, TARGET: terms.curve},
            max_spend=most_spend(terms, problem.minor_units),
            min_marginal_return=None,
        )
        for terms in problem.channels
    )
    return allocate(
        replace(
            problem,
            channels=channels,
            rules=tuple(_on_target(rule) for rule in problem.rules),
            reserve=Reserve(0.0, 0.0, 0.0),
            idle_value=1.0,
            risk=None,
        )
    )


def _least_proven(spare: Allocation, problem: AllocationProblem) -> Certificate:
    """The proof that less spend does not do, from the proof that no more can be left unspent."""
    proof, budget = spare.certificate, problem.budget / problem.minor_units
    spent, least = budget - proof.value, budget - proof.ceiling
    gap = (spent - least) / spent if spent > 0 else 0.0
    return replace(proof, value=spent, ceiling=least, gap_share=gap)


def trade_off(problem: AllocationProblem, objectives: Mapping[str, Weights]) -> dict[str, Allocation]:
    """The best plan for each weighing of the measures; each tells what it brings of every measure."""
    expected = replace(problem, risk=None)
    return {name: allocate(aimed_at(expected, weights)) for name, weights in objectives.items()}


@dataclass(frozen=True)
class Lean:
    """How the plan would change were one channel's curve at one end of its range.

    `spend` is what the channel would get then, `moved` the money that would change places in all,
    both in minor units; `loss` what the present plan would bring less than that plan, in units of
    the objective.
    """

    spend: int
    moved: int
    loss: float


@dataclass(frozen=True)
class Sensitivity:
    """How far the plan leans on one channel's curve: at its `low` and at its `high` end.

    None where no plan would be possible with such a curve.
    """

    channel: str
    low: Lean | None
    high: Lean | None

    @property
    def moved(self) -> int:
        """The most money that would change places at either end, in minor units."""
        return max((lean.moved for lean in (self.low, self.high) if lean), default=0)


def sensitivity(
    problem: AllocationProblem, plan: Allocation, ends: Mapping[str, tuple[ResponseCurve, ResponseCurve]]
) -> list[Sensitivity]:
    """For each channel with a low and a high end of its curve: the plans at both; most moved first."""
    found = [
        Sensitivity(name, *(_lean(problem, plan, name, end) for end in both)) for name, both in ends.items()
    ]
    return sorted(found, key=lambda one: (-one.moved, one.channel))


def _lean(problem: AllocationProblem, plan: Allocation, name: str, end: ResponseCurve) -> Lean | None:
    channels = tuple(_with_curve(t, end) if t.id == name else t for t in problem.channels)
    try:
        other = allocate(replace(problem, channels=channels))
    except InfeasibleError:
        return None
    now, then = ({line.channel: line for line in each.lines} for each in (plan, other))
    moved = sum(abs(then[c].spend - now[c].spend) for c in now) // 2
    kept = float(end(now[name].spend / problem.minor_units)) - now[name].response
    return Lean(then[name].spend, moved, max(0.0, other.certificate.value - plan.certificate.value - kept))


def _with_curve(terms: ChannelTerms, curve: ResponseCurve) -> ChannelTerms:
    """The channel with another curve, and its draws as much higher or lower."""
    ratio = curve.response[-1] / terms.curve.response[-1] if terms.curve.response[-1] > 0 else 1.0
    return replace(terms, curve=curve, draws=None if terms.draws is None else terms.draws * ratio)


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
