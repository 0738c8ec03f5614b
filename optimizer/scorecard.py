"""Several results weighed into one: an index that is 100 where every result is what it is today.

F_c(s) = 100 · Σ_m weight_m F_mc(s) / (what result m amounts to today),   weights adding up to one
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.errors import Fault, ProblemError
from optimizer.fitting.fitted import Fit, FittedCurve
from optimizer.objectives import Weights, scorecard_weights, weighed

TODAY = 100.0  # points


def scored(fits: Mapping[str, Fit], weights: Weights, usual: Mapping[str, float]) -> Fit:
    """The curves of the index, from those of each result; `usual` is today's spend by channel, in currency.

    What was noticed of any of the results is noticed of the index. Raises `ProblemError` when today's spend
    brings nothing of a weighed result.
    """
    today = {name: brought(fits[name], usual) for name in weights}
    faults = [
        Fault(("weights", name), f"Today's spend brings no {name}: it cannot be weighed.")
        for name in weights
        if today[name] <= 0
    ]
    if faults:
        raise ProblemError(faults)
    share = TODAY / sum(weights.values())
    scale = {name: share * weight for name, weight in scorecard_weights(weights, today).items()}
    first = fits[max(weights, key=lambda name: (weights[name], name))]
    known = {(f.code, f.channel): f for fit in fits.values() for f in fit.findings}
    return replace(
        first,
        curves={
            name: _blended(curve, {m: fits[m].curves[name] for m in weights}, scale)
            for name, curve in first.curves.items()
        },
        demand=replace(first.demand, baseline=None, baseline_draws=None),
        findings=tuple(known.values()),
        explained_share=None,
        past=None,
    )


def brought(fit: Fit, spend: Mapping[str, float]) -> float:
    """What spends (currency, by channel) bring in all."""
    return sum(float(fit.curves[name].curve(amount)) for name, amount in spend.items())


def _blended(first: FittedCurve, curves: Mapping[str, FittedCurve], scale: Weights) -> FittedCurve:
    """One channel's curve of the index; what else is told of it is told as of the first."""
    curve = weighed({name: each.curve for name, each in curves.items()}, scale)
    careful = weighed({name: each.prudent for name, each in curves.items()}, scale)
    drawn = [scale[name] * each.drawn_at(curve.spend) for name, each in curves.items()]
    draws = np.maximum.accumulate(np.sum(drawn, axis=0), axis=1)
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    return replace(first, curve=curve, prudent=careful, draws=draws, low=low, high=high, explained_share=None)
