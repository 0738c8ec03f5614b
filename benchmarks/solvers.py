"""Rival allocators on the same curves: what the linear program is compared with."""

from __future__ import annotations

import os
import time
import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.shapes import earning, hill
from benchmarks.worlds import Curve
from optimizer import AllocationProblem, ChannelTerms, Reserve
from optimizer.curves import FloatArray, ResponseCurve

KNOTS = 60


@dataclass(frozen=True, eq=False)
class Choice:
    """Curves with equally many knots, limits per channel and a total to split, in currency units."""

    curves: tuple[ResponseCurve, ...]
    low: FloatArray
    high: FloatArray
    total: float

    @cached_property
    def splines(self) -> FloatArray:
        """Knots, slopes and values of all curves, shape (3, channels, knots)."""
        return np.stack([np.stack(curve.spline) for curve in self.curves], axis=1)

    def at(self, plan: FloatArray) -> tuple[float, FloatArray]:
        """What a plan brings on the curves, and each channel's marginal response."""
        rows = np.arange(len(plan))
        knots, slopes, values = self.splines
        x = np.clip(plan, 0, knots[:, -1])
        k = np.clip((knots <= x[:, None]).sum(axis=1) - 1, 0, knots.shape[1] - 2)
        bend = (slopes[rows, k + 1] - slopes[rows, k]) / (knots[rows, k + 1] - knots[rows, k])
        step = x - knots[rows, k]
        marginal = slopes[rows, k] + bend * step
        return float((values[rows, k] + step * (slopes[rows, k] + marginal) / 2).sum()), marginal


@dataclass(frozen=True)
class Answer:
    """A rival's plan, whether it called itself successful, and the CPU seconds it took."""

    plan: FloatArray
    claims_success: bool
    cpu_seconds: float


def draw(channels: int, seed: int = 0, s_shaped_share: float = 0.0) -> Choice:
    """Hill curves of random size, half-saturation and shape, and 0 to 3 times an even-handed mix."""
    rng = np.random.default_rng([channels, seed])
    level = 1_000_000 * rng.dirichlet(np.full(channels, 2.0))
    curves = []
    for x in level:
        slope = rng.uniform(1.4, 3.0) if rng.random() < s_shaped_share else rng.uniform(0.6, 1.0)
        unit = hill(x * float(np.exp(rng.normal(0.2, 0.7))), slope)
        curves.append(tabled(earning(unit, x, x * float(np.exp(rng.normal(1, 0.5)))), 3 * x))
    return Choice(tuple(curves), np.zeros(channels), 3 * level, float(level.sum()))


def tabled(curve: Curve, top: float) -> ResponseCurve:
    """A curve as a table of knots up to `top`, denser towards zero."""
    spend = top * np.linspace(0, 1, KNOTS) ** 2
    step = 1e-6 * top

    def slope(x: FloatArray) -> FloatArray:
        before = np.maximum(x - step, 0)
        return np.asarray((curve(x + step) - curve(before)) / (x + step - before))

    return ResponseCurve.of(curve, slope, spend)


def posed(choice: Choice) -> AllocationProblem:
    """The same choice as the core takes it, without a reserve."""
    limits = zip(choice.curves, choice.low, choice.high, strict=True)
    return AllocationProblem(
        channels=tuple(
            ChannelTerms(f"channel_{i}", curve, int(100 * low), int(100 * high))
            for i, (curve, low, high) in enumerate(limits)
        ),
        budget=int(100 * choice.total),
        reserve=Reserve(0.0, 0.0),
    )


