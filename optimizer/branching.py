"""Curves that bend up, and choices: branch only where the linear program cannot tell.

On a curve that bends up the chords bridge a stretch that is not worth what they promise; a
channel that gets nothing or at least so much may land between. Such a line is split there into
two ranges, and each half is solved again. The best plan found and the highest ceiling of the
halves not ruled out enclose the best possible plan (Land and Doig, Econometrica 28 (1960)).

With few rules in common few lines land inside a bridge (Shapley and Folkman), so few are split.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.linear_program import Program, ceiling, lagrangian
from optimizer.refinement import HOLDS, SOUND, Aim, Refined, refine

NODE = Aim(1e-6, steady=False)
AT_END = 1e-9  # nearer to the end of its range than this share of the budget, a line is at the end


@dataclass(frozen=True, eq=False)
class _Node:
    """A range per line still to be solved, the most any plan in it can be worth, and prices near its own."""

    low: FloatArray
    high: FloatArray
    ceiling: float
    prices: FloatArray
    depth: int


def branch(program: Program, least: FloatArray, root: Refined, target: float, nodes: int) -> Refined | None:
    """The best plan whose lines get nothing or at least `least` (lines,), split until its gap is `target`.

    Stops after `nodes` programs with the gap it then has. None when no such plan exists; raises
    `TimeoutError` when none was found in time.
    """
    search = _Search(program, least, target)
    search.look_at(root, 0)
    for _ in range(nodes):
        node = search.pop()
        if node is None:
            break
        inside = replace(program, low=node.low, high=node.high)
        found = refine(inside, node.prices, NODE)
        if found is not None:
            search.look_at(replace(found, ceiling=min(found.ceiling, node.ceiling)), node.depth + 1)
    return search.answer()


class _Search:
    """The best plan so far, and the ranges still open."""

    def __init__(self, program: Program, least: FloatArray, target: float) -> None:
        self.program, self.least, self.target = program, least, target
        self.best: Refined | None = None
        self.open: list[_Node] = []
        self.closed = -np.inf  # the highest ceiling of ranges that are not split further
        self.seconds = 0.0

    def look_at(self, found: Refined, depth: int) -> None:
        """Keep the plan if it is sound and better; split its ranges unless nothing much better is in them."""
        self.seconds += found.seconds
        sound = found.is_sound and not self._between(found.spend).any()
        if sound and (self.best is None or found.value > self.best.value):
            self.best = found
        line = self._worst(found)
        if found.ceiling <= self._enough() or line is None:
            self.closed = max(self.closed, found.ceiling)
            return
        for low, high in self._halves(found, line):
            half = replace(found.program, low=low, high=high)
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
        top = max([self.best.value, self.closed, *(node.ceiling for node in self.open)])
        return replace(self.best, ceiling=top, seconds=self.seconds, method="lp and branching")

    def _enough(self) -> float:
        """A ceiling that the best plan is near enough to."""
        return -np.inf if self.best is None else self.best.value + self.target * abs(self.best.value)

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

    def _halves(self, found: Refined, line: int) -> Iterator[tuple[FloatArray, FloatArray]]:
        """The ranges below and above the place where the line landed."""
        at, least = found.spend[line], self.least[line]
        below, above = (0.0, least) if at < least else (at, at)
        for edge, is_low in ((below, False), (above, True)):
            low, high = found.program.low.copy(), found.program.high.copy()
            (low if is_low else high)[line] = edge
            if low[line] <= high[line]:
                yield low, high


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
