"""From a first guess of prices to a plan of proven worth: place points, solve, place better ones.

The linear program sees each curve at a few points. Points are put where a line would gain most
at prices near the program's own, so each round squares the error. The ceiling is the Lagrangian
bound on the true curves: it holds whatever the solver does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.linear_program import Solution, solve
from optimizer.program import Extras, Program, ceiling, lagrangian

NEAR = 1e-4
STEADY_LADDER = (1 - NEAR, 1.0, 1 + NEAR)  # round a price that is known
RUNGS = (0.25, 1.0, 4.0)  # either side of a price the program named, in roots of the gap that is left
FAR = 0.1  # from a price, as a share of it: a root that is larger says nothing of it
FIRST_LADDER = (0.6, 0.8, 0.92, *STEADY_LADDER, 1.08, 1.25, 1.7)  # round a guess that ignores some rows
ROUNDS = 30
BISECTIONS = 60
LOWEST = 1e-9  # water levels below this share of the steepest return are not told apart
HOLDS = 5e-8  # what the program may break a rule by, in its row's unit
SOUND = 1e-6  # what the curves may break it by before the plan is rounded and the rule drawn tighter


@dataclass(frozen=True, eq=False)
class Refined:
    """A plan over the true curves: its value, the least ceiling found, and the program's solution.

    The solution's promise exceeds the value only where a line landed inside a bridge over a
    stretch that bends up. `method` is lp, or lp and branching.
    """

    program: Program
    solution: Solution
    value: float
    ceiling: float
    seconds: float
    method: str = "lp"

    @property
    def spend(self) -> FloatArray:
        """Spend per line, (lines,), in budgets."""
        return self.solution.spend

    @property
    def extras(self) -> FloatArray:
        """Reserve and idle money, in budgets."""
        return self.solution.extras

    @property
    def prices(self) -> FloatArray:
        """What relaxing each row by one would bring, (rows,)."""
        return self.solution.prices

    @property
    def is_sound(self) -> bool:
        """Whether the rows hold on the true curves, and not only on the chords."""
        return bool((self.program.excess(self.spend) <= SOUND).all())

    @property
    def gap_share(self) -> float:
        """How far the plan can be from the best one, as a share of its value."""
        return max(0.0, self.ceiling - self.value) / max(abs(self.value), 1e-12)


def water_levels(program: Program, budgets: int) -> FloatArray:
    """Prices (rows,) at which the lines take what each of the first rows has to give; nought for the rest.

    By false position on the logarithms, halving every other time, row by row side by side: right when
    no other row binds and no line is in two budgets, and then one solve proves it.
    """
    spend = np.array([row.spend for row in program.rows[:budgets]])
    extras = np.array([row.extras for row in program.rows[:budgets]])
    limits = np.array([row.limit for row in program.rows[:budgets]])

    def taken(level: FloatArray) -> FloatArray:
        lines = program.curves.best(program.weights, level @ spend, program.low, program.high)
        idle = np.where(program.extras.worth > level @ extras, program.extras.high, program.extras.low)
        return np.asarray(np.maximum(spend @ lines + extras @ idle, 1e-12))

    steepest = np.einsum("ml,mlp->lp", program.weights, program.curves.slope).max()
    high = np.full(budgets, max(float(steepest), float(program.extras.worth.max())) * 1.01 + 1e-12)
    low, over, under = high * LOWEST, np.full(budgets, 2.0) * limits, taken(high)
    for step in range(BISECTIONS):
        share = np.log(over / limits) / np.maximum(np.log(over / under), 1e-300) if step % 2 else 0.5
        level = low * (high / low) ** np.clip(share, 0.01, 0.99)
        amount = taken(level)
        low, over = np.where(amount > limits, level, low), np.where(amount > limits, amount, over)
        high, under = np.where(amount > limits, high, level), np.where(amount > limits, under, amount)
        if (high - low <= 0.01 * NEAR * high).all():
            break
    return np.append(high, np.zeros(len(program.rows) - budgets))


@dataclass(frozen=True)
class Aim:
    """When a climb may stop: at a gap of `gap_share` of the value (or of `least_value`, if that is more),
    with prices that stand still if they are to be `steady`; or once it is settled whether the promise
    reaches `enough`."""

    gap_share: float
    steady: bool = True
    least_value: float = 1e-6
    enough: float | None = None

    def is_met(self, promise: float, value: float, least: float, moved: bool) -> bool:
        """Whether a round with this promise, value and least ceiling is the last."""
        if self.enough is not None and (promise >= self.enough or least < self.enough):
            return True
        proven = least - promise <= self.gap_share * max(abs(value), self.least_value)
        return proven and not (self.steady and moved)


POSSIBLE = Aim(1e-8, steady=False, least_value=1.0, enough=-0.1 * HOLDS)


def refine(program: Program, guess: FloatArray, aim: Aim) -> Refined | None:
    """Solve, and place points round the solution's prices until the aim is met.

    Stops, too, when the chords are proven but bridge a stretch that bends up. None when the rows
    allow no plan.
    """
    ladder = STEADY_LADDER if len(program.rows) == 1 else FIRST_LADDER
    points = _points(program, guess, ladder, np.stack([program.low, program.high], axis=1))
    found = _climb(program, points, guess, aim)
    bent = np.array([row.measures is not None for row in program.rows])
    if found is None and bent.any():
        nearest = _climb(elastic(program), points, np.zeros(len(program.rows)), POSSIBLE)
        if nearest is not None and nearest[0].solution.promise >= -HOLDS:
            found = _climb(program.tightened(-HOLDS * bent), nearest[1], nearest[0].prices, aim)
    return None if found is None else found[0]


def elastic(program: Program) -> Program:
    """How little the rows on responses must give way: each gets a slack that costs one; all else is free."""
    bent = [i for i, row in enumerate(program.rows) if row.measures is not None]
    rows = []
    for i, row in enumerate(program.rows):
        slack = np.array([-1.0 if i == j else 0.0 for j in bent])
        rows.append(replace(row, extras=np.append(row.extras, slack)))
    none, some = np.zeros(len(bent)), np.ones(len(bent))
    extras = Extras(
        worth=np.append(0 * program.extras.worth, -some),
        low=np.append(program.extras.low, none),
        high=np.append(program.extras.high, [1 + abs(program.rows[i].limit) * 2 for i in bent]),
    )
    return replace(program, weights=0 * program.weights, extras=extras, rows=tuple(rows), least=None)


def _climb(
    program: Program, points: FloatArray, prices: FloatArray, aim: Aim
) -> tuple[Refined, FloatArray] | None:
    """The rounds of `refine`: the plan, and the points of the last round.

    Points away from the solution are dropped only while the ceiling falls, so that rounds cannot circle.
    """
    least, seconds, rounds = np.inf, 0.0, 0
    while (solution := solve(program, points)) is not None:
        rounds, seconds = rounds + 1, seconds + solution.seconds
        bound = ceiling(program, solution.prices)
        known = _beside(points, solution) if bound < least else points
        least = min(least, bound)
        value = program.value(solution.spend, solution.extras)
        moved = bool(np.abs(solution.prices - prices).max() > 1.1 * NEAR * np.abs(prices).max())
        if aim.is_met(solution.promise, value, least, moved) or rounds == ROUNDS:
            return Refined(program, solution, value, least, seconds), points
        prices = solution.prices
        if rounds > 1 and len(program.rows) > 1:
            known = _round(program, known, solution.spend, least - solution.promise)
        points = _points(program, prices, _ladder((least - solution.promise) / max(abs(value), 1e-12)), known)
    return None


def _ladder(gap_share: float) -> tuple[float, ...]:
    """Shares of the prices at which to place points: prices off by a share cost about its square."""
    root = min(max(gap_share, 0.0) ** 0.5, FAR)
    steps = [max(rung * root, NEAR) for rung in RUNGS]
    return (*(1 - step for step in steps), 1.0, *(1 + step for step in steps))


def _points(program: Program, prices: FloatArray, ladder: tuple[float, ...], known: FloatArray) -> FloatArray:
    """The known points and those where each line gains most at prices a little off; rising."""
    price, weights, _ = lagrangian(program, prices)
    prices = price * np.array(ladder)[:, None]
    found = program.curves.best_at_each(weights, prices, program.low, program.high)
    return np.sort(np.concatenate([known, found], axis=1), axis=1)


def _round(program: Program, known: FloatArray, spend: FloatArray, gap: float) -> FloatArray:
    """The known points and two that enclose each line's spend, the nearer the smaller the gap.

    They tell the slope where the line landed, so that prices which many rules share cannot circle.
    """
    share = min(max(abs(gap) ** 0.5 / 4, NEAR), 0.01)
    near = spend[:, None] * np.array([1 - share, 1 + share])
    return np.concatenate([known, np.clip(near, program.low[:, None], program.high[:, None])], axis=1)


def _beside(points: FloatArray, solution: Solution) -> FloatArray:
    """Of each line's points the first, the last, and the two that its spend lies between or is a mean of.

    With these the next program can say again what this one said, so its value never falls. Where a line
    is a mean of more points, all are kept.
    """
    last = points.shape[1] - 1
    mixed = solution.mixed[:, 1:-1]
    if (mixed.sum(axis=1) > 2).any():
        return points
    above = np.clip((points < solution.spend[:, None]).sum(axis=1), 1, last)
    is_mean = mixed.any(axis=1)
    lower = np.where(is_mean, mixed.argmax(axis=1) + 1, above - 1)
    upper = np.where(is_mean, last - 1 - mixed[:, ::-1].argmax(axis=1), above)
    places = np.stack([np.zeros_like(above), lower, upper, np.full_like(above, last)], axis=1)
    return np.take_along_axis(points, places, axis=1)
