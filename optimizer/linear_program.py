"""The linear program: build it with PuLP, solve it with HiGHS, read it back. The only PuLP room.

    maximise    Σ_cm weight_mc F_mc(s_c) + Σ_v worth_v e_v
    subject to  Σ_c spend_ic s_c + Σ_mc measure_imc F_mc(s_c) + Σ_v extra_iv e_v  ≤ (or =)  limit_i
                low_c ≤ s_c ≤ high_c,   low_v ≤ e_v ≤ high_v

Each line's spend is given as points on its curves. Between points the program follows chords,
so what it promises a concave curve keeps. A concave line becomes one bounded variable per
segment; any other line becomes a weighted mean of its points.

Everything is counted in units of the budget and of the plan's response, so that numbers are
near one; variables are named by their place, never by a channel.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version

import numpy as np
import pulp

from optimizer.curves import FloatArray
from optimizer.errors import SolverTimeoutError
from optimizer.piecewise import BoolArray, Curves

NARROW = 1e-10  # segments narrower than this share of the budget are no segments
WAYS: tuple[dict[str, object], ...] = (
    {"presolve": "off", "dual_feasibility_tolerance": 1e-9},  # presolve costs more than these programs take
    {"presolve": "off"},  # the finer tolerance is out of reach once in some ten thousand programs
    {"presolve": "on"},
)


@dataclass(frozen=True, eq=False)
class Row:
    """One rule: spend · s + measures · F(s) + extras · e ≤ limit, or = limit.

    `spend` has shape (lines,), `extras` (extras,), `measures` (measures, lines), None when the
    rule does not depend on what spend brings.
    """

    spend: FloatArray
    extras: FloatArray
    limit: float
    measures: FloatArray | None = None
    equal: bool = False


@dataclass(frozen=True, eq=False)
class Extras:
    """Amounts without a curve, such as the reserve: their constant worth and bounds, (extras,) each."""

    worth: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Program:
    """Lines with their curves and bounds, extras, and the rows that tie them together.

    `weights` (measures, lines) is what each measure counts in the objective. `least` is the extra, if
    there is one, that is as large as each of its rows allows: so the objective counts the least of
    several sums.
    """

    curves: Curves
    weights: FloatArray
    low: FloatArray
    high: FloatArray
    extras: Extras
    rows: tuple[Row, ...]
    least: int | None = None

    @cached_property
    def as_segments(self) -> BoolArray:
        """Lines whose segments fill in order by themselves, shape (lines,).

        So it is when every curve bends down and no row has a response where more of it is worse.
        """
        shunned = [(row.measures > 0).any(axis=0) for row in self.rows if row.measures is not None]
        return np.asarray(self.curves.concave & ~np.any([np.zeros(len(self.low), bool), *shunned], axis=0))

    def excess(self, spend: FloatArray) -> FloatArray:
        """By how much spend breaks each row on the true curves; rows with extras are kept by the extras."""
        measures = self.curves.at(spend[:, None])[..., 0]
        over = [
            row.spend @ spend
            + (0.0 if row.measures is None else float((row.measures * measures).sum()))
            - (np.inf if row.extras.any() else row.limit)
            for row in self.rows
        ]
        return np.maximum(np.array(over), 0.0)

    def tightened(self, margins: FloatArray) -> Program:
        """The same program with each row's limit moved inward by its margin, (rows,)."""
        rows = (replace(row, limit=row.limit - float(m)) for row, m in zip(self.rows, margins, strict=True))
        return replace(self, rows=tuple(rows))

    def value(self, spend: FloatArray, extras: FloatArray) -> float:
        """What a plan is worth on the true curves."""
        measures = self.curves.at(spend[:, None])[..., 0]
        if self.least is not None:
            extras = extras.copy()
            extras[self.least] = self._allowed(measures)
        return float((self.weights * measures).sum() + self.extras.worth @ extras)

    def _allowed(self, measures: FloatArray) -> float:
        """How large the least of several sums is, when lines bring this of each measure."""
        return min(
            row.limit - float((row.measures * measures).sum())
            for row in self.rows
            if row.extras[self.least] > 0 and row.measures is not None
        )


@dataclass(frozen=True, eq=False)
class Solution:
    """What the program answered: spend (lines,), extras (extras,), and each row's price (rows,).

    `measures` (measures, lines) are the chords' responses, `promise` what they are worth. A price
    is what the objective gains when the row's limit is relaxed by one.
    """

    spend: FloatArray
    extras: FloatArray
    measures: FloatArray
    promise: float
    prices: FloatArray
    seconds: float


@cache
def solver_name() -> str:
    """The solver and its version, as a certificate names it."""
    return f"HiGHS {version('highspy')}"


def solve(program: Program, points: FloatArray) -> Solution | None:
    """The best plan over chords between `points` (lines, points), rising along each line.

    None when the rows allow no plan; raises `SolverTimeoutError` when HiGHS proves neither.
    """
    model = _Model(program, points)
    problem = model.problem
    _prove(problem)
    if problem.status == pulp.LpStatusInfeasible:
        return None
    spend, extras, measures = model.read()
    promise = float((program.weights * measures).sum() + program.extras.worth @ extras)
    prices = _sign_of_duals() * np.array([constraint.pi for constraint in model.constraints], dtype=float)
    bound = np.array([-np.inf if row.equal else 0.0 for row in program.rows])
    return Solution(spend, extras, measures, promise, np.maximum(prices, bound), problem.solutionTime)


