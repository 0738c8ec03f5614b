"""What the linear program is about: curves, bounds and rows, and what no plan can exceed.

    maximise    Σ_cm weight_mc F_mc(s_c) + Σ_v worth_v e_v
    subject to  Σ_c spend_ic s_c + Σ_mc measure_imc F_mc(s_c) + Σ_v extra_iv e_v  ≤ (or =)  limit_i
                low_c ≤ s_c ≤ high_c,   low_v ≤ e_v ≤ high_v

Everything is counted in units of the budget and of the plan's response, so that numbers are near one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimizer.curves import FloatArray
from optimizer.piecewise import BoolArray, Curves, IntArray


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

    @cached_property
    def tied(self) -> tuple[IntArray, IntArray]:
        """The places of each row and each line that it depends on, rising by row and line."""
        lines = [
            row.spend != 0 if row.measures is None else (row.spend != 0) | row.measures.any(axis=0)
            for row in self.rows
        ]
        row, line = np.nonzero(np.array(lines))
        return row, line

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
