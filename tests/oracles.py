"""Other roads to the best plan, none of which knows the linear program."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray, ResponseCurve
from optimizer.draws import Draws
from optimizer.problem import AllocationProblem

BoolArray = NDArray[np.bool_]
DIGITS = 52  # of a float: halving further tells nothing


def water_filling(problem: AllocationProblem) -> float:
    """The best value on concave curves without groups: raise the water level until the money fits.

    Every channel, and the reserve at its constant worth, takes money as long as its marginal
    return is above the level; found by bisection on the curves themselves.
    """
    units = problem.minor_units
    bounds = [(low / units, high / units) for low, high in problem.bounds]
    held = [amount / units for amount in problem.reserve_bounds]
    budget, worth = problem.budget / units, problem.reserve.worth

    def taken(level: float) -> list[float]:
        return [
            _spend_at(terms.curve, level, low, high)
            for terms, (low, high) in zip(problem.channels, bounds, strict=True)
        ]

    lowest, highest = 0.0, max(float(t.curve.spline[1].max()) for t in problem.channels) + worth + 1
    for _ in range(DIGITS):
        level = (lowest + highest) / 2
        reserve = held[1] if worth > level else held[0]
        lowest, highest = (level, highest) if sum(taken(level)) + reserve > budget else (lowest, level)
    spend = taken(highest)
    reserve = min(held[1], max(held[0], budget - sum(spend))) if worth >= lowest else held[0]
    value = sum(float(t.curve(s)) for t, s in zip(problem.channels, spend, strict=True))
    left = max(0.0, budget - sum(spend) - reserve)
    return value + worth * reserve + lowest * left * (lowest > 1e-9)


def _spend_at(curve: ResponseCurve, level: float, low: float, high: float) -> float:
    """The most spend whose marginal return is still above the level, within the bounds."""
    knots, slopes, _ = curve.spline
    k = int((slopes > level).sum()) - 1
    if k < 0:
        return low
    if k == len(knots) - 1:
        return min(max(float(knots[-1]), low), high)
    share = (slopes[k] - level) / (slopes[k] - slopes[k + 1])
    return float(min(max(knots[k] + share * (knots[k + 1] - knots[k]), low), high))


def dynamic_program(problem: AllocationProblem, cells: int) -> float:
    """The best value when all money moves in budget / cells: any curve shape, no groups or outcome rules.

    best[k][j] is the most that the channels so far bring with j cells, k of them used; the one
    count rule, if any, is over all channels. Bounds that are no whole cells are narrowed to whole
    ones, so this never exceeds the truth.
    """
    units, cell, most = problem.minor_units, problem.budget / cells, len(problem.channels)
    best = np.full((most + 1, cells + 1), -np.inf)
    best[0] = 0.0
    for terms, (low, high) in zip(problem.channels, problem.bounds, strict=True):
        first = int(np.ceil(max(low, terms.min_if_used, 1) / cell - 1e-9))
        gains = terms.curve(np.arange(cells + 1) * cell / units)
        unused = best if low == 0 else np.full_like(best, -np.inf)
        used = np.full_like(best, -np.inf)
        for spent in range(first, min(int(high / cell + 1e-9), cells) + 1):
            used[1:, spent:] = np.maximum(used[1:, spent:], best[:-1, : cells + 1 - spent] + gains[spent])
        best = np.maximum(unused, used)
    count = problem.counts[0] if problem.counts else None
    last = most if count is None or count.max_channels is None else count.max_channels
    by_money = best[0 if count is None else count.min_channels : last + 1].max(axis=0)
    low, high = problem.reserve_bounds
    held = np.arange(int(np.ceil(low / cell - 1e-9)), int(high / cell + 1e-9) + 1)
    worth = problem.reserve.worth * held * cell / units
    return max(float(by_money[: cells + 1 - j].max()) + float(w) for j, w in zip(held, worth, strict=True))


def brute_force(problem: AllocationProblem, cells: int) -> float:
    """The best value of all plans in budget / cells that obey every rule; minus infinity when none does.

    Meant for two or three channels: every combination is written out and judged.
    """
    units, cell = problem.minor_units, problem.budget / cells
    grids = np.meshgrid(*[np.arange(cells + 1)] * len(problem.channels), indexing="ij")
    spend = np.asarray(np.stack([grid.ravel() for grid in grids]) * cell, dtype=np.float64)
    held_low, held_high = problem.reserve_bounds
    left = problem.budget - spend.sum(axis=0)
    sound = left >= held_low - 1e-6
    for amount, terms, (low, high) in zip(spend, problem.channels, problem.bounds, strict=True):
        sound &= (amount >= low) & (amount <= high) & ((amount == 0) | (amount >= terms.min_if_used))
    sound &= _obeys_groups_and_counts(problem, spend) & _obeys_outcome_rules(problem, spend)
    if not sound.any():
        return float("-inf")
    value = problem.reserve.worth * np.clip(left, held_low, held_high) / units
    for amount, terms in zip(spend, problem.channels, strict=True):
        value = value + terms.curve(amount / units)
    return float(value[sound].max())


def _obeys_groups_and_counts(problem: AllocationProblem, spend: FloatArray) -> BoolArray:
    """Which of the plans (channels, plans) keep every group's and every count's limits."""
    place = {terms.id: i for i, terms in enumerate(problem.channels)}
    sound, total = np.ones(spend.shape[1], bool), spend.sum(axis=0)
    for group in problem.groups:
        inside = spend[[place[name] for name in group.channels]].sum(axis=0)
        sound &= inside >= (group.min_spend or 0)
        sound &= inside >= (group.min_share or 0) * total * (1 - 1e-12)
        sound &= inside <= (np.inf if group.max_spend is None else group.max_spend)
        sound &= inside <= (1 if group.max_share is None else group.max_share) * total * (1 + 1e-12)
    for count in problem.counts:
        used = (spend[[place[name] for name in count.channels]] > 0).sum(axis=0)
        sound &= (used >= count.min_channels) & (used <= (count.max_channels or len(place)))
    return sound


def _obeys_outcome_rules(problem: AllocationProblem, spend: FloatArray) -> BoolArray:
    """Which of the plans (channels, plans) keep every outcome rule."""
    sound = np.ones(spend.shape[1], bool)
    for rule in problem.rules:
        named = [i for i, t in enumerate(problem.channels) if not rule.channels or t.id in rule.channels]
        currency = spend[named] / problem.minor_units
        curves = [problem.channels[i] for i in named]
        brought = rule.baseline + sum(
            (t.curve if rule.measure == "response" else t.measures[rule.measure])(s)
            for t, s in zip(curves, currency, strict=True)
        )
        sound &= np.asarray(brought >= (rule.min_total or 0))
        sound &= np.asarray(brought <= (np.inf if rule.max_total is None else rule.max_total))
        if rule.max_cost is not None:
            sound &= np.asarray(currency.sum(axis=0) <= rule.max_cost * brought)
    return sound


def best_bad_case_of_a_grid(problem: AllocationProblem, cells: int) -> float:
    """The best bad case, the reserve's worth included, of all plans in budget / cells; two or three channels.

    Every plan's outcomes are sorted, and the mean of the least 1 - level of them is taken.
    """
    units, cell = problem.minor_units, problem.budget / cells
    draws = Draws.of(problem)
    even = np.eye(len(draws.slopes[0]))
    lines = [
        np.array([draws.mean(c, one)(np.arange(cells + 1) * cell / units) for one in even])
        for c in range(len(problem.channels))
    ]
    grids = np.meshgrid(*[np.arange(cells + 1)] * len(lines), indexing="ij")
    picks = np.stack([grid.ravel() for grid in grids])
    spend, (low, high) = np.asarray(picks * cell, dtype=np.float64), problem.reserve_bounds
    left = problem.budget - spend.sum(axis=0)
    sound = (left >= low - 1e-6) & _obeys_groups_and_counts(problem, spend)
    for amount, (least, most) in zip(spend, problem.bounds, strict=True):
        sound &= (amount >= least) & (amount <= most)
    level = 0.0 if problem.risk is None else problem.risk.level
    outcomes = np.sort(sum(line[:, pick[sound]] for line, pick in zip(lines, picks, strict=True)), axis=0)
    count = len(outcomes) * (1 - level)
    weights = np.clip(count - np.arange(len(outcomes)), 0.0, 1.0) / count
    kept = problem.reserve.worth * np.clip(left[sound], low, high) / units
    return float((weights @ outcomes + kept).max())
