"""How far plans are from the best possible one, and how long they take: ours and the rivals'.

All see the same curves in the same run. The gap is measured against the proven ceiling of our
own plan: gap = 1 - value / ceiling.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from benchmarks.plan_quality import watched
from benchmarks.solvers import Answer, Choice, cbc, draw, greedy_grid, posed, slsqp
from optimizer import allocate

CENTS = 100
LARGEST_SLSQP, LARGEST_CBC = 150, 100  # channels; beyond, they are waited for only so long as is asked


@dataclass(frozen=True)
class Gap:
    """How far one plan's value is below the ceiling, as a share of it, and its CPU seconds."""

    share: float
    cpu_seconds: float


def linear_program(choice: Choice) -> tuple[Answer, float]:
    """Our own plan, and the proven ceiling of any plan's value."""
    problem = posed(choice)
    began = time.process_time()
    allocation = allocate(problem)
    seconds = time.process_time() - began
    plan = np.array([line.spend / CENTS for line in allocation.lines])
    return Answer(plan, True, seconds), allocation.certificate.ceiling


def rivals(channels: int, patience: float) -> dict[str, Callable[[Choice], Answer]]:
    """The rivals that can be waited for at this size: the slow ones for `patience` CPU seconds."""
    every: dict[str, Callable[[Choice], Answer]] = {"greedy grid": greedy_grid}
    if channels <= LARGEST_SLSQP or patience:
        seconds = np.inf if channels <= LARGEST_SLSQP else patience
        every["SLSQP from an equal split"] = lambda choice: slsqp(choice, seconds=seconds)
        every["SLSQP from the current mix"] = lambda choice: slsqp(choice, choice.high / 3, seconds=seconds)
    if channels <= LARGEST_CBC:
        every["CBC on 30 pieces"] = cbc
    elif patience:
        every["CBC on 30 pieces"] = lambda choice: cbc(choice, patience)
    return every


def gaps(channels: int, seed: int, s_shaped_share: float, patience: float = 0.0) -> dict[str, Gap]:
    """Every allocator's gap on one choice."""
    choice = draw(channels, seed, s_shaped_share)
    own, ceiling = linear_program(choice)
    answers = {
        "linear program": own,
        **{name: ask(choice) for name, ask in rivals(channels, patience).items()},
    }
    return {name: Gap(1 - choice.at(a.plan)[0] / ceiling, a.cpu_seconds) for name, a in answers.items()}


def main(
    *,
    seeds: Annotated[int, typer.Option(help="choices per size and shape")] = 20,
    sizes: Annotated[str, typer.Option(help="numbers of channels, by comma")] = "5,20,100,1000",
    patience: Annotated[
        float, typer.Option(help="CPU seconds that SLSQP and CBC are waited for at any size; 0: not at all")
    ] = 0.0,
) -> None:
    """Distance from the best plan and CPU time: linear program, greedy grid, SLSQP, CBC."""
    for channels in map(int, sizes.split(",")):
        for label, share in (("concave", 0.0), ("S-shaped", 0.5)):
            title = f"{channels} channels, {label}"
            found = [gaps(channels, seed, share, patience) for seed in watched(range(seeds), title, seeds)]
            for name in found[0]:
                shares = np.array([one[name].share for one in found])
                cpu = np.median([one[name].cpu_seconds for one in found])
                typer.echo(
                    f"{title:24} {name:28} gap median {np.median(shares):8.1e}   "
                    f"99 % {np.quantile(shares, 0.99):8.1e}   CPU {1000 * cpu:8.1f} ms"
                )
