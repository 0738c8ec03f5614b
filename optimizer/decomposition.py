"""Each budget by itself: how much it can be worth at most, and in which ranges its best plan lies.

At the prices y of all rows the Lagrangian ceiling (`program.ceiling`) is a sum over columns. A
direction d moves the price of one budget, with those tied to it, and so changes the terms of that budget's
columns alone; where no column is touched by two directions,

    L(y + Σ_b t_b d_b) = L(y) + Σ_b [T_b(t_b) - T_b(0)],   least for each t_b by itself.

So lines whose curves bend up are split budget by budget: twelve budgets with one such line each take two
dozen small questions about a single number t, where one tree over all of them would take 2^12 programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.curves import FloatArray
from optimizer.piecewise import BoolArray, IntArray
from optimizer.program import Program, ceiling, lagrangian

STEPS = 40  # of the search for one number
FIRST_STEP, WIDER = 1e-3, 6.0  # of a price: the first step of a search, and how each further one grows
SPLITS = 24  # of one budget's ranges
TOUCHED = 1e-12
LOST = 10.0  # plans' values: ranges whose T falls by so much hold no plan
AT_END = 1e-9  # nearer to the end of its range than this share of the budget, a line is at the end
HOLDS = 5e-8
SURE = 1e-9  # ranges are left wider by this share of the budget, and losses by this share of the value


@dataclass(frozen=True, eq=False)
class Apart:
    """The most that any plan can be worth, and the ranges (lines,) of a plan that may be near it."""

    ceiling: float
    low: FloatArray
    high: FloatArray


def narrowed(program: Program, prices: FloatArray, room: float) -> Program:
    """The program without what only plans lose that are worth less than their ceiling by more than `room`.

    A line whose spend costs more than `room` at these prices is in no better plan; amounts that are tied
    to lines by equations have what the lines' ranges leave them.
    """
    price, weights, _ = lagrangian(program, prices)
    low, high = program.curves.worthwhile(weights, price, program.low, program.high, room)
    least, most = program.extras.low.copy(), program.extras.high.copy()
    for row in program.rows:
        if row.equal and row.measures is None:
            ends = np.sort(np.stack([row.spend * low, row.spend * high]), axis=0).sum(axis=1)
            _propagate(row.extras, row.limit - ends[::-1], least, most)
    return replace(program, low=low, high=high, extras=replace(program.extras, low=least, high=most))


def _propagate(share: FloatArray, left: FloatArray, least: FloatArray, most: FloatArray) -> None:
    """Draw in each amount's range: share · amounts lie between the two numbers of `left`."""
    places = np.flatnonzero(share)
    for place in places:
        others = places[places != place]
        ends = np.sort(share[others] * np.stack([least[others], most[others]]), axis=0).sum(axis=1)
        low, high = np.sort((left - ends[::-1]) / share[place])
        least[place], most[place] = max(least[place], low - SURE), min(most[place], high + SURE)


def each_apart(
    program: Program, prices: FloatArray, directions: FloatArray, least: FloatArray, target: float
) -> Apart:
    """The ceiling after every budget's ranges were split, until it is sure to `target` of the value.

    `directions` (budgets, rows) move prices, `least` (lines,) is what a line gets at least if anything.
    """
    whole = ceiling(program, prices)
    parts = _Parts(program, prices, directions)
    if not len(parts.directions):
        return Apart(whole, program.low, program.high)
    tolerance = target * abs(whole) / len(parts.directions)
    trees = [_Tree(b, program.low, program.high) for b in range(len(parts.directions))]
    begun = parts.answers([(tree.budget, program.low, program.high) for tree in trees], least, tolerance)
    for tree, answer in zip(trees, begun, strict=True):
        tree.take([answer], tolerance)
    for _ in range(SPLITS):
        asked = [(tree, tree.next_halves(least)) for tree in trees if tree.open]
        if not asked:
            break
        nodes = [(tree.budget, low, high) for tree, ranges in asked for low, high in ranges]
        answers = iter(parts.answers(nodes, least, tolerance) if nodes else [])
        for tree, ranges in asked:
            tree.take([next(answers) for _ in ranges], tolerance)
    low, high = program.low.copy(), program.high.copy()
    for tree in trees:
        low, high = np.maximum(low, tree.best.low), np.minimum(high, tree.best.high)
    more = sum(tree.ceiling for tree in trees) - parts.standing
    return Apart(min(whole, whole + more), low, high)


@dataclass(frozen=True, eq=False)
class _Answer:
    """Ranges of one budget: the most it can be worth in them, what a plan there is worth, and its split."""

    low: FloatArray
    high: FloatArray
    ceiling: float
    value: float
    line: int
    at: float

    @property
    def is_settled(self) -> bool:
        """Whether no line hides anything: the plan there is worth the ceiling."""
        return self.line < 0


