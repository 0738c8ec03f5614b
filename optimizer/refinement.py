"""From a first guess of prices to a plan of proven worth: place points, solve, place better ones.

The linear program sees each curve at a few points. Points are put where a line would gain most
at prices near the program's own, so every round halves nothing but squares the error. The
ceiling is the Lagrangian bound on the true curves: it holds whatever the solver does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import FloatArray
from optimizer.linear_program import Program, ceiling, lagrangian, solve

FIRST_LADDER = (0.5, 0.8, 0.95, 1.0, 1.05, 1.25, 2.0)
LADDER = (0.9, 0.99, 0.9999, 1.0001, 1.01, 1.1)
ROUNDS = 12
STEADY = 5e-4  # prices are read off once a round moves them by less than this share of the largest
BISECTIONS = 50


@dataclass(frozen=True, eq=False)
class Refined:
    """A plan over the true curves: spend (lines,), its value, the least ceiling found, and prices (rows,).

    `promise` is what the chords say; it exceeds `value` only where a line landed inside a bridge
    over a stretch that bends up.
    """

    spend: FloatArray
    value: float
    promise: float
    ceiling: float
    prices: FloatArray
    seconds: float

    @property
    def gap_share(self) -> float:
        """How far the plan can be from the best one, as a share of its value."""
        return max(0.0, self.ceiling - self.value) / max(abs(self.value), 1e-12)


def water_level(program: Program) -> float:
    """The marginal return at which the lines together take what the first row has to give.

    Exact by bisection when the first row, the budget, is the only one that binds.
    """
    weights = np.zeros((program.curves.value.shape[0], len(program.low)))
    weights[0] = 1.0
    lowest, highest = 0.0, float(program.curves.slope[0].max()) * 1.01 + 1e-12
    for _ in range(BISECTIONS):
        level = (lowest * highest) ** 0.5 if lowest > 0 else highest / 64
        taken, _ = program.curves.best(weights, level * program.rows[0].spend, program.low, program.high)
        if program.rows[0].spend @ taken > program.rows[0].limit:
            lowest = level
        else:
            highest = level
        if highest - lowest <= 1e-13 * highest:
            break
    return highest


def refine(program: Program, level: float, target: float) -> Refined | None:
    """Solve, and place points round the solution's prices until the gap is at most `target`.

    Goes on until the prices stand still, and stops early when the chords are proven but bridge a
    stretch that bends up. None when the rows allow no plan.
    """
    prices = np.array([level] + [0.0] * (len(program.rows) - 1))
    ladder = LADDER if len(program.rows) == 1 else tuple(sorted({*LADDER, *FIRST_LADDER}))
    points = _points(program, prices, (*ladder, 1.0), np.stack([program.low, program.high], axis=1))
    best: Refined | None = None
    seconds, least = 0.0, ceiling(program, prices)
    for _ in range(ROUNDS):
        solution = solve(program, points)
        if solution is None:
            return None
        seconds += solution.seconds
        least = min(least, ceiling(program, solution.prices))
        value = float(program.curves.at(solution.spend[:, None])[0].sum())
        if best is None or value >= best.value:
            best = Refined(solution.spend, value, solution.promise, least, solution.prices, seconds)
        moved = np.abs(solution.prices - prices).max()
        proven = least - solution.promise <= target * max(abs(value), 1e-12)
        if proven and moved <= STEADY * np.abs(prices).max():
            break
        prices = solution.prices
        points = _points(program, prices, (*LADDER, 1.0), points)
    assert best is not None
    return Refined(best.spend, best.value, best.promise, least, best.prices, seconds)


def _points(program: Program, prices: FloatArray, ladder: tuple[float, ...], known: FloatArray) -> FloatArray:
    """The known points and those where each line gains most at prices a little off; rising."""
    price, weights = lagrangian(program, prices)
    found = [program.curves.best(weights, price * step, program.low, program.high)[0] for step in ladder]
    return np.sort(np.concatenate([known, np.stack(found, axis=1)], axis=1), axis=1)
