"""How much of the available uplift plans capture, in every family of simulated shops.

    captured = (true value of the plan - true value of keeping last month's mix)
             / (true value of the best plan - true value of keeping last month's mix)

pooled over the worlds, each weighted by the value of keeping its mix. 1 is the best plan
possible, 0 is worth no more than doing nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from statistics import median
from typing import Annotated, Any, TypeVar

import httpx
import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from benchmarks.families import FAMILIES, make
from benchmarks.tasks import BOUNDS, SCENARIOS, Task, task
from optimizer.curves import FloatArray

T = TypeVar("T")
DEFAULT_PLANNER = "benchmarks.plan_quality:roi_rule"


@dataclass(frozen=True, eq=False)
class Plan:
    """Spend per channel, and the range stated for each channel's response (NaN: none stated).

    `risk` is the stated chance that keeping the mix would have been better.
    """

    spend: FloatArray
    low: FloatArray
    high: FloatArray
    risk: float = float("nan")

    @classmethod
    def of(cls, spend: FloatArray) -> Plan:
        """A plan that states no ranges."""
        return cls(spend, np.full(len(spend), np.nan), np.full(len(spend), np.nan))


Planner = Callable[[Task], Plan]


@dataclass(frozen=True)
class Outcome:
    """One plan's worth: `gain` and `available` over keeping the mix, as shares of its value."""

    family: str
    seed: int
    scenario: str
    bounds: str
    gain: float
    available: float
    roi_rule: float
    ranges: int
    covered: int
    risk: float
    seconds: float


@dataclass(frozen=True)
class Score:
    """Many plans' worth, pooled. `coverage` is the share of stated ranges that hold the truth, `risk` the
    mean of the stated chances that the mix would have been better."""

    worlds: int
    available: float
    captured: float
    roi_rule: float
    worse: int
    worst: float
    coverage: float
    risk: float
    seconds: float


def judge(task: Task, planner: Planner, bounds: str = "") -> Outcome:
    """Ask the planner for a plan and compare it with the truth."""
    task.prepare()
    began = time.perf_counter()
    plan = planner(task)
    seconds = time.perf_counter() - began
    task.check(plan.spend)
    truth = np.array([float(task.world.month_value(c, x)) for c, x in enumerate(plan.spend)])
    stated = np.isfinite(plan.low) & (plan.spend > 0)
    held = stated & (plan.low <= truth) & (truth <= plan.high)
    return Outcome(
        family=task.world.family,
        seed=task.world.seed,
        scenario=task.scenario,
        bounds=bounds,
        gain=task.gain(plan.spend),
        available=task.available,
        roi_rule=task.gain(task.roi_rule),
        ranges=int(stated.sum()),
        covered=int(held.sum()),
        risk=plan.risk,
        seconds=seconds,
    )


def outcomes(
    planner: Planner,
    families: Iterable[str],
    scenarios: Iterable[str],
    bounds: Iterable[str] = tuple(BOUNDS),
    worlds: Iterable[int] = range(20),
) -> Iterator[Outcome]:
    """Every combination, one plan at a time."""
    scenarios, bounds, worlds = list(scenarios), list(bounds), list(worlds)
    for family in families:
        drawn = [make(family, seed) for seed in worlds]
        for scenario in scenarios:
            for label in bounds:
                for world in drawn:
                    yield judge(task(world, scenario, label), planner, label)


def pooled(plans: list[Outcome]) -> Score:
    """The score of many plans together."""
    available = sum(p.available for p in plans)
    ranges = sum(p.ranges for p in plans)
    return Score(
        worlds=len(plans),
        available=available / len(plans),
        captured=sum(p.gain for p in plans) / available,
        roi_rule=sum(p.roi_rule for p in plans) / available,
        worse=sum(p.gain < 0 for p in plans),
        worst=min(0.0, *(p.gain for p in plans)),
        coverage=sum(p.covered for p in plans) / ranges if ranges else float("nan"),
        risk=float(np.mean([p.risk for p in plans])),
        seconds=median(p.seconds for p in plans),
    )


