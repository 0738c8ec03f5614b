"""The linear program: build it with PuLP, solve it with HiGHS, read it back. The only PuLP room.

Each line's spend is given as points on its curves. Between points the program follows chords,
so what it promises a concave curve keeps. A concave line becomes one bounded variable per
segment; any other line becomes a weighted mean of its points. Variables are named by their
place, never by a channel.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import numpy as np
import pulp

from optimizer.curves import FloatArray
from optimizer.errors import SolverTimeoutError
from optimizer.piecewise import BoolArray, IntArray
from optimizer.program import Program, Row

NARROW = 1e-10  # segments narrower than this share of the budget are no segments
SECONDS = 20.0  # for one program, asked in one way; the largest take a tenth of it
BROKEN = 1e-5  # an answer that breaks its own rows by more is none
WAYS: tuple[dict[str, object], ...] = (
    {"presolve": "off", "dual_feasibility_tolerance": 1e-9},  # presolve costs more than these programs take
    {"presolve": "off"},  # the finer tolerance is out of reach once in some ten thousand programs
    {"presolve": "on"},
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
        self.constraints = self._add_rows()

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

    def _add_rows(self) -> list[pulp.LpConstraint]:
        """Every rule, less what the first points already use."""
        rows, variables = self.program.rows, [*self.extras, *self.columns]
        row, place, amount = self._entries()
        terms = [(variables[v], each) for v, each in zip(place.tolist(), amount.tolist(), strict=True)]
        ends = np.searchsorted(row, np.arange(len(rows) + 1)).tolist()
        constraints = []
        for i, rule in enumerate(rows):
            left = pulp.LpAffineExpression(terms[ends[i] : ends[i + 1]])
            limit = rule.limit - self._used(rule)
            constraints.append(left == limit if rule.equal else left <= limit)
            self.problem += constraints[-1]
        return constraints

    def _used(self, row: Row) -> float:
        """What the first points use of a row."""
        brought = 0.0 if row.measures is None else float((row.measures * self.values[:, :, 0]).sum())
        return float(row.spend @ self.points[:, 0]) + brought

    def _entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Row, variable (extras before columns) and what a unit of it takes there, rising by row."""
        row, column, taken = self._column_entries()
        extras = np.array([rule.extras for rule in self.program.rows])
        of, extra = np.nonzero(extras)
        rows = np.concatenate([of, row])
        order = np.argsort(rows, kind="stable")
        places = np.concatenate([extra, column + len(self.extras)])
        return rows[order], places[order], np.concatenate([extras[of, extra], taken])[order]

    def _column_entries(self) -> tuple[IntArray, IntArray, FloatArray]:
        """The same of columns alone: those of every line that a row depends on."""
        rows, (row, line) = self.program.rows, self.program.tied
        count = np.bincount(self.line, minlength=len(self.points))
        ends, width = np.cumsum(count), count[line]
        column = np.arange(width.sum()) + np.repeat(ends[line] - np.cumsum(width), width)
        row = np.repeat(row, width)
        spend = np.array([rule.spend for rule in rows])
        taken = spend[row, self.line[column]] * self.size[column]
        bounds = np.searchsorted(row, np.arange(len(rows) + 1))
        for rule, first, end in zip(rows, bounds, bounds[1:], strict=False):
            if rule.measures is not None:
                own = column[first:end]
                taken[first:end] += (rule.measures[:, self.line[own]] * self.gain[:, own]).sum(axis=0)
        return row, column, taken

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
