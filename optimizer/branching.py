"""Curves that bend up, and choices: branch only where the linear program cannot tell.

On a curve that bends up the chords bridge a stretch that is not worth what they promise; a
channel that gets nothing or at least so much may land between. Such a line is split there into
two ranges, and each half is solved again. The best plan found and the highest ceiling of the
halves not ruled out enclose the best possible plan (Land and Doig, Econometrica 28 (1960)).

With few rules in common few lines land inside a bridge (Shapley and Folkman), so few are split. First
every budget is split by itself (`decomposition`), which takes no program; mostly that is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.decomposition import AT_END, each_apart, halves, narrowed
from optimizer.program import Program, ceiling, lagrangian
from optimizer.refinement import HOLDS, SOUND, Aim, Refined, refine

NODE = Aim(1e-6, steady=False)
DIVES = 6  # plans made of the best ranges of each budget, while each closes this share of the gap
WORTH_A_DIVE = 0.3


@dataclass(frozen=True, eq=False)
class _Node:
    """A range per line still to be solved, the most any plan in it can be worth, and prices near its own."""

    low: FloatArray
    high: FloatArray
    ceiling: float
    prices: FloatArray
    depth: int


@dataclass(frozen=True)
class Effort:
    """When to stop: at a gap of this share of the value, or after so many programs.

    Or, where a value is `wanted`, as soon as a plan has it or none can; minus infinity wants any plan.
    """

    gap_share: float
    programs: int
    wanted: float | None = None


def branch(
    program: Program, least: FloatArray, root: Refined, directions: FloatArray, effort: Effort
) -> Refined | None:
    """The best plan whose lines get nothing or at least `least` (lines,), split until the gap is small.

    `directions` (budgets, rows) move the price of each budget by itself. Stops at the end of the effort
    with the gap it then has. None when no such plan exists; raises `TimeoutError` when none was found.
    """
    search = _Search(program, least, effort)
    search.keep(root)
    left = effort.programs - search.dive(root, directions, min(DIVES, effort.programs))
    if not search.is_done:
        search.look_at(root, 0)
    for _ in range(left):
        node = search.pop()
        if node is None:
            break
        inside = replace(search.program, low=node.low, high=node.high)
        found = refine(inside, node.prices, NODE)
        if found is not None:
            top = each_apart(inside, found.prices, directions, least, effort.gap_share / 4).ceiling
            search.look_at(replace(found, ceiling=min(found.ceiling, node.ceiling, top)), node.depth + 1)
    return search.answer()


class _Search:
    """The best plan so far, and the ranges still open."""

    def __init__(self, program: Program, least: FloatArray, effort: Effort) -> None:
        self.program, self.least, self.target = program, least, effort.gap_share
        self.wanted = effort.wanted
        self.best: Refined | None = None
        self.open: list[_Node] = []
        self.closed = -np.inf  # the highest ceiling of ranges that are not split further
        self.top = np.inf  # what no plan can exceed
        self.seconds = 0.0

    def keep(self, found: Refined) -> None:
        """Keep the plan if it is sound and better than the best so far."""
        self.seconds += found.seconds
        sound = found.is_sound and not self._between(found.spend).any()
        if sound and (self.best is None or found.value > self.best.value):
            self.best = found

    def dive(self, root: Refined, directions: FloatArray, most: int) -> int:
        """Draw in the ranges and the ceiling budget by budget, and try the ranges of their best plans.

        Returns how many programs that took, `most` at most.
        """
        self.top = root.ceiling
        for programs in range(most):
            before = self._gap()
            if self.best is not None:
                room = ceiling(self.program, root.prices) - self.best.value
                self.program = narrowed(self.program, root.prices, room + HOLDS * abs(self.best.value))
            apart = each_apart(self.program, root.prices, directions, self.least, self.target / 4)
            self.top = min(self.top, apart.ceiling)
            if self.is_done or (programs and not self._gap() < (1 - WORTH_A_DIVE) * before):
                return programs
            inside = replace(self.program, low=apart.low, high=apart.high)
            found = refine(inside, root.prices, NODE)
            if found is not None:
                self.keep(found)
        return most

    def _gap(self) -> float:
        return np.inf if self.best is None else self.top - self.best.value

    @property
    def is_done(self) -> bool:
        """Whether the best plan is near enough to what any plan can be worth."""
        return self.top <= self._enough()

    def look_at(self, found: Refined, depth: int) -> None:
        """Keep the plan if it is sound and better; split its ranges unless nothing much better is in them."""
        self.keep(found)
        line = self._worst(found)
        if found.ceiling <= self._enough() or line is None:
            self.closed = max(self.closed, found.ceiling)
            return
        at, least = float(found.spend[line]), float(self.least[line])
        for below, above in halves(found.program.low, found.program.high, line, at, least):
            low, high = np.maximum(below, self.program.low), np.minimum(above, self.program.high)
            if (low <= high).all():
                half = replace(self.program, low=low, high=high)
                top = min(found.ceiling, ceiling(half, found.prices))
                self.open.append(_Node(low, high, top, found.prices, depth))

    def pop(self) -> _Node | None:
        """The ranges to solve next: down to a first plan, then those of the highest ceiling."""
        deep = self.best is None
        node = max(self.open, key=lambda n: (n.depth if deep else 0, n.ceiling), default=None)
        if node is None or node.ceiling <= self._enough():
            return None
        self.open.remove(node)
        return node

    def answer(self) -> Refined | None:
        """The best plan, with the ceiling over everything not ruled out."""
        if self.best is None:
            if self.open:
                raise TimeoutError
            return None
        split = self.open or np.isfinite(self.closed)
        top = max([self.closed, *(node.ceiling for node in self.open)]) if split else self.top
        top = max(self.best.value, min(self.top, top))
        return replace(self.best, ceiling=top, seconds=self.seconds, method="lp and branching")

    def _enough(self) -> float:
        """A ceiling that the best plan is near enough to."""
        wanted = -np.inf if self.wanted is None else self.wanted
        if self.best is None:
            return wanted
        if self.wanted is not None and self.best.value >= wanted:
            return np.inf
        return max(wanted, self.best.value + self.target * abs(self.best.value))

    def _between(self, spend: FloatArray) -> FloatArray:
        """Lines that get something, but too little."""
        return np.asarray((spend > HOLDS) & (spend < self.least - HOLDS))

    def _worst(self, found: Refined) -> int | None:
        """The line to split: one that gets too little to be used, else the one whose chord is most wrong.

        Where a row is broken on the curves, that is the chord which hid most of it; elsewhere the
        chord that promises most above what the line is worth at these prices.
        """
        between = self._between(found.spend)
        if between.any():
            return int(np.flatnonzero(between)[np.argmax(found.spend[between])])
        inside, spend = found.program, found.spend
        error = _hidden(found) if not found.is_sound else _overpromised(found)
        inner = (spend > inside.low + AT_END) & (spend < inside.high - AT_END) & ~inside.as_segments
        line = int(np.argmax(np.where(inner, error, 0.0)))
        return line if inner[line] and error[line] > 0 else None


def _overpromised(found: Refined) -> FloatArray:
    """By how much each line's best gain at the plan's prices exceeds the gain of its spend, (lines,)."""
    program = found.program
    price, weights, _ = lagrangian(program, found.prices)
    best = program.curves.best(weights, price, program.low, program.high)
    both = np.stack([best, found.spend], axis=1)
    gains = (weights[..., None] * program.curves.at(both)).sum(axis=0) - price[:, None] * both
    return np.asarray(gains[:, 0] - gains[:, 1])


def _hidden(found: Refined) -> FloatArray:
    """How much of the rows' excess each line's chords hid, (lines,)."""
    wrong = found.program.curves.at(found.spend[:, None])[..., 0] - found.solution.measures
    broken = found.program.excess(found.spend) > SOUND
    rows = [row.measures for row, over in zip(found.program.rows, broken, strict=True) if over]
    hidden = [np.maximum(measures * wrong, 0.0).sum(axis=0) for measures in rows if measures is not None]
    return np.asarray(np.sum([np.zeros(len(found.spend)), *hidden], axis=0))
