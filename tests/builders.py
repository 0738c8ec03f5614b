"""Small made-up things to test with: curves whose formula is known, and problems of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.allocation import allocate
from optimizer.curves import ResponseCurve
from optimizer.horizon import Horizon, Phase, Pool
from optimizer.problem import AllocationProblem, ChannelTerms, Count, Group, OutcomeRule, Reserve, Risk


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


def with_draws(
    problem: AllocationProblem, seed: int, *, level: float = 0.8, draws: int = 200, spread: float = 0.4
) -> AllocationProblem:
    """The same problem planned for its bad case: each draw is a hill of its own size and half-saturation."""
    rng = np.random.default_rng(seed)
    channels = []
    for terms in problem.channels:
        x = terms.curve.spend
        half = x[-1] / 9 * np.exp(rng.normal(0, spread, (draws, 1)))
        size = terms.curve.response[-1] * np.exp(rng.normal(0, spread * rng.uniform(0.3, 2), (draws, 1)))
        shape = rng.uniform(0.7, 1.2, (draws, 1))
        channels.append(replace(terms, draws=size * x**shape / (half**shape + x**shape)))
    return replace(problem, channels=tuple(channels), risk=Risk(level))


def random_horizon(
    seed: int,
    months: int = 3,
    channels: int = 5,
    *,
    carry: float = 0.2,
    share: float = 0.2,
    change: float = 0.3,
) -> Horizon:
    """The months of a random problem with a season, after its best plan, tied by everything there is."""
    base = random_problem(seed, channels, groups=1)
    terms = [replace(t, min_spend=t.min_spend // 2) for t in base.channels]
    base = replace(base, channels=tuple(terms))
    last = {line.channel: line.spend for line in allocate(base).lines}
    terms = [replace(t, max_increase_share=change, max_decrease_share=change) for t in terms]
    season = 1 + 0.3 * np.sin(seed + np.arange(months))
    return Horizon(
        months=tuple(
            replace(
                base,
                channels=tuple(
                    replace(t, curve=t.curve.scaled(float(f)), last_spend=last[t.id]) for t in terms
                ),
            )
            for f in season
        ),
        pools=(Pool(0, months - 1, share),) if share else (),
        phases=(
            Phase("launch", 0, min(1, months - 1), ("c0",), min_spend=base.budget // 50),
            Phase("return", 0, months - 1, max_cost=1.0),
        ),
        carry={t.id: carry for t in terms} if carry else {},
    )


def any_problem(seed: int) -> AllocationProblem:
    """Two or three channels of any shape under a random choice of all kinds of rules; some have no plan."""
    rng = np.random.default_rng(seed)
    budget, count = int(rng.integers(10_000, 10_000_000)), int(rng.integers(2, 4))
    channels = tuple(_any_channel(rng, f"c{c}", budget) for c in range(count))
    names = tuple(terms.id for terms in channels)
    low = round(float(rng.uniform(0, 0.3)), 2)
    problem = AllocationProblem(
        channels,
        budget,
        Reserve(low, round(low + float(rng.uniform(0, 0.2)), 2), float(rng.choice([0.0, 1.0, 2.0]))),
        step=int(rng.choice([1, 100])),
    )
    pairs = tuple(names[i : i + 2] for i in range(count - 1))
    return replace(
        problem,
        groups=tuple(_any_group(rng, pair, budget) for pair in pairs if rng.random() < 0.4),
        counts=(Count("some", names, int(rng.integers(0, 2)), int(rng.integers(1, count + 1))),)
        if rng.random() < 0.25
        else (),
        rules=tuple(
            _any_rule(rng, problem, kind) for kind in ("goal", "room", "cost") if rng.random() < 0.25
        ),
    )


def _any_channel(rng: np.random.Generator, name: str, budget: int) -> ChannelTerms:
    """A Hill curve of any shape, a conversions curve beside it, and a random choice of own terms."""
    most = budget / 100
    half, shape = most * rng.uniform(0.05, 1.0), rng.choice([rng.uniform(0.5, 1), rng.uniform(1.2, 3)])
    curve = hill_curve(
        most * rng.uniform(0.3, 3), half, float(shape), most * rng.uniform(0.5, 1.5), points=24
    )
    last = int(budget * rng.uniform(0, 0.6)) if rng.random() < 0.5 else None
    return ChannelTerms(
        name,
        curve,
        min_spend=int(budget * rng.uniform(0, 0.25)) if rng.random() < 0.4 else 0,
        max_spend=int(budget * rng.uniform(0.3, 1)) if rng.random() < 0.5 else None,
        last_spend=last,
        max_increase_share=round(float(rng.uniform(0.1, 1)), 2) if rng.random() < 0.5 else None,
        max_decrease_share=round(float(rng.uniform(0.1, 1)), 2) if rng.random() < 0.5 else None,
        min_if_used=int(budget * rng.uniform(0.05, 0.3)) if rng.random() < 0.3 else 0,
        measures={"conversions": hill_curve(100 * rng.uniform(0.3, 3), half, 0.8, most, points=24)},
    )


def _any_group(rng: np.random.Generator, names: tuple[str, ...], budget: int) -> Group:
    limits: dict[str, float | int] = {
        "min_share": round(float(rng.uniform(0.1, 0.7)), 3),
        "max_share": round(float(rng.uniform(0.4, 1)), 3),
        "min_spend": int(budget * rng.uniform(0.05, 0.5)),
        "max_spend": int(budget * rng.uniform(0.2, 0.9)),
    }
    kind = str(rng.choice(sorted(limits)))
    return Group("+".join(names), names, **{kind: limits[kind]})  # type: ignore[arg-type]


def _any_rule(rng: np.random.Generator, problem: AllocationProblem, kind: str) -> OutcomeRule:
    """A goal, a capacity, or a cost per unit, near what an equal split would bring."""
    measure = str(rng.choice(["response", "conversions"]))
    spend = problem.budget / problem.minor_units / len(problem.channels)
    curves = [t.curve if measure == "response" else t.measures[measure] for t in problem.channels]
    about = sum(float(curve(spend)) for curve in curves)
    factor = float(rng.uniform(0.6, 1.2))
    if kind == "goal":
        return OutcomeRule(kind, measure, min_total=about * factor)
    if kind == "room":
        return OutcomeRule(kind, measure, max_total=about * factor)
    cost = problem.budget / problem.minor_units / max(about, 1e-9)
    return OutcomeRule(kind, measure, baseline=about * float(rng.choice([0.0, 1.0])), max_cost=cost * factor)