def by_request(optimize: Callable[[dict[str, Any]], dict[str, Any]]) -> Planner:
    """A planner that sends the request of `POST /v1/optimize` and reads its reply."""

    def plan(task: Task) -> Plan:
        reply = optimize(task.request)
        lines = {line["channel"]: line for line in reply["allocations"]}
        chance = reply.get("expected", {}).get("chance_of_gain")
        mine = [lines[name] for name in task.world.channels]

        def column(name: str) -> FloatArray:
            return np.array([np.nan if line.get(name) is None else float(line[name]) for line in mine])

        risk = 0.0 if chance is None else 1 - chance
        return Plan(column("spend"), column("response_low"), column("response_high"), risk)

    return plan


def keep_the_mix(task: Task) -> Plan:
    """Last month's mix again."""
    return Plan.of(task.fitted(task.last))


def roi_rule(task: Task) -> Plan:
    """Budget shifted in proportion to last month's ROI."""
    return Plan.of(task.roi_rule)


def over_http(client: httpx.Client) -> Planner:
    """A planner that asks a running service."""

    def optimize(request: dict[str, Any]) -> dict[str, Any]:
        reply = client.post("/v1/optimize", json=request)
        reply.raise_for_status()
        answer: dict[str, Any] = reply.json()
        return answer

    return by_request(optimize)


def named(name: str) -> Planner:
    """The planner called `module:function`."""
    module, function = name.split(":")
    planner: Planner = getattr(import_module(module), function)
    return planner


def chosen(names: str, known: Iterable[str]) -> list[str]:
    """Names separated by commas, or all that are known; raises `typer.BadParameter` for another."""
    asked = names.split(",") if names else list(known)
    if unknown := set(asked) - set(known):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: not one of {', '.join(known)}")
    return asked


def watched(steps: Iterable[T], title: str, total: int) -> Iterable[T]:
    """The same steps, with a progress bar on a terminal while they run."""
    screen = Console(stderr=True)
    return track(steps, title, total=total, transient=True, console=screen, disable=not screen.is_terminal)


def line(label: str, score: Score) -> str:
    """One score as a line of text."""
    return (
        f"{label:32} captured {score.captured:6.3f}   roi rule {score.roi_rule:6.3f}   "
        f"available {score.available:6.1%}   worse than the mix {score.worse}/{score.worlds} "
        f"(worst {score.worst:.1%}, foreseen {score.risk * score.worlds:.1f})   "
        f"ranges hold {score.coverage:.0%}   {score.seconds:.2f} s"
    )


def main(
    *,
    family: Annotated[str, typer.Option(help="families, by comma; all when empty")] = "",
    scenario: Annotated[str, typer.Option(help="scenarios, by comma; all when empty")] = "",
    bounds: Annotated[str, typer.Option(help="tight, wide or both")] = "tight,wide",
    worlds: Annotated[int, typer.Option(help="worlds of each family")] = 20,
    first: Annotated[int, typer.Option(help="seed of the first world")] = 0,
    url: Annotated[str, typer.Option(help="a running service; in this process when empty")] = "",
    planner: Annotated[str, typer.Option(help="module:function, Task -> Plan")] = DEFAULT_PLANNER,
) -> None:
    """Captured uplift per family, scenario and bounds."""
    families, scenarios = chosen(family, FAMILIES), chosen(scenario, SCENARIOS)
    plan = over_http(httpx.Client(base_url=url, timeout=120)) if url else named(planner)
    seeds = range(first, first + worlds)
    for name in families:
        for shown in scenarios:
            for label in chosen(bounds, BOUNDS):
                title = f"{name} {shown} {label}"
                asked = outcomes(plan, [name], [shown], [label], seeds)
                typer.echo(line(title, pooled(list(watched(asked, title, worlds)))))
