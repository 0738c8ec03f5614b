"""How far a plan from the shop's revenue alone could go: a planner that is told all but the curves.

It knows of a plain shop what no planner can know: the season, every sale that no channel causes, how noisy
sales are, each day's spend, and from what the shop's curves were drawn. Only which curves they are it must
find out, from weekly revenue,

    revenue(week) = organic(week) + Σ_c roi_c · unit_c(week; carry-over, half-saturation, slope) + noise

by Gibbs sampling over a grid of curves, and it plans by their expectation. Nobody who knows less can
expect to capture more:

    python -m benchmarks plan_quality --family plain --scenario total \\
        --planner benchmarks.ceiling:told_all_but_curves
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from benchmarks.plan_quality import Plan
from benchmarks.shapes import earning, hill
from benchmarks.tasks import Task
from benchmarks.worlds import Curve, World, carried, geometric, true_response
from optimizer.curves import FloatArray

CHAINS, SWEEPS, BURN_IN = 4, 600, 150
STEPS = 240  # at which an expected curve is worked out between its channel's limits
RETENTIONS = (0.0, 0.5, 0.7, 0.85)
HALVES = np.linspace(-2.2, 2.6, 15)  # standard deviations of log half-saturation from its mean
SLOPES = {0.75: 1 / 4, 0.85: 1 / 4, 0.95: 1 / 4, 1.45: 1 / 16, 1.7: 1 / 16, 1.95: 1 / 16, 2.3: 1 / 16}
ROIS = np.linspace(-2.6, 2.6, 53)  # standard deviations of log roi from its mean
ROI = np.exp(np.log(2.5) + 0.6 * ROIS)


@dataclass(frozen=True, eq=False)
class Candidates:
    """The curves a channel may have, at roi 1: P points, W weeks.

    `weeks` (P, W) is what each brings per day, `log_chance` (P,) how likely it is before looking.
    """

    kernels: list[FloatArray]
    curves: list[Curve]
    weeks: FloatArray
    log_chance: FloatArray

    @classmethod
    def of(cls, world: World, channel: int) -> Candidates:
        """Hill curves as plain shops have them, for every carry-over."""
        spend, usual = world.spend[channel], float(world.spend[channel].mean())
        kernels, curves, brought, log_chance = [], [], [], []
        for retention, half, slope in product(RETENTIONS, HALVES, SLOPES):
            kernel = geometric(retention)
            curve = earning(hill(usual * float(np.exp(0.2 + 0.7 * half)), slope), usual, usual)
            daily = curve(carried(spend, kernel, before=float(spend[:28].mean())))
            kernels.append(kernel)
            curves.append(curve)
            brought.append(weekly(daily * world.strength[channel, : world.days]))
            log_chance.append(np.log(SLOPES[slope]) - half**2 / 2)
        return cls(kernels, curves, np.array(brought), np.array(log_chance))


@dataclass(frozen=True, eq=False)
class Expected(World):
    """The shop as it is expected to answer: `tables` are spend and response per channel."""

    tables: tuple[tuple[FloatArray, FloatArray], ...]

    def month_value(self, channel: int, spend: FloatArray) -> FloatArray:
        """Revenue expected of spending each of `spend` over the coming month."""
        return np.asarray(np.interp(spend, *self.tables[channel]))


def told_all_but_curves(task: Task) -> Plan:
    """The plan that brings most by the expected curves."""
    world = task.world
    channels = [Candidates.of(world, c) for c in range(len(world.channels))]
    expected = learnt(world, channels)
    tables = tuple(
        table(task, c, candidates, roi)
        for c, (candidates, roi) in enumerate(zip(channels, expected, strict=True))
    )
    return Plan.of(replace(task, world=Expected(**vars(world), tables=tables)).best)


def table(task: Task, channel: int, candidates: Candidates, roi: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Spend between the channel's limits, and the response expected; `roi` (P,) is chance times roi."""
    spend = np.linspace(task.low[channel], task.high[channel], STEPS)
    response = np.zeros(STEPS)
    for point in np.flatnonzero(roi):
        kernels, curves = task.world.kernels.copy(), list(task.world.curves)
        kernels[channel], curves[channel] = candidates.kernels[point], candidates.curves[point]
        answer = replace(task.world, kernels=kernels, curves=tuple(curves))
        response += roi[point] * answer.month_value(channel, spend)
    return spend, response


def learnt(world: World, channels: list[Candidates]) -> list[FloatArray]:
    """Per channel (P,): each point's chance times the roi expected there, from weekly revenue."""
    organic = weekly(world.organic[: world.days])
    truth = organic + weekly(true_response(world, world.spend).sum(0))
    spread = world.noise.spread / 4 * np.sqrt(1 / 7 + 1 / 4)  # by day, and half of it by week
    precision = (spread * truth) ** -2.0
    sampler = Sampler(channels, weekly(world.total) - organic, precision, np.random.default_rng(world.seed))
    for _ in range(CHAINS):
        sampler.run()
    return [total / sampler.kept for total in sampler.totals]


class Sampler:
    """One channel's point and roi after the other, given all others, on the grid."""

    def __init__(
        self, channels: list[Candidates], seen: FloatArray, precision: FloatArray, rng: np.random.Generator
    ) -> None:
        self.channels, self.seen, self.precision, self.rng = channels, seen, precision, rng
        self.squares = [channel.weeks**2 @ precision for channel in channels]
        self.totals = [np.zeros(len(channel.log_chance)) for channel in channels]
        self.kept = 0

    def run(self) -> None:
        """A chain of its own from a random start; after the burn-in every state counts."""
        starts = [self.rng.integers(len(channel.log_chance)) for channel in self.channels]
        rois = self.rng.choice(ROI, len(starts))
        brought = np.array([c.weeks[p] * r for c, p, r in zip(self.channels, starts, rois, strict=True)])
        for sweep in range(SWEEPS):
            for c in self.rng.permutation(len(self.channels)):
                point, roi = self._draw(c, self.seen - brought.sum(0) + brought[c])
                brought[c] = self.channels[c].weeks[point] * roi
                if sweep >= BURN_IN:
                    self.totals[c][point] += roi
            self.kept += sweep >= BURN_IN

    def _draw(self, c: int, left: FloatArray) -> tuple[int, float]:
        """A point and a roi, as likely as what is `left` of the revenue says."""
        channel = self.channels[c]
        pull = channel.weeks @ (self.precision * left)
        log_chance = channel.log_chance[:, None] - ROIS**2 / 2
        log_chance = log_chance + pull[:, None] * ROI - self.squares[c][:, None] * ROI**2 / 2
        up_to = np.exp(log_chance - log_chance.max()).cumsum()
        point, roi = divmod(int(np.searchsorted(up_to, up_to[-1] * self.rng.random())), len(ROI))
        return point, float(ROI[roi])


def weekly(daily: FloatArray) -> FloatArray:
    """Means (weeks,) over every seven days."""
    whole = len(daily) // 7 * 7
    return np.asarray(daily[:whole].reshape(-1, 7).mean(axis=1))
