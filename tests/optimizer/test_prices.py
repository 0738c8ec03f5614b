"""Every kind of limit has a price, and the price is what a little more room really brings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.allocation import allocate
from optimizer.problem import AllocationProblem, Count, Group, OutcomeRule, Reserve
from tests.builders import hill_curve, random_problem

PAIR = Group("g", ("c0", "c1"))
NEAR = 0.02  # prices jump within the segment next to the plan, and a limit is moved by a hundredth


def free() -> AllocationProblem:
    """Six channels without bounds that bind, a fixed share held back, nothing idle."""
    problem = random_problem(3)
    channels = tuple(replace(t, min_spend=0, max_spend=None) for t in problem.channels)
    return replace(problem, channels=channels, reserve=Reserve(0.1, 0.1))


def grouped(kind: str, limit: float) -> AllocationProblem:
    """Two of the channels under one limit of a group."""
    limits: dict[str, Any] = {kind: limit}
    return replace(free(), groups=(replace(PAIR, **limits),))


def rise(problem: AllocationProblem, other: AllocationProblem) -> float:
    """What the other problem's plan is worth more."""
    return allocate(other).certificate.value - allocate(problem).certificate.value


@pytest.mark.parametrize("kind", ["max_spend", "min_spend"])
def test_price_of_a_groups_money(kind: str) -> None:
    """A currency unit of room in a group's most, or less asked in its least, brings the group's price."""
    spent = sum(line.spend for line in allocate(free()).lines[:2])
    at = int(spent * (0.8 if kind == "max_spend" else 1.2))
    step = 20_000 if kind == "max_spend" else -20_000
    tight, wide = grouped(kind, at), grouped(kind, at + step)
    assert rise(tight, wide) / 200 == pytest.approx(allocate(tight).shadow_prices.groups["g"], rel=NEAR)


@pytest.mark.parametrize("kind", ["max_share", "min_share"])
def test_price_of_a_groups_share(kind: str) -> None:
    """A share's price times what all channels spend is what a point more of share brings."""
    lines = allocate(free()).lines
    total = sum(line.spend for line in lines)
    at = round(sum(line.spend for line in lines[:2]) / total * (0.8 if kind == "max_share" else 1.2), 4)
    step = 0.001 if kind == "max_share" else -0.001
    tight, wide = grouped(kind, at), grouped(kind, at + step)
    price = allocate(tight).shadow_prices.groups["g"]
    assert rise(tight, wide) / 0.001 == pytest.approx(price * total / 100, rel=NEAR)


def test_price_of_a_cost() -> None:
    """A cost's price times what the channels bring is what a higher cost allowed brings."""
    names = ("c0", "c1", "c2")
    plan = allocate(free())
    cost = sum(line.spend for line in plan.lines[:3]) / 100 / sum(line.response for line in plan.lines[:3])
    tight, wide = (
        replace(free(), rules=(OutcomeRule("cost", channels=names, max_cost=limit),))
        for limit in (0.95 * cost, 0.951 * cost)
    )
    held = allocate(tight)
    brought = sum(line.response for line in held.lines[:3])
    price = held.shadow_prices.rules["cost"]
    assert price > 0
    assert rise(tight, wide) / (0.001 * cost) == pytest.approx(price * brought, rel=NEAR)


@pytest.mark.parametrize(("kind", "factor"), [("max_spend", 0.8), ("min_spend", 1.2)])
def test_price_of_a_channels_own_bound(kind: str, factor: float) -> None:
    """A unit more of a maximum brings the line's shadow price; one of a minimum costs it."""
    at = int(allocate(free()).lines[2].spend * factor)

    def bounded(limit: int) -> AllocationProblem:
        channels = list(free().channels)
        channels[2] = replace(channels[2], **{kind: limit})  # type: ignore[arg-type]
        return replace(free(), channels=tuple(channels))

    line = allocate(bounded(at)).lines[2]
    assert line.position == ("at_max" if kind == "max_spend" else "at_min")
    assert rise(bounded(at), bounded(at + 20_000)) / 200 == pytest.approx(line.shadow_price, rel=NEAR)


def test_price_of_a_change_limit() -> None:
    """A channel at its change limit has the price of a unit more of room."""
    at = int(allocate(free()).lines[2].spend * 0.5)

    def limited(share: float) -> AllocationProblem:
        channels = list(free().channels)
        channels[2] = replace(channels[2], last_spend=at, max_increase_share=share)
        return replace(free(), channels=tuple(channels))

    line = allocate(limited(0.3)).lines[2]
    assert line.position == "at_change_limit"
    assert rise(limited(0.3), limited(0.31)) / (0.01 * at / 100) == pytest.approx(line.shadow_price, rel=NEAR)


def ruled(**limits: float) -> AllocationProblem:
    """All channels under one outcome rule; each brings conversions, too, at its own rate."""
    channels = tuple(
        replace(t, measures={"conversions": hill_curve(1000 + 300 * place, 100_000, 0.8, 1_500_000)})
        for place, t in enumerate(free().channels)
    )
    rule: dict[str, Any] = {"name": "rule", **limits}
    return replace(free(), channels=channels, rules=(OutcomeRule(**rule),))


def spent(problem: AllocationProblem) -> float:
    return sum(line.spend for line in allocate(problem).lines) / 100


