"""The linear program: build it with PuLP, solve it with HiGHS, read it back. The only PuLP room.

    maximise    Σ_c F_c0(s_c)
    subject to  Σ_c (spend_ic · s_c + Σ_m measure_imc · F_cm(s_c))  ≤ (or =)  limit_i
                low_c ≤ s_c ≤ high_c

Each line's spend is given as points on its curves. Between points the program follows chords,
so what it promises a concave curve keeps. A concave line becomes one bounded variable per
segment; any other line becomes a weighted mean of its points.

Everything is counted in units of the budget and of the plan's response, so that numbers are
near one; variables are named by their place, never by a channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version

import numpy as np
import pulp

from optimizer.curves import FloatArray
from optimizer.piecewise import BoolArray, Curves

NARROW = 1e-10  # segments narrower than this share of the budget are no segments
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Row:
    """One rule: Σ_c spend_c · s_c + Σ_mc measures_mc · F_mc(s_c) ≤ limit, or = limit.

    `spend` has shape (lines,); `measures` (measures, lines), None when the rule is on spend alone.
    """

    spend: FloatArray
    limit: float
    measures: FloatArray | None = None
    equal: bool = False


@dataclass(frozen=True, eq=False)
class Program:
    """Lines with their curves and bounds, and the rows that tie them together."""

    curves: Curves
    low: FloatArray
    high: FloatArray
    rows: tuple[Row, ...]

    @cached_property
    def objective(self) -> FloatArray:
        """What each measure counts in the objective, (measures, lines): the first counts one."""
        weights = np.zeros((self.curves.value.shape[0], len(self.low)))
        weights[0] = 1.0
        return weights

    @cached_property
    def as_segments(self) -> BoolArray:
        """Lines whose segments fill in order by themselves, shape (lines,).

        So it is when every curve bends down and no row has a response where more of it is worse.
        """
        shunned = [(row.measures > 0).any(axis=0) for row in self.rows if row.measures is not None]
        return np.asarray(self.curves.concave & ~np.any([~np.isfinite(self.low), *shunned], axis=0))


@dataclass(frozen=True, eq=False)
class Solution:
    """What the program answered: spend (lines,), its promise, and the price of each row (rows,).

    A price is what the objective gains when the row's limit is relaxed by one.
    """

    spend: FloatArray
    promise: float
    prices: FloatArray
    seconds: float


@cache
def solver_name() -> str:
    """The solver and its version, as a certificate names it."""
    return f"HiGHS {version('highspy')}"


def solve(program: Program, points: FloatArray) -> Solution | None:
    """The best plan over chords between `points` (lines, points), rising along each line.

    None when the rows allow no plan. Anything but a proven optimum raises `RuntimeError`.
    """
    model = _Model(program, points)
    problem = model.problem
    problem.solve(pulp.HiGHS(msg=False, threads=1, presolve="off", dual_feasibility_tolerance=TOLERANCE))
    if problem.status == pulp.LpStatusInfeasible:
        return None
    if problem.status != pulp.LpStatusOptimal or problem.sol_status != pulp.LpSolutionOptimal:
        raise RuntimeError(f"HiGHS proved nothing: {problem.status}, {problem.sol_status}")
    duals = np.array([constraint.pi for constraint in model.constraints], dtype=float)
    return Solution(model.spend(), model.promise(), _oriented(program, duals), problem.solutionTime)


def ceiling(program: Program, prices: FloatArray) -> float:
    """What no plan can exceed, whatever the prices: the Lagrangian bound on the true curves.

    L(y) = Σ_i y_i limit_i + Σ_c max_s [F_c0(s) - Σ_i y_i (spend_ic s + Σ_m measure_imc F_cm(s))]
    """
    price, weights = lagrangian(program, prices)
    spend = program.curves.best(weights, price, program.low, program.high)
    gain = (weights * program.curves.at(spend[:, None])[..., 0]).sum() - price @ spend
    return float(prices @ [row.limit for row in program.rows] + gain)


def lagrangian(program: Program, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Price of a unit of spend (lines,) and worth of each measure (measures, lines), at these prices."""
    price = sum(
        (y * row.spend for y, row in zip(prices, program.rows, strict=True)), np.zeros(len(program.low))
    )
    weights = program.objective
    for y, row in zip(prices, program.rows, strict=True):
        if row.measures is not None:
            weights = weights - y * row.measures
    return np.asarray(price), weights


