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

NEAR = 1e-4
STEADY_LADDER = (1 - NEAR, 1.0, 1 + NEAR)  # round a price that is known
LADDER = (0.9, 0.99, *STEADY_LADDER, 1.01, 1.1)  # round a price the program named
FIRST_LADDER = (0.5, 0.8, 0.95, *STEADY_LADDER, 1.05, 1.25, 2.0)  # round a guess that ignores some rows
ROUNDS = 12
BISECTIONS = 40


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

    Right when the first row, the budget, is the only one that binds: then one solve proves it.
    """
    row, weights = program.rows[0], program.objective
    lowest, highest = 0.0, float(program.curves.slope[0].max()) * 1.01 + 1e-12
    for _ in range(BISECTIONS):
        level = (lowest * highest) ** 0.5 if lowest > 0 else highest / 64
        taken = program.curves.best(weights, level * row.spend, program.low, program.high)
        if row.spend @ taken > row.limit:
            lowest = level
        else:
            highest = level
        if highest - lowest <= 0.01 * NEAR * highest:
            break
    return highest


def refine(program: Program, level: float, target: float) -> Refined | None:
    """Solve, and place points round the solution's prices until the gap is at most `target`.

    Goes on until the prices stand still, and stops early when the chords are proven but bridge a
    stretch that bends up. None when the rows allow no plan.
    """
    prices = np.array([level] + [0.0] * (len(program.rows) - 1))
    ends = np.stack([program.low, program.high], axis=1)
    ladder = STEADY_LADDER if len(program.rows) == 1 else FIRST_LADDER
    points = _points(program, prices, ladder, ends)
    least, seconds, rounds = ceiling(program, prices), 0.0, 0
    while (solution := solve(program, points)) is not None:
        rounds, seconds = rounds + 1, seconds + solution.seconds
        least = min(least, ceiling(program, solution.prices))
        value = float(program.curves.at(solution.spend[:, None])[0].sum())
        moved = np.abs(solution.prices - prices).max() > 1.1 * NEAR * np.abs(prices).max()
        proven = least - solution.promise <= target * max(abs(value), 1e-12)
        if (proven and not moved) or rounds == ROUNDS:
            return Refined(solution.spend, value, solution.promise, least, solution.prices, seconds)
        prices = solution.prices
        points = _points(program, prices, LADDER, _beside(points, solution.spend))
    return None


def _points(program: Program, prices: FloatArray, ladder: tuple[float, ...], known: FloatArray) -> FloatArray:
    """The known points and those where each line gains most at prices a little off; rising."""
    price, weights = lagrangian(program, prices)
    found = [program.curves.best(weights, price * step, program.low, program.high) for step in ladder]
    return np.sort(np.concatenate([known, np.stack(found, axis=1)], axis=1), axis=1)


def _beside(points: FloatArray, spend: FloatArray) -> FloatArray:
    """Of each line's points the first, the last, and the two that enclose its spend.

    With these the next program can say again what this one said, so its value never falls.
    """
    above = np.clip((points < spend[:, None]).sum(axis=1), 1, points.shape[1] - 1)
    places = np.stack(
        [np.zeros_like(above), above - 1, above, np.full_like(above, points.shape[1] - 1)], axis=1
    )
    return np.take_along_axis(points, places, axis=1)
