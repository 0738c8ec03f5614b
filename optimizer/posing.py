"""A problem posed as a program whose numbers are near one, and the way back to the problem's units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.piecewise import AllOrNothing, Curve, Curves, Polyline
from optimizer.problem import RESPONSE, AllocationProblem
from optimizer.program import Extras, Program, Row, lagrangian
from optimizer.refinement import water_levels
from optimizer.rules import RESERVE, UNALLOCATED, USED, Rule, rules_of

IDLE = 1e-7  # worth of idle money against the best average return: money that brings less is not spent


@dataclass(frozen=True, eq=False)
class Draft:
    """A program in the problem's own units: one curve per line and measure, the objective first.

    `low`, `high` (lines,) and the extras are in currency units; the first rows are the budgets.
    """

    measures: tuple[str, ...]
    lines: Sequence[Sequence[Curve]]
    low: FloatArray
    high: FloatArray
    extras: Extras
    rules: tuple[Rule, ...]


@dataclass(frozen=True, eq=False)
class Posed:
    """A program with the units it counts in, and a first guess of its rows' prices.

    `spend_unit` is in currency units, `units` (measures,) in units of each measure. `rules` are
    the program's rows in the problem's units, before each was divided by its `norms`.
    """

    program: Program
    guess: FloatArray
    spend_unit: float
    units: FloatArray
    rules: tuple[Rule, ...]
    norms: FloatArray

    def prices(self, prices: FloatArray) -> FloatArray:
        """The rows' prices in objective per unit of each rule's limit."""
        return np.asarray(prices * self.units[0] / self.norms)


def pose(problem: AllocationProblem) -> Posed:
    """The program of one month."""
    return assemble(draft(problem), problem.budget / problem.minor_units)


def draft(problem: AllocationProblem) -> Draft:
    """One month's lines, bounds, extras and rules in the problem's own units."""
    rules = tuple(rules_of(problem))
    names = (RESPONSE, *sorted({name for rule in rules for name in rule.measures} - {RESPONSE}))
    lines = [measured(problem, place, names) for place in range(len(problem.channels))]
    low, high = (
        np.array(side, dtype=float) / problem.minor_units for side in zip(*problem.bounds, strict=True)
    )
    return Draft(names, lines, low, high, extras_of(problem), rules)


def assemble(draft: Draft, spend_unit: float, budgets: int = 1) -> Posed:
    """The program of a draft, counted in its budget and in what a first guess of a plan brings.

    The first `budgets` rules are those that money is handed out by.
    """
    weights = np.zeros((len(draft.measures), len(draft.low)))
    weights[0] = 1.0
    low, high = draft.low / spend_unit, draft.high / spend_unit
    extras = Extras(
        draft.extras.worth * spend_unit, draft.extras.low / spend_unit, draft.extras.high / spend_unit
    )
    raw_units = np.ones(len(weights))
    rows = tuple(row_of(rule, draft.measures, spend_unit, raw_units)[0] for rule in draft.rules)
    raw = Program(Curves.of(draft.lines).scaled(spend_unit, raw_units), weights, low, high, extras, rows)
    guess = water_levels(raw, budgets)
    units = sizes_of(raw, guess)
    normed = [row_of(rule, draft.measures, spend_unit, units) for rule in draft.rules]
    program = replace(
        raw,
        curves=raw.curves.scaled(1.0, units),
        extras=replace(extras, worth=extras.worth / units[0]),
        rows=tuple(row for row, _ in normed),
    )
    norms = np.array([norm for _, norm in normed])
    return Posed(program, guess / units[0], spend_unit, units, draft.rules, norms)


def measured(problem: AllocationProblem, place: int, names: Sequence[str]) -> list[Curve]:
    """One channel's curve of each measure."""
    terms = problem.channels[place]
    least = problem.least_if_used[place] / problem.minor_units
    one = np.array([0.0, least or problem.step / problem.minor_units])
    used = Polyline(one, np.array([0.0, 1.0]))
    curves = [used if name == USED else terms.measure(name) for name in names]
    return [AllOrNothing(c, least) if least and isinstance(c, ResponseCurve) else c for c in curves]


def extras_of(problem: AllocationProblem) -> Extras:
    """The reserve and the idle money: what a currency unit of each is worth, and their bounds."""
    returns = [float(terms.curve.response[-1] / terms.curve.spend[-1]) for terms in problem.channels]
    worth, low, high = np.zeros(2), np.zeros(2), np.full(2, problem.budget / problem.minor_units)
    worth[RESERVE], worth[UNALLOCATED] = problem.reserve.worth, max(problem.idle_value, IDLE * max(returns))
    low[RESERVE], high[RESERVE] = (amount / problem.minor_units for amount in problem.reserve_bounds)
    return Extras(worth, low, high)


def row_of(rule: Rule, names: Sequence[str], spend_unit: float, units: FloatArray) -> tuple[Row, float]:
    """The rule with money and measures in their units, divided by its largest number, and that number."""
    parts = [rule.spend * spend_unit, rule.extras * spend_unit]
    if rule.measures:
        about = [rule.measures.get(name, 0 * rule.spend) for name in names]
        parts.append(np.array(about) * units[:, None])
    norm = max(float(np.abs(part).max()) for part in parts) or 1.0
    spend, extras, *measures = (part / norm for part in parts)
    return Row(spend, extras, rule.limit / norm, measures[0] if measures else None, rule.equal), norm


def sizes_of(program: Program, guess: FloatArray) -> FloatArray:
    """What the first guess of a plan brings of each measure, and is worth in all: their units."""
    price, _, toll = lagrangian(program, guess)
    spend = program.curves.best(program.weights, price, program.low, program.high)
    sizes = program.curves.at(spend[:, None])[..., 0].sum(axis=1)
    extras = program.extras
    sizes[0] += extras.worth @ np.where(extras.worth > toll, extras.high, extras.low)
    return np.asarray(np.where(sizes > 0, sizes, 1.0))