@pytest.mark.parametrize(("kind", "factor"), [("max_total", 0.97), ("min_total", 1.01)])
@pytest.mark.parametrize("measure", ["response", "conversions"])
def test_price_of_a_total(kind: str, factor: float, measure: str) -> None:
    """A unit more of capacity, or less of a goal, of what counts or of something else, brings the price."""
    brought = allocate(ruled()).response if measure == "response" else allocate(ruled()).outcomes[measure]
    at, step = factor * brought, 1e-4 * brought * (1 if kind == "max_total" else -1)
    if (kind, measure) == ("min_total", "response"):
        return  # the plan brings the most there is: more cannot be asked for
    tight, wide = (ruled(measure=measure, **{kind: limit}) for limit in (at, at + step))  # type: ignore[arg-type]
    price = allocate(tight).shadow_prices.rules["rule"]
    assert price > 0
    assert rise(tight, wide) / abs(step) == pytest.approx(price, rel=NEAR)


@pytest.mark.parametrize("measure", ["response", "conversions"])
@pytest.mark.parametrize("baseline", [0.0, 1.0])
def test_price_of_a_return_a_cost_and_a_share_of_sales(measure: str, baseline: float) -> None:
    """What a higher cost allowed brings is the price times all that is brought, what comes anyway too."""
    plan = allocate(ruled())
    brought = plan.response if measure == "response" else plan.outcomes[measure]
    anyway = baseline * brought
    cost = 0.97 * sum(line.spend for line in plan.lines) / 100 / (brought + anyway)
    limits: dict[str, Any] = {"measure": measure, "baseline": anyway}
    tight, wide = (ruled(**limits, max_cost=limit) for limit in (cost, 1.0003 * cost))
    held = allocate(tight)
    total = anyway + (held.response if measure == "response" else held.outcomes[measure])
    assert rise(tight, wide) / (0.0003 * cost) == pytest.approx(
        held.shadow_prices.rules["rule"] * total, rel=NEAR
    )


def test_price_of_the_budget_and_of_both_ends_of_the_reserve() -> None:
    """More budget brings its price; more held back costs that price, and brings what a unit held is worth."""
    base = free()
    price, units = allocate(base).shadow_prices.budget, base.budget / 100
    more = replace(base, budget=int(base.budget * 1.001))
    held = 0.1 * base.reserve.worth
    assert rise(base, more) / (0.001 * units) == pytest.approx(0.9 * price + held, rel=NEAR)
    least = replace(base, reserve=Reserve(0.101, 0.101))
    assert rise(base, least) / (0.001 * units) == pytest.approx(base.reserve.worth - price, rel=NEAR)
    dear = (
        replace(base, reserve=Reserve(0.1, 0.15, 2 * price)),
        replace(base, reserve=Reserve(0.1, 0.151, 2 * price)),
    )
    level = allocate(dear[0]).shadow_prices.budget
    assert rise(*dear) / (0.001 * units) == pytest.approx(2 * price - level, rel=NEAR)


def one_channel(**limits: Any) -> AllocationProblem:
    """The third channel with other terms."""
    channels = list(free().channels)
    channels[2] = replace(channels[2], **limits)
    return replace(free(), channels=tuple(channels))


def test_price_of_a_least_change() -> None:
    """A channel held up by the largest fall allowed costs its price with each unit."""
    last = int(allocate(free()).lines[2].spend * 2)
    tight, wide = (one_channel(last_spend=last, max_decrease_share=share) for share in (0.3, 0.302))
    line = allocate(tight).lines[2]
    assert (line.position, line.shadow_price < 0) == ("at_change_limit", True)
    assert rise(tight, wide) / (0.002 * last / 100) == pytest.approx(-line.shadow_price, rel=NEAR)


def test_price_of_a_least_return_of_the_next_unit() -> None:
    """A channel stopped where its next unit brings too little has the price of a unit more there."""
    line = allocate(free()).lines[2]
    tight, wide = (one_channel(min_marginal_return=line.marginal_response * f) for f in (1.2, 1.195))
    held, freer = allocate(tight).lines[2], allocate(wide).lines[2]
    assert held.position == "at_max"
    assert rise(tight, wide) / ((freer.spend - held.spend) / 100) == pytest.approx(
        held.shadow_price, rel=NEAR
    )


def test_price_of_nothing_or_at_least() -> None:
    """Where a channel is used, a unit less of its least brings what its price says; the choice has none."""
    at = int(allocate(free()).lines[2].spend * 1.2)
    tight, wide = (one_channel(min_if_used=least) for least in (at, at - 20_000))
    line = allocate(tight).lines[2]
    assert (line.position, line.spend) == ("at_min", at)
    assert rise(tight, wide) / 200 == pytest.approx(-line.shadow_price, rel=NEAR)


@pytest.mark.parametrize("limit", [{"max_channels": 3}, {"min_channels": 6}])
def test_a_number_of_channels_has_no_price(limit: dict[str, int]) -> None:
    """One channel more or fewer is no small step: there is no price, and none is told."""
    names = tuple(terms.id for terms in free().channels)
    counted = replace(free(), counts=(Count("few", names, **limit),))
    assert allocate(counted).shadow_prices.counts == {"few": None}


def test_price_of_groups_that_overlap() -> None:
    """Each of two groups with a channel in common has a price of its own."""
    lines = allocate(free()).lines
    pairs = [("a", ("c0", "c1")), ("b", ("c1", "c2"))]
    most = [int(0.8 * sum(line.spend for line in lines if line.channel in names)) for _, names in pairs]

    def limited(a: int, b: int) -> AllocationProblem:
        groups = (Group(name, names, max_spend=m) for (name, names), m in zip(pairs, (a, b), strict=True))
        return replace(free(), groups=tuple(groups))

    tight = limited(*most)
    prices = allocate(tight).shadow_prices.groups
    assert rise(tight, limited(most[0] + 20_000, most[1])) / 200 == pytest.approx(
        prices["a"], rel=NEAR, abs=1e-6
    )
    assert rise(tight, limited(most[0], most[1] + 20_000)) / 200 == pytest.approx(
        prices["b"], rel=NEAR, abs=1e-6
    )
