"""A year of monthly plans, each made from what the last ones brought.

Every month the planner sees what its own plans earned, plans the next month within 40 % of last
month's spend per channel, and the world answers. The score is that of a single plan, over the
year: 1 is a chain that knows the truth and moves within the same limits, 0 is the first mix kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import httpx
import numpy as np
import typer

from benchmarks.families import FAMILIES, make
from benchmarks.plan_quality import DEFAULT_PLANNER, Planner, chosen, named, over_http, watched
from benchmarks.tasks import Task
from benchmarks.worlds import World
from optimizer.curves import FloatArray

HISTORY_MONTHS, MONTHS = 12, 12
CHANGE_SHARE = 0.4  # how far a channel may move in a month


@dataclass(frozen=True)
class Year:
    """What a chain of plans brought more than the first mix, as shares of the latter's value."""

    seed: int
    gain: float
    available: float
    roi_rule: float


def chain(world: World, scenario: str, choose: Callable[[Task], FloatArray]) -> float:
    """True value of a year of plans."""
    rng, value = np.random.default_rng([7, world.seed]), 0.0
    daily = world.spend[:, -30:].mean(1)
    for _ in range(MONTHS):
        last = daily * world.month.days
        task = Task(world, scenario, last, last * (1 - CHANGE_SHARE), last * (1 + CHANGE_SHARE))
        plan = choose(task)
        task.check(plan)
        value += world.value(plan)
        daily, world = plan / world.month.days, world.after(plan, rng)
    return value


def year(family: str, seed: int, scenario: str, planner: Planner) -> Year:
    """One world's year under the planner, the best chain and the ROI rule."""
    world = make(family, seed, HISTORY_MONTHS)
    keep = chain(world, scenario, lambda task: task.last)
    return Year(
        seed=seed,
        gain=chain(world, scenario, lambda task: planner(task).spend) / keep - 1,
        available=chain(world, scenario, lambda task: task.best) / keep - 1,
        roi_rule=chain(world, scenario, lambda task: task.roi_rule) / keep - 1,
    )


def line(label: str, years: list[Year]) -> str:
    """Many years' score as a line of text."""
    available = sum(y.available for y in years)
    return (
        f"{label:24} captured {sum(y.gain for y in years) / available:6.3f}   "
        f"roi rule {sum(y.roi_rule for y in years) / available:6.3f}   "
        f"available {available / len(years):6.1%}   "
        f"years below the mix {sum(y.gain < 0 for y in years)}/{len(years)} "
        f"(worst {min(0.0, *(y.gain for y in years)):.1%})"
    )


def main(
    *,
    family: Annotated[str, typer.Option(help="families, by comma; all when empty")] = "",
    scenario: Annotated[str, typer.Option(help="what the shop can show")] = "weekly",
    worlds: Annotated[int, typer.Option(help="worlds of each family")] = 6,
    first: Annotated[int, typer.Option(help="seed of the first world")] = 0,
    url: Annotated[str, typer.Option(help="a running service; in this process when empty")] = "",
    planner: Annotated[str, typer.Option(help="module:function, Task -> Plan")] = DEFAULT_PLANNER,
) -> None:
    """A year of monthly plans, each from what the last ones brought."""
    plan = over_http(httpx.Client(base_url=url, timeout=120)) if url else named(planner)
    for name in chosen(family, FAMILIES):
        seeds = watched(range(first, first + worlds), name, worlds)
        years = [year(name, seed, scenario, plan) for seed in seeds]
        typer.echo(line(f"{name} {scenario}", years))
