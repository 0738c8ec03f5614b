"""How far each curve can be trusted, and what would narrow it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.findings import Finding
from optimizer.fitting.fitted import Fit, FittedCurve

WIDE = 0.25  # a range of more than ± this share of the response is worth narrowing
POINTS = 20
CURES = {  # what was noticed of a channel, and what would make its curve surer; the first that applies
    "no_history": "start",
    "no_results": "own_results",
    "constant_spend": "vary",
    "moves_together": "separate",
    "new_channel": "wait",
    "short_history": "wait",
    "stopped": "restart",
}


@dataclass(frozen=True)
class Diagnosis:
    """How sure a channel's curve is, and what would make it surer.

    `doubt_inside` is half the width of its range as a share of the response, on average over spends up
    to the fastest seen; `doubt_outside` the same from there to the curve's end (None: the curve ends
    before, or nothing was ever spent). `advice` is what would narrow it most: start, restart, wait,
    vary, separate, own_results, lift_test, go_further, or none.
    """

    channel: str
    doubt_inside: float | None
    doubt_outside: float | None
    advice: str


def diagnose(fit: Fit) -> dict[str, Diagnosis]:
    """Every curve of a fit, in its order."""
    return {name: _diagnosis(fit, curve) for name, curve in fit.curves.items()}


def _diagnosis(fit: Fit, curve: FittedCurve) -> Diagnosis:
    seen, end = curve.observed_max_spend or 0.0, float(curve.curve.spend[-1])
    inside = _doubt(curve, 0.1 * seen, min(seen, end)) if seen > 0 else None
    outside = _doubt(curve, seen, end) if 0 < seen < end else None
    return Diagnosis(curve.channel, inside, outside, _advice(fit, curve, inside, outside))


def _doubt(curve: FittedCurve, first: float, last: float) -> float:
    """Half the range's width as a share of the response, on average between two spends."""
    at = np.linspace(first, last, POINTS)
    low, high = (np.interp(at, curve.curve.spend, side) for side in (curve.low, curve.high))
    return float((high - low).mean() / 2 / max(float(curve.curve(at).mean()), 1e-12))


def _advice(fit: Fit, curve: FittedCurve, inside: float | None, outside: float | None) -> str:
    """The cure of what was noticed, else of what is wide."""
    if curve.source == "given":
        return "none"
    noticed = {finding.code for finding in fit.findings if curve.channel in _named(finding)}
    if cures := [cure for code, cure in CURES.items() if code in noticed]:
        return cures[0]
    if "cannot_tell" in noticed or (inside or 0.0) > WIDE:
        return "lift_test"
    return "go_further" if (outside or 0.0) > WIDE else "none"


def _named(finding: Finding) -> set[object]:
    """The channels that a finding speaks of."""
    return {finding.channel, finding.facts.get("other")}
