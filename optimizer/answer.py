"""What a plan says: amounts, what they bring, prices, and the proof; in the problem's own units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.linear_program import lagrangian, solver_name
from optimizer.problem import AllocationProblem, ChannelTerms
from optimizer.refinement import Refined
from optimizer.rounding import Amounts
from optimizer.rules import RESERVE, Posed

OPTIMAL_GAP = 1e-6  # a plan this near its ceiling, as a share of its value, is called optimal
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
    `status` is optimal, or feasible when the gap could not be closed.
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
    """What one more currency unit would bring: of money to spend, and of room at each group's limits."""

    budget: float
    groups: dict[str, float]


@dataclass(frozen=True)
class Allocation:
    """A plan: one line per channel; lines, reserve and unallocated add up to the budget."""

    lines: tuple[Line, ...]
    reserve: HeldBack
    unallocated: int
    response: float
    certificate: Certificate
    shadow_prices: ShadowPrices


def describe(
    problem: AllocationProblem, posed: Posed, refined: Refined, amounts: Amounts, released_response: float
) -> Allocation:
    """The rounded plan judged on the true curves.

    `released_response` is what the channels would bring if the whole reserve were released.
    """
    groups = _group_prices(posed, refined)
    limiting = {
        name for name, price in groups.items() if price > BINDING * abs(refined.prices[0]) * posed.price_unit
    }
    lines = tuple(_lines(problem, posed, refined, amounts, limiting))
    response = sum(line.response for line in lines)
    return Allocation(
        lines=lines,
        reserve=_held_back(problem, amounts, lines, limiting, released_response - response),
        unallocated=amounts.unallocated,
        response=response,
        certificate=_certificate(problem, posed, refined, amounts, response),
        shadow_prices=ShadowPrices(float(refined.prices[0]) * posed.price_unit, groups),
    )


def _lines(
    problem: AllocationProblem, posed: Posed, refined: Refined, amounts: Amounts, limiting: set[str]
) -> Iterator[Line]:
    """One line per channel; its marginal return is that of the rounded spend."""
    price = lagrangian(posed.program, refined.prices)[0][:RESERVE] * posed.price_unit
    limited = {name for group in problem.groups if group.name in limiting for name in group.channels}
    for place, (terms, amount) in enumerate(zip(problem.channels, amounts.spend, strict=True)):
        spend = amount / problem.minor_units
        marginal = float(terms.curve.marginal_at(spend))
        position = _position(terms, amount, problem.bounds[place], terms.id in limited)
        own = 0.0 if position in {"free", "at_group_limit"} else marginal - float(price[place])
        yield Line(terms.id, amount, float(terms.curve(spend)), marginal, position, own)


def _position(terms: ChannelTerms, amount: int, bounds: tuple[int, int], limited: bool) -> str:
    """Which rule, if any, holds the channel where it is."""
    low, high = bounds
    if amount == 0:
        return "zero"
    change_low, change_high = terms.change_bounds
    if amount == high:
        own_most = terms.max_spend is not None and (change_high is None or terms.max_spend <= change_high)
        return "at_max" if own_most or change_high is None else "at_change_limit"
    if amount == low:
        return "at_min" if terms.min_spend >= change_low else "at_change_limit"
    return "at_group_limit" if limited else "free"


def _held_back(
    problem: AllocationProblem, amounts: Amounts, lines: tuple[Line, ...], limiting: set[str], forgone: float
) -> HeldBack:
    """The reserve's amount, price and release order."""
    full = {
        name
        for g in problem.groups
        if g.name in limiting and _is_capped(g.name, problem, amounts)
        for name in g.channels
    }
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


def _is_capped(name: str, problem: AllocationProblem, amounts: Amounts) -> bool:
    """Whether a binding group sits at its most (rather than at its least)."""
    place = [group.name for group in problem.groups].index(name)
    group, inside = problem.groups[place], sum(amounts.spend[i] for i in problem.members[place])
    most = [group.max_spend] if group.max_spend is not None else []
    most += [int(group.max_share * sum(amounts.spend))] if group.max_share is not None else []
    return any(inside + 2 * problem.step * len(group.channels) >= top for top in most)


def _group_prices(posed: Posed, refined: Refined) -> dict[str, float]:
    """The price of each group's binding limits, per currency unit of room."""
    prices = dict.fromkeys(posed.group_rows, 0.0)
    for name, price in zip(posed.group_rows, refined.prices[1:], strict=True):
        prices[name] += float(price) * posed.price_unit
    return prices


def _certificate(
    problem: AllocationProblem, posed: Posed, refined: Refined, amounts: Amounts, response: float
) -> Certificate:
    """The rounded plan's value against the ceiling."""
    value = response + problem.reserve.worth * amounts.reserve / problem.minor_units
    ceiling = max(refined.ceiling * posed.response_unit, value)
    return Certificate(
        status="optimal" if refined.gap_share <= OPTIMAL_GAP else "feasible",
        value=value,
        ceiling=ceiling,
        gap_share=(ceiling - value) / value if value > 0 else 0.0,
        method="lp",
        solver=solver_name(),
        seconds=refined.seconds,
    )
