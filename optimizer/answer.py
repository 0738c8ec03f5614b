"""What a plan says: amounts, what they bring, prices, and the proof; in the problem's own units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.curves import FloatArray
from optimizer.linear_program import solver_name
from optimizer.piecewise import Spline
from optimizer.posing import Posed
from optimizer.problem import AllocationProblem, ChannelTerms
from optimizer.program import lagrangian
from optimizer.refinement import Refined
from optimizer.rounding import Amounts
from optimizer.rules import Rule

OPTIMAL_GAP = 1e-4  # a plan in whole amounts this near its ceiling (share of its value) is called optimal
BINDING = 1e-6  # a price below this share of the budget's is no price


@dataclass(frozen=True)
class Line:
    """One channel's part of the plan.

    `spend` is in minor units; `response` in units of the objective; `marginal_response` per
    further currency unit. `position` is free, zero, at_min, at_max, at_change_limit or
    at_group_limit. `shadow_price` is what one more currency unit of room at the channel's own
    bound would bring; at a minimum it is negative: what the last unit of the minimum costs.
    """

    channel: str
    spend: int
    response: float
    marginal_response: float
    position: str
    shadow_price: float


@dataclass(frozen=True)
class Release:
    """Where a unit of the reserve would go, and what it would bring there."""

    channel: str
    marginal_response: float


@dataclass(frozen=True)
class HeldBack:
    """The reserve: its amount in minor units and share of the budget, what a unit of it is worth,
    what releasing all of it now would bring, and who would get the next unit, best first."""

    amount: int
    share: float
    unit_value: float
    response_forgone: float
    release_order: tuple[Release, ...]


@dataclass(frozen=True)
class Certificate:
    """How far the plan can be from the best possible one.

    `value` is the rounded plan's worth on the true curves (response, and the reserve's worth),
    `ceiling` what no plan can exceed, `gap_share` their distance as a share of the value.
    `status` is optimal, or feasible when the gap could not be closed, or the step that amounts are
    rounded to is so coarse that a plan in finer steps may be worth noticeably more.
    """

    status: str
    value: float
    ceiling: float
    gap_share: float
    method: str
    solver: str
    seconds: float


@dataclass(frozen=True)
class ShadowPrices:
    """What one more unit would bring: of money to spend, and of room at each rule's limits.

    Room in a group and in a cost is counted in currency units, in a total in units of its measure.
    A count of channels has no price, for one channel more or fewer is no small step; nor has the
    choice between nothing and at least so much, only the least of a channel that is used.
    """

    budget: float
    groups: dict[str, float]
    counts: dict[str, None]
    rules: dict[str, float]


@dataclass(frozen=True, eq=False)
class BadCase:
    """What a plan for the bad case is judged by, beside the plan that does not regard risk.

    `response` is the mean of the worst 1 - `level` of what the plan may bring. `expected` is the
    plan of most expected worth, and `expected_response` its own bad case. `curves` are what each
    channel brings in the plan's bad case; its marginal returns and prices speak of them.
    """

    level: float
    response: float
    expected: Allocation
    expected_response: float
    curves: dict[str, Spline]


@dataclass(frozen=True)
class Allocation:
    """A plan: one line per channel; lines, reserve and unallocated add up to the budget.

    `response` is the expected one. `outcomes` is what the plan brings of every measure that a
    channel has, without any baseline. `bad_case` is there when the plan was made for it.
    """

    lines: tuple[Line, ...]
    reserve: HeldBack
    unallocated: int
    response: float
    outcomes: dict[str, float]
    certificate: Certificate
    shadow_prices: ShadowPrices
    bad_case: BadCase | None = None

    @property
    def budget(self) -> int:
        """What it all adds up to, in minor units."""
        return sum(line.spend for line in self.lines) + self.reserve.amount + self.unallocated


def describe(
    problem: AllocationProblem,
    posed: Posed,
    refined: Refined,
    amounts: Amounts,
    *,
    released: FloatArray,
    bad_case: BadCase | None = None,
) -> Allocation:
    """The rounded plan judged on the true curves; `released` the spend with nothing held back."""
    prices = posed.prices(refined.prices)
    binding = [
        rule
        for rule, price in zip(posed.rules, refined.prices, strict=True)
        if price > BINDING * abs(refined.prices[0])
    ]
    lines = tuple(_lines(problem, posed, refined, amounts, binding=binding, bad_case=bad_case))
    response = sum(line.response for line in lines)
    free_response = float(posed.program.curves.at(released[:, None])[0].sum() * posed.units[0])
    return Allocation(
        lines=lines,
        reserve=_held_back(problem, amounts, lines, binding, free_response - response),
        unallocated=amounts.unallocated,
        response=response,
        outcomes=_outcomes(problem, amounts),
        certificate=_certificate(
            problem, posed, refined, amounts, response if bad_case is None else bad_case.response
        ),
        shadow_prices=ShadowPrices(
            budget=float(prices[0]),
            groups=_prices_of("group", posed, prices),
            counts={count.name: None for count in problem.counts},
            rules=_prices_of("rule", posed, prices),
        ),
        bad_case=bad_case,
    )


def _lines(
    problem: AllocationProblem,
    posed: Posed,
    refined: Refined,
    amounts: Amounts,
    *,
    binding: list[Rule],
    bad_case: BadCase | None,
) -> Iterator[Line]:
    """One line per channel, with the marginal return of its rounded spend: in the bad case if that counts."""
    price, weights, _ = lagrangian(posed.program, refined.prices)
    spend = np.array(amounts.spend)[:, None] / problem.budget
    response = posed.program.curves.at(spend)[0, :, 0] * posed.units[0]
    marginal = posed.program.curves.marginal(spend)[..., 0]
    price_unit = posed.units[0] / posed.spend_unit
    room = ((weights * marginal).sum(axis=0) - price) * price_unit
    limiting = {rule.whose for rule in binding if rule.of == "group"}
    limited = {name for group in problem.groups if group.name in limiting for name in group.channels}
    for place, (terms, amount) in enumerate(zip(problem.channels, amounts.spend, strict=True)):
        low, high = problem.bounds[place]
        bounds = (max(low, problem.least_if_used[place]), high)
        position = position_of(terms, amount, bounds, terms.id in limited)
        own = 0.0 if position in {"free", "at_group_limit"} else float(room[place])
        next_unit = float(marginal[0, place] * price_unit)
        if bad_case is not None:
            next_unit = float(bad_case.curves[terms.id].marginal_at(amount / problem.minor_units))
        yield Line(terms.id, amount, float(response[place]), next_unit, position, own)


def position_of(terms: ChannelTerms, amount: int, bounds: tuple[int, int], limited: bool) -> str:
    """Which rule, if any, holds the channel where it is."""
    low, high = bounds
    if amount == 0 < high:
        return "zero"
    change_low, change_high = terms.change_bounds
    if amount == high:
        own_most = terms.max_spend is not None and (change_high is None or terms.max_spend <= change_high)
        return "at_max" if own_most or change_high is None else "at_change_limit"
    if amount == low:
        return "at_min" if max(terms.min_spend, terms.min_if_used) >= change_low else "at_change_limit"
    return "at_group_limit" if limited else "free"


def _held_back(
    problem: AllocationProblem,
    amounts: Amounts,
    lines: tuple[Line, ...],
    binding: list[Rule],
    forgone: float,
) -> HeldBack:
    """The reserve's amount, price and release order."""
    capped = {rule.whose for rule in binding if rule.of == "group" and rule.kind.startswith("max")}
    full = {name for group in problem.groups if group.name in capped for name in group.channels}
    takers = [
        Release(line.channel, line.marginal_response)
        for line, (_, high) in zip(lines, problem.bounds, strict=True)
        if line.spend + problem.step <= high and line.channel not in full and line.marginal_response > 0
    ]
    return HeldBack(
        amount=amounts.reserve,
        share=amounts.reserve / problem.budget,
        unit_value=problem.reserve.worth,
        response_forgone=max(0.0, forgone),
        release_order=tuple(
            sorted(takers, key=lambda release: (-release.marginal_response, release.channel))
        ),
    )


