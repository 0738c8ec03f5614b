"""Every kind of limit has a price, and the price is what a little more room really brings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.allocation import allocate
from optimizer.problem import AllocationProblem, Group, OutcomeRule, Reserve
from tests.builders import random_problem

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
