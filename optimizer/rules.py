"""The rules of a plan as rows of a linear program.

Lines are the channels in the problem's order, then the reserve, then what stays unallocated.
Spend is counted in budgets (1 is the whole budget), response in the plan's own size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.linear_program import Program, Row
from optimizer.piecewise import Curves
from optimizer.problem import AllocationProblem
from optimizer.refinement import water_level

RESERVE, UNALLOCATED = -2, -1
IDLE = 1e-7  # worth of unallocated money against the best average return: money that brings less stays idle


@dataclass(frozen=True, eq=False)
class Posed:
    """A problem posed as a program, with the way back to the problem's units.

    `spend_unit` is in currency units, `response_unit` in units of the objective; `level` is a
    first guess of the budget's price. `group_rows` names the group of each row after the budget.
    """

    program: Program
    level: float
    spend_unit: float
    response_unit: float
    group_rows: tuple[str, ...]

    @property
    def price_unit(self) -> float:
        """Objective per currency unit that a price of one stands for."""
        return self.response_unit / self.spend_unit


def pose(problem: AllocationProblem) -> Posed:
    """The program of a problem, scaled so that its numbers are near one."""
    budget = problem.budget / problem.minor_units
    curves = Curves.of([[curve] for curve in _line_curves(problem, budget)])
    limits = [*problem.bounds, problem.reserve_bounds, (0, problem.budget)]
    low, high = (np.array(side, dtype=float) / problem.budget for side in zip(*limits, strict=True))
    groups = list(_group_rows(problem))
    rows = (Row(np.ones(len(low)), 1.0, equal=True), *(row for _, row in groups))
    raw = Program(curves.scaled(budget, 1.0), low, high, rows)
    level = water_level(raw)
    unit = _size(raw, level)
    program = replace(raw, curves=raw.curves.scaled(1.0, unit))
    return Posed(program, level / unit, budget, unit, tuple(name for name, _ in groups))


def _line_curves(problem: AllocationProblem, budget: float) -> list[ResponseCurve]:
    """Each line's curve: the channels', the reserve's constant worth, the idle money's next to none."""
    returns = [float(t.curve.response[-1] / t.curve.spend[-1]) for t in problem.channels]
    channels = [terms.curve for terms in problem.channels]
    return [*channels, _constant(problem.reserve.worth, budget), _constant(IDLE * max(returns), budget)]


def _constant(worth: float, budget: float) -> ResponseCurve:
    """The curve of money that is worth the same per unit, up to the whole budget."""
    return ResponseCurve(np.array([0.0, budget]), np.array([0.0, worth * budget]), np.array([worth, worth]))


def _size(program: Program, level: float) -> float:
    """What the first guess of a plan responds: the unit of response."""
    price = np.full(len(program.low), level)
    spend = program.curves.best(program.objective, price, program.low, program.high)
    return float(program.curves.at(spend[:, None]).sum()) or 1.0


def _group_rows(problem: AllocationProblem) -> Iterator[tuple[str, Row]]:
    """Each group's limits, with the group's name; shares are of what all channels spend."""
    channels = np.zeros(len(problem.channels) + 2)
    channels[: len(problem.channels)] = 1.0
    for group, members in zip(problem.groups, problem.members, strict=True):
        inside: FloatArray = np.zeros_like(channels)
        inside[list(members)] = 1.0
        if group.max_share is not None:
            yield group.name, Row(inside - group.max_share * channels, 0.0)
        if group.min_share is not None:
            yield group.name, Row(group.min_share * channels - inside, 0.0)
        if group.max_spend is not None:
            yield group.name, Row(inside, group.max_spend / problem.budget)
        if group.min_spend is not None:
            yield group.name, Row(-inside, -group.min_spend / problem.budget)
