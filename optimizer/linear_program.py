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

import time
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version

import numpy as np
import pulp

from optimizer.curves import FloatArray
from optimizer.errors import SolverTimeoutError
from optimizer.piecewise import BoolArray, Curves

NARROW = 1e-10  # segments narrower than this share of the budget are no segments
SECONDS = 20.0  # for one program, asked in one way; the largest take a tenth of it
BROKEN = 1e-5  # an answer that breaks its own rows by more is none
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
    is what the objective gains when the row's limit is relaxed by one. `mixed` (lines, points) marks the
    points, but for the first, that a line which is a mean of its points is a mean of.
    """

    spend: FloatArray
    extras: FloatArray
    measures: FloatArray
    promise: float
    prices: FloatArray
    seconds: float
    mixed: BoolArray


@cache
def solver_name() -> str:
    """The solver and its version, as a certificate names it."""
    return f"HiGHS {version('highspy')}"


def solve(program: Program, points: FloatArray) -> Solution | None:
    """The best plan over chords between `points` (lines, points), rising along each line.

    None when the rows allow no plan; raises `SolverTimeoutError` when HiGHS proves neither, fails, or
    answers with what breaks the rows.
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
    if not _keeps_rows(program, spend, extras, measures):
        raise SolverTimeoutError(float(problem.solutionTime))
    prices = np.maximum(prices, bound)
    return Solution(spend, extras, measures, promise, prices, problem.solutionTime, model.mixed())


def _keeps_rows(program: Program, spend: FloatArray, extras: FloatArray, measures: FloatArray) -> bool:
    """Whether an answer is one: its rows hold on the chords."""
    for row in program.rows:
        brought = 0.0 if row.measures is None else float((row.measures * measures).sum())
        over = float(row.spend @ spend + row.extras @ extras) + brought - row.limit
        if not (abs(over) if row.equal else over) <= BROKEN * max(1.0, abs(row.limit)):
            return False
    return True


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
    """Solve to a proven optimum, or to proof that there is no plan; each way out is tried in turn.

    Raises `SolverTimeoutError` when none of them proves anything in time, or the solver fails in all.
    """
    failure: Exception | None = None
    began = time.monotonic()
    for options in WAYS:
        try:
            problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=SECONDS, **options))
        except (pulp.PulpError, RuntimeError) as error:
            failure = error
            continue
        if problem.status == pulp.LpStatusInfeasible:
            return
        if problem.status == pulp.LpStatusOptimal and problem.sol_status == pulp.LpSolutionOptimal:
            return
    raise SolverTimeoutError(time.monotonic() - began) from failure


class _Model:
    """The PuLP problem and the way back from its variables to spend.

    Columns are the stretches between points: `line` (columns,) is the line of each, `size` and `gain`
    (measures, columns) the spend and the measures that a unit of it stands for.
    """

    def __init__(self, program: Program, points: FloatArray) -> None:
        self.program, self.points = program, points
        self.values = program.curves.at(points)
        self.problem = pulp.LpProblem("plan", pulp.LpMaximize)
        self.count = 0
        self.extras = self._variables(program.extras.low, program.extras.high)
        self.columns = self._add_columns()
        self._add_means()
        self._set_objective()
        self.constraints = [self._add_row(row) for row in program.rows]

    def _variables(self, low: FloatArray, high: FloatArray) -> list[pulp.LpVariable]:
        """One variable per pair of bounds, named by its place."""
        first, self.count = self.count, self.count + len(low)
        bounds = zip(low.tolist(), high.tolist(), strict=True)
        return [self.problem.add_variable(f"v{first + i}", *each) for i, each in enumerate(bounds)]

    def _add_columns(self) -> list[pulp.LpVariable]:
        """A bounded variable per segment; where segments do not fill in order, a weight per point.

        Weights of a line add up to at most one; what is missing lies on the first point.
        """
        widths, gains = np.diff(self.points), np.diff(self.values)
        kept = widths > NARROW
        ordered = np.broadcast_to(self.program.as_segments[:, None], kept.shape)[kept]
        self.line, self.segment = np.nonzero(kept)
        width, whole = widths[kept], (self.points[:, 1:] - self.points[:, :1])[kept]
        whole_gain = (self.values[..., 1:] - self.values[..., :1])[:, kept]
        self.size = np.where(ordered, 1.0, whole)
        self.gain = np.where(ordered, gains[:, kept] / width, whole_gain)
        return self._variables(0 * width, np.where(ordered, width, 1.0))

    def _add_means(self) -> None:
        for line in np.flatnonzero(~self.program.as_segments):
            weights = [self.columns[i] for i in np.flatnonzero(self.line == line)]
            if weights:
                self.problem += pulp.LpAffineExpression([(weight, 1.0) for weight in weights]) <= 1

    def _set_objective(self) -> None:
        worth = (self.program.weights[:, self.line] * self.gain).sum(axis=0)
        terms = [*zip(self.extras, self.program.extras.worth.tolist(), strict=True)]
        terms += zip(self.columns, worth.tolist(), strict=True)
        self.problem.setObjective(pulp.LpAffineExpression(terms))

    def _add_row(self, row: Row) -> pulp.LpConstraint:
        """One rule, less what the first points already use."""
        used, each = float(row.spend @ self.points[:, 0]), row.spend[self.line] * self.size
        if row.measures is not None:
            used += float((row.measures * self.values[:, :, 0]).sum())
            each = each + (row.measures[:, self.line] * self.gain).sum(axis=0)
        terms = [(self.extras[i], float(row.extras[i])) for i in np.flatnonzero(row.extras)]
        terms += [(self.columns[i], float(each[i])) for i in np.flatnonzero(each)]
        left = pulp.LpAffineExpression(terms)
        constraint = left == row.limit - used if row.equal else left <= row.limit - used
        self.problem += constraint
        return constraint

    def read(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Spend per line, extras, and the measures that the chords promise."""
        amount = np.array([variable.value() or 0.0 for variable in self.columns])
        lines = len(self.points)
        spend = self.points[:, 0] + np.bincount(self.line, self.size * amount, lines)
        gained = [np.bincount(self.line, gain * amount, lines) for gain in self.gain]
        extras = np.array([variable.value() for variable in self.extras], dtype=float)
        spend = np.clip(spend, self.program.low, self.program.high)
        return spend, extras, self.values[:, :, 0] + np.array(gained)

    def mixed(self) -> BoolArray:
        """The points that lines which are means of their points are means of, (lines, points)."""
        amount = np.array([variable.value() or 0.0 for variable in self.columns])
        found = np.zeros(self.points.shape, bool)
        leaning = (amount > NARROW) & ~self.program.as_segments[self.line]
        found[self.line[leaning], self.segment[leaning] + 1] = True
        return found
