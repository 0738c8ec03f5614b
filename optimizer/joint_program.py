"""Several months posed as one program whose numbers are near one, with a first guess of its prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.answer import BINDING
from optimizer.curves import FloatArray
from optimizer.horizon import Horizon
from optimizer.horizon_proof import spend_of
from optimizer.joint import TIE, Dated, Joint
from optimizer.piecewise import Curve, Curves
from optimizer.posing import extras_of, measured, row_of, sizes_of
from optimizer.problem import RESPONSE
from optimizer.program import Extras, Program, Row
from optimizer.refinement import Refined, water_levels
from optimizer.rounding import Amounts
from optimizer.rules import RESERVE, UNALLOCATED


@dataclass(frozen=True, eq=False)
class JointlyPosed:
    """The program of all months, its rules before they were scaled, and the units it counts in.

    `least` (lines,) is what a line gets at least if anything, in the program's units; `spend_unit`
    is in currency units, `units` (measures,) in units of each measure, `norms` (rows,) what each
    row was divided by.
    """

    joint: Joint
    dated: tuple[Dated, ...]
    program: Program
    guess: FloatArray
    least: FloatArray
    spend_unit: float
    units: FloatArray
    norms: FloatArray

    @property
    def directions(self) -> FloatArray:
        """How each month's price of money moves by itself, (months, rows), with what ties its spends."""
        rows, months = self.program.rows, self.joint.size[0]
        moves = np.eye(months, len(rows))
        ties = [i for i, dated in enumerate(self.dated) if dated.rule.kind == TIE]
        for m in range(months):
            for j, place in enumerate(self.joint.carried):
                tie, spent = ties[m * len(self.joint.carried) + j], self.joint.spent(m, place)
                moves[m, tie] = -rows[m].extras[spent] / rows[tie].extras[spent]
        return moves

    def price(self, refined: Refined, month: int) -> float:
        """What one more currency unit of a month's budget would bring."""
        return float(refined.prices[month] * self.units[0] / self.norms[month])

    def binding_groups(self, refined: Refined, month: int) -> set[str]:
        """The groups whose limits hold money back in a month."""
        least = BINDING * abs(float(refined.prices[0]))
        pairs = zip(self.dated, refined.prices, strict=True)
        return {d.rule.whose for d, y in pairs if d.month == month and d.rule.of == "group" and y > least}

    def phase_prices(self, refined: Refined) -> dict[str, float]:
        """What one more unit of room at each phase's limits would bring, by its name."""
        found: dict[str, float] = {}
        for i, dated in enumerate(self.dated):
            if dated.rule.of == "phase":
                price = float(refined.prices[i] * self.units[0] / self.norms[i])
                found[dated.rule.whose] = found.get(dated.rule.whose, 0.0) + price
        return found

    def excess(self, months: Sequence[Amounts]) -> FloatArray:
        """By how much rounded plans break each row on the true curves, (rows,)."""
        horizon = self.joint.horizon
        others = np.array(
            [
                (amounts.reserve, amounts.unallocated, amounts.total - month.budget)
                for amounts, month in zip(months, horizon.months, strict=True)
            ]
        )
        columns = self.joint.columns_of(spend_of(horizon, months), others / horizon.minor_units)
        lines, amounts = (each / self.spend_unit for each in columns)
        measures = self.program.curves.at(lines[:, None])[..., 0]
        over = [_over(row, lines, amounts, measures) for row in self.program.rows]
        return np.asarray(np.maximum(np.array(over), 0.0))


def _over(row: Row, lines: FloatArray, amounts: FloatArray, measures: FloatArray) -> float:
    if row.equal:
        return 0.0
    brought = 0.0 if row.measures is None else float((row.measures * measures).sum())
    return float(row.spend @ lines + row.extras @ amounts) + brought - row.limit


