"""To the cent, or to the step: integers that add up to the budget and keep every bound.

Largest remainder within bounds: everyone is rounded down to the step, what is left goes, one
step each, to those who lost most. What is too small for a step goes to the reserve, or stays
unallocated; the reserve is filled before money that is worth no more stays idle. Then single
steps are moved between channels until every group keeps its limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from optimizer.curves import FloatArray
from optimizer.problem import AllocationProblem, Group, exact

Ranges = list[tuple[int, int]]


@dataclass(frozen=True)
class Amounts:
    """Minor units per channel, held back, and left unallocated."""

    spend: tuple[int, ...]
    reserve: int
    unallocated: int

    @property
    def total(self) -> int:
        """What they add up to."""
        return sum(self.spend) + self.reserve + self.unallocated


def round_plan(problem: AllocationProblem, spend: FloatArray, reserve: float) -> Amounts:
    """Whole amounts near `spend` (channels,) and `reserve`, both in minor units."""
    each = zip(spend, problem.bounds, problem.least_if_used, strict=True)
    ranges = [_range(float(s), bounds, least) for s, bounds, least in each]
    amounts = [_down(s, low, high, problem.step) for s, (low, high) in zip(spend, ranges, strict=True)]
    least, most = problem.reserve_bounds
    held = min(max(round(reserve), least), most)
    unallocated = max(0, problem.budget - held - round(float(spend.sum())))
    if 0 < problem.idle_value <= problem.reserve.worth:
        held, unallocated = _shift(held, unallocated, least, most)
    left = _hand_out(problem.step, ranges, spend, amounts, problem.budget - held - unallocated - sum(amounts))
    held, left = _shift(held, left, least, most)
    unallocated, left = _shift(unallocated, left, 0, problem.budget)
    unallocated += _take_back(problem.step, ranges, spend, amounts, left)
    if problem.groups:
        held, unallocated = _Groups(problem, ranges, spend, amounts, held, unallocated).repaired()
    return Amounts(tuple(amounts), held, unallocated)


def _range(spend: float, bounds: tuple[int, int], least: int) -> tuple[int, int]:
    """The bounds within which a channel is rounded: one that is all or nothing stays what it is."""
    if not least:
        return bounds
    return (least, bounds[1]) if spend > least / 2 else (0, 0)


def _down(spend: float, low: int, high: int, step: int) -> int:
    """Rounded down to the step, within bounds; a hair below a step counts as the step."""
    on_step = int((spend + 1e-6 * step) // step) * step
    return min(max(on_step, low), high)


def _by_remainder(spend: FloatArray, amounts: list[int]) -> list[int]:
    """Places, those that lost most by rounding first."""
    lost = spend - np.array(amounts, dtype=float)
    return [int(place) for place in np.argsort(-lost, kind="stable")]


def _hand_out(step: int, ranges: Ranges, spend: FloatArray, amounts: list[int], left: int) -> int:
    """Give a step each to those who lost most; returns what is still left."""
    for place in _by_remainder(spend, amounts):
        if left < step:
            break
        if amounts[place] + step <= ranges[place][1]:
            amounts[place] += step
            left -= step
    return left


def _take_back(step: int, ranges: Ranges, spend: FloatArray, amounts: list[int], left: int) -> int:
    """While too much is given, take a step each from those who gained most; returns what is then left."""
    for place in reversed(_by_remainder(spend, amounts)):
        if left >= 0:
            break
        if amounts[place] - step >= ranges[place][0]:
            amounts[place] -= step
            left += step
    return left


def _shift(amount: int, left: int, least: int, most: int) -> tuple[int, int]:
    """Let an amount take what is left (or give what is missing) as far as its band allows."""
    moved = min(max(amount + left, least), most)
    return moved, left - (moved - amount)


@dataclass(eq=False)
class _Groups:
    """Moves single steps between channels, and to or from the money not spent, to mend groups.

    Channels in the same groups are alike here, so moves are tried between kinds of channels.
    """

    problem: AllocationProblem
    ranges: Ranges
    spend: FloatArray
    amounts: list[int]
    held: int
    unallocated: int

    @cached_property
    def _members(self) -> list[tuple[int, ...]]:
        return [self.problem.places(group.channels) for group in self.problem.groups]

    def repaired(self) -> tuple[int, int]:
        """Mend `amounts` in place; returns what is held back and unallocated afterwards."""
        broken = self._excess({}, 0)
        for _ in range(4 * len(self.amounts) + 16):
            if broken == 0:
                break
            move = min(self._moves(), key=lambda move: move[0], default=(broken, None, None))
            if move[0] >= broken:
                break
            broken = move[0]
            self._make(move[1], move[2])
        return self.held, self.unallocated

    def _moves(self) -> Iterator[tuple[Fraction, int | None, int | None]]:
        """Every kind of move: (excess that would remain, giver, taker); None is unspent money."""
        givers, takers = self._ends(giving=True), self._ends(giving=False)
        for giver_kind, giver in givers.items():
            for taker_kind, taker in takers.items():
                if giver_kind == taker_kind:
                    continue
                change = {**dict.fromkeys(taker_kind or (), 1)}
                for group in giver_kind or ():
                    change[group] = change.get(group, 0) - 1
                spent = (taker is not None) - (giver is not None)
                yield self._excess(change, spent), giver, taker

    def _ends(self, *, giving: bool) -> dict[tuple[int, ...] | None, int | None]:
        """For each kind of channel, who can best give (or take) a step; None for unspent money."""
        ends: dict[tuple[int, ...] | None, int | None] = {}
        sign = -1 if giving else 1
        order = _by_remainder(self.spend, self.amounts)
        for place in reversed(order) if giving else order:
            low, high = self.ranges[place]
            if low <= self.amounts[place] + sign * self.problem.step <= high:
                ends.setdefault(self._kind(place), place)
        if not giving or self.held + self.unallocated - self.problem.step >= self.problem.reserve_bounds[0]:
            ends[None] = None
        return ends

    def _kind(self, place: int) -> tuple[int, ...]:
        return tuple(g for g, members in enumerate(self._members) if place in members)

    def _excess(self, change: dict[int, int], spent: int) -> Fraction:
        """By how much groups' limits are broken together, after a change of steps inside them."""
        step = self.problem.step
        total = sum(self.amounts) + spent * step
        excess = Fraction(0)
        for g, (group, members) in enumerate(zip(self.problem.groups, self._members, strict=True)):
            inside = sum(self.amounts[place] for place in members) + change.get(g, 0) * step
            excess += broken_by(group, inside, total)
        return excess

    def _make(self, giver: int | None, taker: int | None) -> None:
        """Move one step; unspent money gives from unallocated first, and takes into the reserve first."""
        step = self.problem.step
        if giver is not None:
            self.amounts[giver] -= step
        else:
            idle = min(self.unallocated, step)
            self.unallocated -= idle
            self.held -= step - idle
        if taker is not None:
            self.amounts[taker] += step
        else:
            room = min(step, self.problem.reserve_bounds[1] - self.held)
            self.held += room
            self.unallocated += step - room


def broken_by(group: Group, inside: int, everywhere: int) -> Fraction:
    """By how many minor units a group that spends `inside`, of `everywhere` in all, breaks its limits."""
    most = [Fraction(group.max_spend)] if group.max_spend is not None else []
    most += [exact(group.max_share) * everywhere] if group.max_share is not None else []
    least = [Fraction(group.min_spend)] if group.min_spend is not None else []
    least += [exact(group.min_share) * everywhere] if group.min_share is not None else []
    over = sum((max(Fraction(0), inside - top) for top in most), Fraction(0))
    return over + sum((max(Fraction(0), bottom - inside) for bottom in least), Fraction(0))