def _oriented(program: Program, duals: FloatArray) -> FloatArray:
    """Duals as prices: PuLP's sign differs by version, the true prices give the lower ceiling."""
    bound = np.array([0.0 if not row.equal else -np.inf for row in program.rows])
    candidates = [np.maximum(sign * duals, bound) for sign in (1.0, -1.0)]
    return min(candidates, key=lambda prices: ceiling(program, prices))


class _Model:
    """The PuLP problem and the way back from its variables to spend."""

    def __init__(self, program: Program, points: FloatArray) -> None:
        self.program, self.points = program, points
        self.values = program.curves.at(points)
        self.problem = pulp.LpProblem("plan", pulp.LpMaximize)
        self.columns: list[tuple[int, float, FloatArray, pulp.LpVariable]] = []
        self.weight_rows: list[list[tuple[pulp.LpVariable, float]]] = []
        for line in range(len(points)):
            if program.as_segments[line]:
                self._add_segments(line)
            else:
                self._add_weights(line)
        self.problem.setObjective(pulp.LpAffineExpression([(v, g[0]) for _, _, g, v in self.columns]))
        self.constraints = [self._add_row(row) for row in program.rows]
        for terms in self.weight_rows:
            self.problem += pulp.LpAffineExpression(terms) == 1

    def _add_segments(self, line: int) -> None:
        """A bounded variable per segment; the spend at the first point is given."""
        width = np.diff(self.points[line])
        for k in np.flatnonzero(width > NARROW):
            gain = (self.values[:, line, k + 1] - self.values[:, line, k]) / width[k]
            self.columns.append((line, 1.0, gain, self._variable(width[k])))

    def _add_weights(self, line: int) -> None:
        """A weight per point; the weights of a line add up to one."""
        first, terms = self.points[line, 0], []
        kept = np.append(True, np.diff(self.points[line]) > NARROW)
        for k in np.flatnonzero(kept):
            gain = self.values[:, line, k] - self.values[:, line, 0]
            variable = self._variable(1.0)
            terms.append((variable, 1.0))
            self.columns.append((line, self.points[line, k] - first, gain, variable))
        self.weight_rows.append(terms)

    def _variable(self, top: float) -> pulp.LpVariable:
        return self.problem.add_variable(f"v{len(self.columns)}", 0, float(top))

    def _add_row(self, row: Row) -> pulp.LpConstraint:
        """One rule, less what the first points already use."""
        used = float(row.spend @ self.points[:, 0])
        terms = []
        for line, spend, gain, variable in self.columns:
            factor = row.spend[line] * spend
            if row.measures is not None:
                factor += row.measures[:, line] @ gain
            terms.append((variable, float(factor)))
        if row.measures is not None:
            used += float((row.measures * self.values[:, :, 0]).sum())
        left = pulp.LpAffineExpression(terms)
        constraint = left == row.limit - used if row.equal else left <= row.limit - used
        self.problem += constraint
        return constraint

    def spend(self) -> FloatArray:
        """Spend per line at the solution."""
        spend = self.points[:, 0].copy()
        for line, size, _, variable in self.columns:
            spend[line] += size * variable.value()
        return np.clip(spend, self.program.low, self.program.high)

    def promise(self) -> float:
        """What the chords promise at the solution."""
        given = float(self.values[0, :, 0].sum())
        return given + sum(float(gain[0] * variable.value()) for _, _, gain, variable in self.columns)