def _prices_of(owners: str, posed: Posed, prices: FloatArray) -> dict[str, float]:
    """The price of the binding limits of each group or outcome rule, by name."""
    found: dict[str, float] = {}
    for rule, price in zip(posed.rules, prices, strict=True):
        if rule.of == owners:
            found[rule.whose] = found.get(rule.whose, 0.0) + float(price)
    return dict(sorted(found.items()))


def _outcomes(problem: AllocationProblem, amounts: Amounts) -> dict[str, float]:
    """What the rounded plan brings of each measure."""
    names = sorted({name for terms in problem.channels for name in terms.measures})
    spend = [amount / problem.minor_units for amount in amounts.spend]
    return {
        name: sum(float(t.measure(name)(s)) for t, s in zip(problem.channels, spend, strict=True))
        for name in names
    }


def _certificate(
    problem: AllocationProblem, posed: Posed, refined: Refined, amounts: Amounts, response: float
) -> Certificate:
    """The rounded plan's value against the ceiling; `response` is the one that the plan was made for."""
    idle = problem.idle_value * amounts.unallocated
    value = response + (problem.reserve.worth * amounts.reserve + idle) / problem.minor_units
    return certificate_of(refined, value, float(posed.units[0]))


def certificate_of(refined: Refined, value: float, unit: float) -> Certificate:
    """A rounded plan's value against the program's ceiling, which counts in this unit of the objective."""
    ceiling = max(refined.ceiling * unit, value)
    gap_share = (ceiling - value) / value if value > 0 else 0.0
    return Certificate(
        status="optimal" if gap_share <= OPTIMAL_GAP else "feasible",
        value=value,
        ceiling=ceiling,
        gap_share=gap_share,
        method=refined.method,
        solver=solver_name(),
        seconds=refined.seconds,
    )