def slsqp(
    choice: Choice, start: FloatArray | None = None, iterations: int = 1000, seconds: float = np.inf
) -> Answer:
    """SciPy's SLSQP from an equal split, as most media-mix tools call it, or from `start`.

    It is stopped at the first step after so many CPU `seconds`.
    """
    from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, minimize

    count, unit = len(choice.curves), choice.total / len(choice.curves)
    scale = choice.at(np.full(count, unit))[0]

    began = time.process_time()
    first = np.clip(np.ones(count) if start is None else start / unit, choice.low / unit, choice.high / unit)

    def objective(share: FloatArray) -> tuple[float, FloatArray]:
        value, marginal = choice.at(share * unit)
        return -value / scale, -marginal * unit / scale

    def in_time(intermediate_result: OptimizeResult) -> None:
        if time.process_time() - began > seconds:
            raise StopIteration

    result = minimize(
        objective,
        first,
        jac=True,
        bounds=Bounds(choice.low / unit, choice.high / unit),
        constraints=LinearConstraint(np.ones((1, count)), count, count),
        method="SLSQP",
        callback=in_time,
        options={"maxiter": iterations, "ftol": 1e-10},
    )
    spent = time.process_time() - began
    return Answer(result.x * unit, bool(result.success) and spent <= seconds, spent)


def cbc(choice: Choice, seconds: float = 10.0, pieces: int = 30) -> Answer:
    """CBC, as the open planners call it: curves as straight pieces, a binary per piece where one bends up."""
    import pulp

    began = cpu_seconds()
    problem, scale = pulp.LpProblem("rival", pulp.LpMaximize), choice.at(choice.high / 3)[0]
    shares, grid = [], np.linspace(choice.low, choice.high, pieces + 1, axis=1)
    for c, curve in enumerate(choice.curves):
        share = [problem.add_variable(f"w{c}_{i}", 0, 1) for i in range(pieces + 1)]
        problem += pulp.lpSum(share) == 1
        if not curve.is_concave:
            piece = [problem.add_variable(f"z{c}_{i}", 0, 1, pulp.LpBinary) for i in range(pieces)]
            problem += pulp.lpSum(piece) == 1
            for i, weight in enumerate(share):
                problem += weight <= pulp.lpSum(piece[max(i - 1, 0) : i + 1])
        shares += share
    value = np.concatenate([curve(x) for curve, x in zip(choice.curves, grid, strict=True)]) / scale
    problem.setObjective(pulp.LpAffineExpression(zip(shares, value.tolist(), strict=True)))
    spent = zip(shares, (grid.ravel() / choice.total).tolist(), strict=True)
    problem += pulp.LpAffineExpression(spent) <= 1
    with warnings.catch_warnings():  # PuLP 4 leaves CBC out; until then it comes with it
        warnings.simplefilter("ignore", DeprecationWarning)
        solver = pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=seconds)
    problem.solve(solver)
    weights = np.array([weight.value() or 0.0 for weight in shares]).reshape(grid.shape)
    is_proven = problem.sol_status == pulp.LpSolutionOptimal
    return Answer((weights * grid).sum(axis=1), is_proven, cpu_seconds() - began)


def cpu_seconds() -> float:
    """CPU time of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def greedy_grid(choice: Choice, step_share: float = 0.001) -> Answer:
    """The rule of Google Meridian's allocator: on a grid of spends, take the step of best average return.

    Every step may jump to any further grid point of one channel; the first step that would pass
    the total ends the search, however much is left.
    """
    began = time.process_time()
    step = step_share * choice.total
    size = int(np.ceil((choice.high - choice.low).max() / step)) + 1
    grid = choice.low[:, None] + step * np.arange(size)
    value = np.stack([curve(x) for curve, x in zip(choice.curves, grid, strict=True)])
    value[grid > choice.high[:, None] + 1e-9] = -np.inf
    at, total = np.zeros(len(grid), dtype=int), float(choice.low.sum())
    best = [_best_jump(row, 0, step) for row in value]
    while True:
        channel = int(np.argmax([rate for rate, _ in best]))
        rate, further = best[channel]
        cost = (further - at[channel]) * step
        if not rate > 0 or total + cost > choice.total * (1 + 1e-12):
            break
        at[channel], total = further, total + cost
        best[channel] = _best_jump(value[channel], further, step)
    return Answer(grid[np.arange(len(grid)), at], True, time.process_time() - began)


def _best_jump(value: FloatArray, at: int, step: float) -> tuple[float, int]:
    """The best average return of a jump from one grid point to a further one, and where it lands."""
    if at + 1 >= len(value):
        return -np.inf, at
    rates = (value[at + 1 :] - value[at]) / (step * np.arange(1, len(value) - at))
    return float(rates.max()), at + 1 + int(rates.argmax())
