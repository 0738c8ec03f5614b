"""What a plan is for: one curve per channel from what its spend brings of several measures.

revenue         F = revenue
profit          F = margin · revenue, less the spend itself: the same plan maximises F + kept money
conversions, new_customers    F = their number
lifetime value  F = value of a new customer · new + value of a returning one · (conversions - new)
scorecard       F = Σ_m weight_m · measure_m / (what measure m amounts to today)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.curves import ResponseCurve
from optimizer.errors import Fault, ProblemError
from optimizer.problem import AllocationProblem

Weights = Mapping[str, float]
CLOSE = 1e-6  # points nearer than a tenth of this share of their spend are one


def weighed(measures: Mapping[str, ResponseCurve], weights: Weights) -> ResponseCurve:
    """Σ_m weight_m F_m, through every point of the curves' tables with the slope it has there.

    Just beyond the end of a shorter curve, where its slope drops to nothing, there is a point more.
    Raises `ProblemError` when a weighed measure has no curve.
    """
    missing = sorted(name for name in weights if name not in measures)
    if missing:
        raise ProblemError([Fault(("objective",), f"There is no curve of {', '.join(missing)}.")])
    curves = [measures[name] for name in weights]
    end = max(float(curve.spend[-1]) for curve in curves)
    beyond = [curve.spend[-1:] * (1 + CLOSE) for curve in curves if curve.spend[-1] * (1 + CLOSE) < end]
    knots = np.unique(np.concatenate([*(curve.spend for curve in curves), *beyond]))
    knots = knots[np.append(True, np.diff(knots) > 0.1 * CLOSE * knots[1:])]
    pairs = list(zip(curves, weights.values(), strict=True))
    response = np.sum([weight * curve(knots) for curve, weight in pairs], axis=0)
    marginal = np.sum([weight * curve.marginal_at(knots) for curve, weight in pairs], axis=0)
    return ResponseCurve(knots, np.maximum.accumulate(response), np.maximum(marginal, 0.0))


def lifetime_weights(new_customer: float, returning_customer: float) -> dict[str, float]:
    """Weights that count a new and a returning customer's order by what each is worth in the long run."""
    return {"conversions": returning_customer, "new_customers": new_customer - returning_customer}


def scorecard_weights(weights: Weights, today: Weights) -> dict[str, float]:
    """Weights of measures that are counted in multiples of what they amount to `today`."""
    return {name: weight / today[name] for name, weight in weights.items() if today[name] > 0}


def aimed_at(problem: AllocationProblem, weights: Weights) -> AllocationProblem:
    """The same problem with this objective, made of its channels' measures; draws are not of it."""
    channels = tuple(
        replace(terms, curve=weighed(terms.measures, weights), draws=None) for terms in problem.channels
    )
    return replace(problem, channels=channels)


def break_even(objective: str, *, margin: float | None = None, cost: float | None = None) -> float:
    """What a unit of money must bring at least, in the objective: what a unit held back is worth.

    A unit of spend must bring back a unit of margin: 1 / margin of revenue (1 when the margin is
    unknown), 1 of profit; of conversions or customers 1 / (what one may `cost`), 0 when unknown.
    """
    if objective == "profit":
        return 1.0
    if objective == "revenue":
        return 1.0 if margin is None else 1.0 / margin
    return 0.0 if cost is None else 1.0 / cost