def pose_jointly(horizon: Horizon) -> JointlyPosed:
    """The program of all months, counted in a month's budget and in what a first guess brings in all."""
    joint = Joint(horizon)
    dated = tuple(joint.rules())
    names = (RESPONSE, *sorted({name for d in dated for name in d.rule.measures} - {RESPONSE}))
    unit = sum(month.budget for month in horizon.months) / len(horizon.months) / horizon.minor_units
    weights = np.zeros((len(names), joint.lines))
    weights[0] = np.append(np.ones(joint.size[0] * joint.size[1]), joint.carry[joint.carried])
    (low, extras_low), (high, extras_high) = _bounds(joint)
    raw_units = np.ones(len(names))
    extras = Extras(_worth(joint) * unit, extras_low / unit, extras_high / unit)
    rules = [d.rule for d in dated]
    scaled = [row_of(rule, names, unit, raw_units) for rule in rules]
    rows = tuple(row for row, _ in scaled)
    curves = Curves.of(_curves(joint, names)).scaled(unit, raw_units)
    raw = Program(curves, weights, low / unit, high / unit, extras, rows)
    guess = _guess(joint, raw, dated)
    units = sizes_of(raw, guess)
    again = [row_of(r, names, unit, units) if r.measures else s for r, s in zip(rules, scaled, strict=True)]
    program = replace(
        raw,
        curves=raw.curves.scaled(1.0, units),
        extras=replace(extras, worth=extras.worth / units[0]),
        rows=tuple(row for row, _ in again),
    )
    norms = np.array([norm for _, norm in again])
    return JointlyPosed(joint, dated, program, guess / units[0], _least(joint) / unit, unit, units, norms)


def _curves(joint: Joint, names: Sequence[str]) -> list[list[Curve]]:
    """Each line's curve of each measure; the month after the last has the last one's."""
    months, channels = joint.horizon.months, range(joint.size[1])
    lines = [measured(month, place, names) for month in months for place in channels]
    return lines + [measured(months[-1], place, names) for place in joint.carried]


def _bounds(joint: Joint) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Least and most of every line and of every amount, in currency."""
    horizon, minor = joint.horizon, joint.horizon.minor_units
    bounds = np.array([month.bounds for month in horizon.unchained], dtype=float)
    low, high = np.moveaxis(bounds / minor, 2, 0)
    room = np.array([horizon.room_to_move(m) for m in range(joint.size[0])], dtype=float)
    budget = np.array([month.budget for month in horizon.months])
    held = np.array([month.reserve_bounds for month in horizon.months], dtype=float)
    held[room > 0] = np.stack([0 * room, budget + room], axis=1)[room > 0]
    most = np.stack([held[:, 1], budget + room, room], axis=1) / minor
    least = np.stack([held[:, 0], 0 * room, -room], axis=1) / minor
    high = np.minimum(high + (room / minor)[:, None] * (high >= (budget / minor)[:, None]), np.inf)
    return joint.columns_of(low, least), joint.columns_of(high, most)


def _worth(joint: Joint) -> FloatArray:
    """What a currency unit of each amount is worth, (amounts,)."""
    worth = np.zeros(joint.amounts)
    for m, month in enumerate(joint.horizon.months):
        each = extras_of(month).worth
        worth[joint.reserve(m)], worth[joint.idle(m)] = each[RESERVE], each[UNALLOCATED]
    return worth


def _least(joint: Joint) -> FloatArray:
    """What each line gets at least if anything, in currency, (lines,)."""
    least = np.array([month.least_if_used for month in joint.horizon.months], dtype=float)
    return np.append(least.ravel() / joint.horizon.minor_units, np.zeros(len(joint.carried)))


def _guess(joint: Joint, program: Program, dated: tuple[Dated, ...]) -> FloatArray:
    """Prices (rows,) as if every month stood alone: its water level, also on what works in it."""
    months, channels = joint.size
    alone = []
    for m, row in enumerate(program.rows[:months]):
        spend, amounts = np.zeros(joint.lines), np.zeros(joint.amounts)
        spend[m * channels : (m + 1) * channels] = 1.0
        amounts[[joint.reserve(m), joint.idle(m)]] = 1.0
        alone.append(replace(row, spend=spend, extras=amounts))
    level = water_levels(replace(program, rows=tuple(alone)), months)
    guess = np.append(level, np.zeros(len(dated) - months))
    ties = [i for i, d in enumerate(dated) if d.rule.kind == TIE]
    after = level[-1] * joint.carry[joint.carried]
    guess[ties] = np.append(np.repeat(level, len(joint.carried)), after)
    return guess
