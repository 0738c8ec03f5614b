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
from optimizer.refinement import HOLDS, Refined, refine

NODE_GAP = 1e-6
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
    search.look_at(program, root, 0)
    for _ in range(nodes):
        node = search.pop()
        if node is None:
            break
        inside = replace(program, low=node.low, high=node.high)
        found = refine(inside, node.prices, NODE_GAP)
        if found is not None:
            search.look_at(inside, found, node.depth + 1)
    return search.answer()


class _Search:
    """The best plan so far, and the ranges still open."""

    def __init__(self, program: Program, least: FloatArray, target: float) -> None:
        self.program, self.least, self.target = program, least, target
        self.best: Refined | None = None
        self.open: list[_Node] = []
        self.closed = -np.inf  # the highest ceiling of ranges that are not split further
        self.seconds = 0.0

    def look_at(self, inside: Program, found: Refined, depth: int) -> None:
        """Keep the plan if it is sound and better; split its ranges unless nothing much better is in them."""
        self.seconds += found.seconds
        if self._is_sound(found) and (self.best is None or found.value > self.best.value):
            self.best = found
        line = self._worst(inside, found)
        if found.ceiling <= self._enough() or line is None:
            self.closed = max(self.closed, found.ceiling)
            return
        for low, high in self._halves(inside, found, line):
            top = min(found.ceiling, ceiling(replace(inside, low=low, high=high), found.prices))
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

    def _is_sound(self, found: Refined) -> bool:
        return not self._between(found.spend).any() and bool(
            (self.program.excess(found.spend) <= HOLDS).all()
        )

    def _worst(self, inside: Program, found: Refined) -> int | None:
        """The line to split: one that gets too little to be used, else the one whose bridge promises most.

        A bridge promises what the line would gain at its best spend for these prices.
        """
        between = self._between(found.spend)
        if between.any():
            return int(np.flatnonzero(between)[np.argmax(found.spend[between])])
        price, weights, _ = lagrangian(inside, found.prices)
        best = inside.curves.best(weights, price, inside.low, inside.high)
        both = np.stack([best, found.spend], axis=1)
        gains = (weights[..., None] * inside.curves.at(both)).sum(axis=0) - price[:, None] * both
        excess = gains[:, 0] - gains[:, 1]
        at_end = (found.spend < inside.low + AT_END) | (found.spend > inside.high - AT_END)
        line = int(np.argmax(np.where(at_end | inside.as_segments, 0.0, excess)))
        return line if excess[line] > 0 and not at_end[line] and not inside.as_segments[line] else None

    def _halves(self, inside: Program, found: Refined, line: int) -> Iterator[tuple[FloatArray, FloatArray]]:
        """The ranges below and above the place where the line landed."""
        at, least = found.spend[line], self.least[line]
        below, above = (0.0, least) if at < least else (at, at)
        for edge, is_low in ((below, False), (above, True)):
            low, high = inside.low.copy(), inside.high.copy()
            (low if is_low else high)[line] = edge
            if low[line] <= high[line]:
                yield low, high