def ceiling(program: Program, prices: FloatArray) -> float:
    """What no plan can exceed, whatever the prices: the Lagrangian bound on the true curves.

    L(y) = Σ_i y_i limit_i + Σ_c max_s [Σ_m w_mc F_mc(s) - p_c s] + Σ_v max_e (worth_v - p_v) e,
    where the rows' prices y ≥ 0 reduce each measure's worth to w and put prices p on spend and extras.
    """
    price, weights, toll = lagrangian(program, prices)
    spend = program.curves.best(weights, price, program.low, program.high)
    gain = (weights * program.curves.at(spend[:, None])[..., 0]).sum() - price @ spend
    profit = program.extras.worth - toll
    idle = np.maximum(profit * program.extras.low, profit * program.extras.high).sum()
    return float(prices @ [row.limit for row in program.rows] + gain + idle)


def lagrangian(program: Program, prices: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """At these prices: the price of spend (lines,), the worth of each measure (measures, lines), and
    the price of each extra (extras,)."""
    price, toll, weights = np.zeros(len(program.low)), np.zeros(len(program.extras.low)), program.weights
    for y, row in zip(prices, program.rows, strict=True):
        if y:
            price, toll = price + y * row.spend, toll + y * row.extras
            weights = weights if row.measures is None else weights - y * row.measures
    return price, weights, toll


@cache
def _sign_of_duals() -> float:
    """What turns PuLP's duals into prices: it differs by version, so a program whose price is 1 is asked."""
    problem = pulp.LpProblem("sign", pulp.LpMaximize)
    variable = problem.add_variable("v", 0, 2)
    problem.setObjective(pulp.LpAffineExpression([(variable, 1.0)]))
    constraint = variable <= 1
    problem += constraint
    _prove(problem)
    return float(np.sign(constraint.pi))


def _prove(problem: pulp.LpProblem) -> None:
    """Solve to a proven optimum, or to proof that there is no plan; each way out is tried in turn."""
    for options in WAYS:
        problem.solve(pulp.HiGHS(msg=False, threads=1, **options))
        if problem.status == pulp.LpStatusInfeasible:
            return
        if problem.status == pulp.LpStatusOptimal and problem.sol_status == pulp.LpSolutionOptimal:
            return
    raise SolverTimeoutError(float(problem.solutionTime))


Terms = list[tuple[pulp.LpVariable, float]]


class _Model:
    """The PuLP problem and the way back from its variables to spend."""

    def __init__(self, program: Program, points: FloatArray) -> None:
        self.program, self.points = program, points
        self.values = program.curves.at(points)
        self.widths, self.gains = np.diff(points), np.diff(self.values)
        self.problem = pulp.LpProblem("plan", pulp.LpMaximize)
        self.count = 0
        extras = zip(program.extras.low, program.extras.high, strict=True)
        self.extras = [self._variable(float(low), float(high)) for low, high in extras]
        self.columns = [
            self._segments(line) if as_segments else self._means(line)
            for line, as_segments in enumerate(program.as_segments)
        ]
        self._set_objective()
        self.constraints = [self._add_row(row) for row in program.rows]

    def _segments(self, line: int) -> list[tuple[float, FloatArray, pulp.LpVariable]]:
        """A bounded variable per segment: (spend, measures gained, variable), beyond the first point."""
        width, gain = self.widths[line], self.gains[:, line]
        return [
            (1.0, gain[:, k] / width[k], self._variable(0.0, float(width[k])))
            for k in np.flatnonzero(width > NARROW)
        ]

    def _means(self, line: int) -> list[tuple[float, FloatArray, pulp.LpVariable]]:
        """A weight per point, adding up to at most one; what is missing lies on the first point."""
        spend, gain = (np.diff(self.points[line]), self.values[:, line] - self.values[:, line, :1])
        kept = np.flatnonzero(spend > NARROW) + 1
        size = self.points[line] - self.points[line, 0]
        columns = [(float(size[k]), gain[:, k], self._variable(0.0, 1.0)) for k in kept]
        if columns:
            self.problem += pulp.LpAffineExpression([(variable, 1.0) for _, _, variable in columns]) <= 1
        return columns

    def _variable(self, low: float, high: float) -> pulp.LpVariable:
        self.count += 1
        return self.problem.add_variable(f"v{self.count}", low, high)

    def _set_objective(self) -> None:
        terms: Terms = list(zip(self.extras, self.program.extras.worth.tolist(), strict=True))
        for line, columns in enumerate(self.columns):
            weights = self.program.weights[:, line]
            terms += [(variable, float(weights @ gain)) for _, gain, variable in columns]
        self.problem.setObjective(pulp.LpAffineExpression(terms))

    def _add_row(self, row: Row) -> pulp.LpConstraint:
        """One rule, less what the first points already use."""
        terms: Terms = [(v, a) for v, a in zip(self.extras, row.extras.tolist(), strict=True) if a]
        used = float(row.spend @ self.points[:, 0])
        concerned = row.spend != 0
        if row.measures is not None:
            used += float((row.measures * self.values[:, :, 0]).sum())
            concerned = concerned | (row.measures != 0).any(axis=0)
        for line in np.flatnonzero(concerned):
            spend, measures = float(row.spend[line]), None if row.measures is None else row.measures[:, line]
            for size, gain, variable in self.columns[line]:
                terms.append((variable, spend * size + (0.0 if measures is None else float(measures @ gain))))
        left = pulp.LpAffineExpression(terms)
        constraint = left == row.limit - used if row.equal else left <= row.limit - used
        self.problem += constraint
        return constraint

    def read(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Spend per line, extras, and the measures that the chords promise."""
        spend, measures = self.points[:, 0].copy(), self.values[:, :, 0].copy()
        for line, columns in enumerate(self.columns):
            for size, gain, variable in columns:
                amount = variable.value()
                if amount:
                    spend[line] += size * amount
                    measures[:, line] += gain * amount
        extras = np.array([variable.value() for variable in self.extras], dtype=float)
        return np.clip(spend, self.program.low, self.program.high), extras, measures
