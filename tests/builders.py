"""Small made-up things to test with: curves whose formula is known, and problems of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import ResponseCurve
from optimizer.problem import AllocationProblem, ChannelTerms, Group


def hill_curve(scale: float, half: float, shape: float, top: float, points: int = 60) -> ResponseCurve:
    """scale · x^shape / (half^shape + x^shape), sampled more finely near zero, up to `top`."""

    def response(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(scale * x**shape / (half**shape + x**shape))

    def marginal(x: NDArray[np.float64]) -> NDArray[np.float64]:
        x = np.maximum(x, 1e-9 * half)
        return np.asarray(scale * shape * half**shape * x ** (shape - 1) / (half**shape + x**shape) ** 2)

    return ResponseCurve.of(response, marginal, top * np.linspace(0, 1, points) ** 2)


def straight_curve(worth: float, top: float) -> ResponseCurve:
    """The same return for every unit up to `top`."""
    return ResponseCurve(np.array([0.0, top]), np.array([0.0, worth * top]), np.array([worth, worth]))


def root_curve(scale: float, top: float, points: int = 200) -> ResponseCurve:
    """scale · √x, whose marginal return is scale / (2 √x)."""
    spend = top * np.linspace(0, 1, points) ** 3
    return ResponseCurve.of(
        lambda x: np.asarray(scale * np.sqrt(x)),
        lambda x: np.asarray(scale / (2 * np.sqrt(np.maximum(x, spend[1] / 4)))),
        spend,
    )


def random_problem(
    seed: int,
    channels: int = 6,
    *,
    s_shaped: bool = False,
    groups: int = 0,
    budget: int = 100_000_000,
    step: int = 1,
) -> AllocationProblem:
    """Hill curves with half-saturation round an equal split, random bounds, and groups that leave room."""
    rng = np.random.default_rng(seed)
    share = budget / channels
    terms = []
    for c in range(channels):
        half = share / 100 * rng.uniform(0.3, 3)
        shape = rng.uniform(1.2, 2.5) if s_shaped else rng.uniform(0.6, 1.0)
        curve = hill_curve(half * rng.uniform(1, 6), half, shape, 9 * share / 100)
        low, high = int(share * rng.uniform(0, 0.4)), int(share * rng.uniform(1, 4))
        terms.append(ChannelTerms(f"c{c}", curve, min_spend=low, max_spend=high))
    problem = AllocationProblem(tuple(terms), budget, step=step)
    return replace(problem, groups=tuple(_random_group(rng, problem, g) for g in range(groups)))


def _random_group(rng: np.random.Generator, problem: AllocationProblem, number: int) -> Group:
    """A third of the channels, at most (or at least) about the share they would have in an equal split."""
    count = max(1, len(problem.channels) // 3)
    places = sorted(int(p) for p in rng.choice(len(problem.channels), count, replace=False))
    names = tuple(problem.channels[place].id for place in places)
    least = sum(problem.channels[place].min_spend for place in places) / problem.budget
    share = round(least + (1.2 * count / len(problem.channels) - least) * float(rng.uniform(0.5, 1)), 4)
    if number % 2:
        return Group(f"g{number}", names, min_share=round(share * 0.6, 4))
    return Group(f"g{number}", names, max_share=share)