class _Tree:
    """The ranges of one budget that are still open, the best plan's, and the highest of those closed."""

    def __init__(self, budget: int, low: FloatArray, high: FloatArray) -> None:
        self.budget = budget
        self.best = _Answer(low, high, np.inf, -np.inf, -1, 0.0)
        self.open: list[_Answer] = []
        self.closed = -np.inf

    def take(self, answers: Sequence[_Answer], tolerance: float) -> None:
        """Keep the best plan; close what is near enough to it."""
        self.best = max([self.best, *answers], key=lambda answer: answer.value)
        known = [*self.open, *answers]
        self.open = [a for a in known if not a.is_settled and a.ceiling > self.best.value + tolerance]
        shut = [a.ceiling for a in known if a not in self.open]
        self.closed = max([self.closed, *shut])

    def next_halves(self, least: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """The two halves of the open ranges with the highest ceiling."""
        node = max(self.open, key=lambda answer: answer.ceiling)
        self.open.remove(node)
        return list(halves(node.low, node.high, node.line, node.at, float(least[node.line])))

    @property
    def ceiling(self) -> float:
        """The most that the budget can be worth."""
        return max([self.closed, self.best.value, *(answer.ceiling for answer in self.open)])


def halves(
    low: FloatArray, high: FloatArray, line: int, at: float, least: float
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The ranges below and above where a line landed; between nothing and its `least` there are none."""
    below, above = (0.0, least) if at < least else (at, at)
    for edge, is_low in ((below, False), (above, True)):
        one, other = low.copy(), high.copy()
        (one if is_low else other)[line] = edge
        if one[line] <= other[line]:
            yield one, other


class _Parts:
    """The terms of the ceiling that each direction moves; a direction that shares a column is left out.

    `lines` and `amounts` are the columns of each; `price` and `profit` are what they stand at when all
    t are nought, `on_lines` and `on_amounts` (directions, columns) how those change with t.
    """

    def __init__(self, program: Program, prices: FloatArray, directions: FloatArray) -> None:
        self.program = program
        self.price, self.weights, toll = lagrangian(program, prices)
        self.profit = program.extras.worth - toll
        on_lines = directions @ np.array([row.spend for row in program.rows])
        on_amounts = directions @ np.array([row.extras for row in program.rows])
        touched = np.abs(np.hstack([on_lines, on_amounts])) > TOUCHED
        alone = ~(touched & (touched.sum(axis=0) > 1)).any(axis=1)
        alone &= (np.abs(on_lines) > TOUCHED).any(axis=1)
        self.directions, self.on_lines = directions[alone], on_lines[alone]
        self.on_amounts = on_amounts[alone]
        self.lines = [np.flatnonzero(np.abs(row) > TOUCHED) for row in self.on_lines]
        self.amounts = [np.flatnonzero(np.abs(row) > TOUCHED) for row in self.on_amounts]
        self.sizes = np.maximum((np.abs(self.directions) * np.abs(prices)).max(axis=1, initial=0.0), SURE)
        self.limits = self.directions @ np.array([row.limit for row in program.rows])

    @property
    def standing(self) -> float:
        """What all these terms come to when no price has moved."""
        ranges = [(b, self.program.low, self.program.high) for b in range(len(self.directions))]
        return float(_Question(self, ranges).at(np.zeros(len(ranges))).value.sum())

    def answers(
        self, ranges: Sequence[tuple[int, FloatArray, FloatArray]], least: FloatArray, tolerance: float
    ) -> list[_Answer]:
        """For each (budget, low, high) the least of its T, and the plan that lies there."""
        return list(_Question(self, ranges).answers(least, tolerance))


@dataclass(frozen=True, eq=False)
class _State:
    """Where each search stands: t, T(t), its slope, and the spends and amounts that are best there."""

    t: FloatArray
    value: FloatArray
    slope: FloatArray
    spend: FloatArray
    amount: FloatArray

    def mixed(self, other: _State, share: FloatArray, question: _Question) -> _State:
        """So much of this state, (searches,), and the rest of the other: what is spent and kept there."""
        lines, amounts = share[question.of_line], share[question.of_amount]
        spend = lines * self.spend + (1 - lines) * other.spend
        return replace(self, spend=spend, amount=amounts * self.amount + (1 - amounts) * other.amount)

    def where(self, chosen: BoolArray, other: _State, question: _Question) -> _State:
        """This state where chosen, (searches,), else the other."""
        lines, amounts = chosen[question.of_line], chosen[question.of_amount]
        return _State(
            np.where(chosen, self.t, other.t),
            np.where(chosen, self.value, other.value),
            np.where(chosen, self.slope, other.slope),
            np.where(lines, self.spend, other.spend),
            np.where(amounts, self.amount, other.amount),
        )


class _Question:
    """Many searches for the least of T(t), side by side: each of one budget within its own ranges."""

    def __init__(self, parts: _Parts, ranges: Sequence[tuple[int, FloatArray, FloatArray]]) -> None:
        self.parts, self.ranges = parts, ranges
        budgets = [b for b, _, _ in ranges]
        self.lines, self.of_line = _joined([parts.lines[b] for b in budgets])
        self.amounts, self.of_amount = _joined([parts.amounts[b] for b in budgets])
        places = np.array(budgets, dtype=int)
        self.limit, self.count = parts.limits[places], len(ranges)
        self.on_line = parts.on_lines[places[self.of_line], self.lines]
        self.on_amount = parts.on_amounts[places[self.of_amount], self.amounts]
        self.low = np.concatenate([low[parts.lines[b]] for b, low, _ in ranges])
        self.high = np.concatenate([high[parts.lines[b]] for b, _, high in ranges])
        self.fewest, self.most = (
            side[self.amounts] for side in (parts.program.extras.low, parts.program.extras.high)
        )
        self.curves = parts.program.curves.taken(self.lines)
        self.price, self.profit = parts.price[self.lines], parts.profit[self.amounts]
        self.weights = parts.weights[:, self.lines]
        self.step = FIRST_STEP * parts.sizes[places]

    def least(self, tolerance: float) -> tuple[_State, _State]:
        """The least T of each search, and the spends and amounts there that use the budget up exactly.

        T is convex: where the tangents of two points on either side of its least cross, it is looked at next.
        """
        best = below = above = self.at(np.zeros(self.count))
        started, step = best.value, self.step
        is_below = best.slope < 0
        is_above = ~is_below
        for _ in range(STEPS):
            both = is_below & is_above
            bend = np.minimum(below.slope - above.slope, -TOUCHED)
            rise = above.value - below.value + below.slope * below.t - above.slope * above.t
            aside = np.where(is_below, below.t + step, above.t - step)
            t = np.where(both, rise / bend, aside)
            floor = below.value + below.slope * (t - below.t)
            done = (both & (best.value - floor <= tolerance)) | (best.value < started - LOST)
            if done.all():
                break
            step = np.where(both, step, WIDER * step)
            found = self.at(np.where(done, best.t, t))
            left, right = (found.slope < 0) & ~done, (found.slope >= 0) & ~done
            below, above = found.where(left, below, self), found.where(right, above, self)
            is_below, is_above = is_below | left, is_above | right
            best = found.where(found.value < best.value, best, self)
        between = above.slope / (above.slope - below.slope + 1e-300)
        share = np.where(is_below, np.where(is_above, between, 1.0), 0.0)
        return best, below.mixed(above, share, self)

    def answers(self, least: FloatArray, tolerance: float) -> Iterator[_Answer]:
        """For each search the least of T, what the plan there is truly worth, and the line to split."""
        best, landed = self.least(tolerance / 8)
        price = self.price + best.t[self.of_line] * self.on_line
        profit = self.profit - best.t[self.of_amount] * self.on_amount
        hidden = self._gains(best.spend, price) - self._gains(landed.spend, price)
        lost = self._by_search(hidden, profit * (best.amount - landed.amount))
        asked = least[self.lines]
        between = (landed.spend > HOLDS) & (landed.spend < asked - HOLDS)
        inner = (landed.spend > self.low + AT_END) & (landed.spend < self.high - AT_END)
        inner &= ~self.parts.program.as_segments[self.lines]
        urgency = np.where(between, 1e6 + landed.spend, np.where(inner, hidden, 0.0))
        for i, (_, low, high) in enumerate(self.ranges):
            mine = np.flatnonzero(self.of_line == i)
            place = mine[np.argmax(urgency[mine])]
            line = int(self.lines[place]) if urgency[place] > 0 else -1
            value = -np.inf if between[mine].any() else float(best.value[i] - lost[i])
            yield _Answer(low, high, float(best.value[i]), value, line, float(landed.spend[place]))

    def at(self, t: FloatArray) -> _State:
        """T(t), its slope, and what is best there."""
        price = self.price + t[self.of_line] * self.on_line
        profit = self.profit - t[self.of_amount] * self.on_amount
        spend = self.curves.best(self.weights, price, self.low, self.high)
        amount = np.where(profit > 0, self.most, self.fewest)
        taken = self._by_search(self.on_line * spend, self.on_amount * amount)
        value = t * self.limit + self._by_search(self._gains(spend, price), profit * amount)
        return _State(t, value, self.limit - taken, spend, amount)

    def _gains(self, spend: FloatArray, price: FloatArray) -> FloatArray:
        return np.asarray((self.weights * self.curves.at(spend[:, None])[..., 0]).sum(axis=0) - price * spend)

    def _by_search(self, lines: FloatArray, amounts: FloatArray) -> FloatArray:
        """Sums by search, (searches,)."""
        by_lines = np.bincount(self.of_line, lines, self.count)
        return np.asarray(by_lines + np.bincount(self.of_amount, amounts, self.count), dtype=float)


def _joined(places: Sequence[IntArray]) -> tuple[IntArray, IntArray]:
    """All these columns behind one another, and which of the searches each is of."""
    of = np.repeat(np.arange(len(places)), [len(each) for each in places])
    return np.concatenate(places), of
