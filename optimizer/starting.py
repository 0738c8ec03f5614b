"""Test budgets for channels that never spent: the least money that teaches what they bring.

What is asked is the response R to a usual month of channels of its kind. A month at a smaller spend
shows the response r there, give or take `noise` on the logarithm, and leaves of the doubt about R

    var(log R) · (1 - ρ² · var(log r) / (var(log r) + noise²))

with ρ the correlation of log r and log R over the curve's draws. The least spend is taken that halves
the doubt. Where only the whole shop's result is known, noise is that of the shop's month against r, and
a small test may teach nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.fitted import Fit, FittedCurve
from optimizer.forecast import spread_within
from optimizer.history import History
from optimizer.periods import Period

SHARES = (0.1, 0.25, 0.5, 1.0)  # of a usual month of channels of its kind
TAUGHT = 0.5  # of the doubt that was: a test that leaves no more has taught enough
MOST_OF_RESERVE = 0.5  # that all tests together may take
LAST_DAYS = 91  # of the shop's results, to tell what it sells in a month


@dataclass(frozen=True)
class Trial:
    """A test budget: `spend` on top of what the plan gives, to be drawn from the reserve.

    `response` is what it should bring, between `low` and `high` nine times in ten; `doubt_before` and
    `doubt_after` are the standard deviations of the logarithm of a usual month's response, now and then.
    """

    channel: str
    spend: float
    response: float
    low: float
    high: float
    doubt_before: float
    doubt_after: float


def trials(
    fit: Fit,
    history: History,
    month: Period,
    *,
    planned: Mapping[str, float],
    room: Mapping[str, float],
    reserve: float,
) -> list[Trial]:
    """A test budget for each channel that never spent and that the plan gives less than it takes.

    `planned` is what the plan gives each channel, `room` the most it may be given, `reserve` what is
    held back; all in currency. All tests together take at most MOST_OF_RESERVE of the reserve.
    """
    if (noise := _noise(history, month)) is None:
        return []
    wished = {}
    for curve in fit.curves.values():
        if curve.source == "pooled" and curve.usual_spend and curve.observed_max_spend is None:
            target = min(_target(curve, noise), room[curve.channel], float(curve.curve.spend[-1]))
            wished[curve.channel] = max(target - planned[curve.channel], 0.0)
    asked = sum(wished.values())
    share = min(1.0, MOST_OF_RESERVE * reserve / asked) if asked > 0 else 0.0
    return [
        _trial(fit.curves[name], planned[name], share * amount, noise)
        for name, amount in wished.items()
        if share * amount > 0
    ]


@dataclass(frozen=True)
class Noise:
    """How far a month strays by itself: `share` of a channel's result, or `amount` of the shop's."""

    share: float
    amount: float = 0.0

    def of(self, response: float) -> float:
        """As a share of a response."""
        return self.share if not self.amount else self.amount / max(response, 1e-9)


def _noise(history: History, month: Period) -> Noise | None:
    """From the channels' own results where there are any, otherwise from the shop's; None without both."""
    own = [s for s in history.channels.values() if np.isfinite(s.result).any() and (s.spend > 0).any()]
    if own:
        return Noise(float(np.median([spread_within(s, month, per_spend=True) for s in own])))
    if history.shop is None or not len(history.shop):
        return None
    shop = history.shop.before(month.start)
    recent = shop.start >= (shop.end[-1:] - LAST_DAYS)
    sold = np.nansum(shop.result[recent]) / max(shop.days[recent].sum(), 1.0) * month.days
    return Noise(0.0, float(sold) * spread_within(shop, month, per_spend=False))


def _target(curve: FittedCurve, noise: Noise) -> float:
    """The least spend that teaches enough, or the largest of SHARES."""
    usual = curve.usual_spend or 0.0
    enough = [share * usual for share in SHARES if _is_taught(curve, share * usual, noise)]
    return min(enough, default=SHARES[-1] * usual)


def _is_taught(curve: FittedCurve, spend: float, noise: Noise) -> bool:
    before, after = _doubts(curve, spend, noise)
    return after <= TAUGHT * before


def _doubts(curve: FittedCurve, spend: float, noise: Noise) -> tuple[float, float]:
    """Doubt about the response to a usual month, before and after a month at `spend`."""
    asked, seen = (_log_draws(curve, at) for at in (curve.usual_spend or spend, spend))
    before, variance = float(asked.std()), float(seen.var())
    own = noise.of(float(curve.curve(spend))) ** 2
    together = float(np.mean((asked - asked.mean()) * (seen - seen.mean())))
    left = before**2 - together**2 / max(variance + own, 1e-12)
    return before, float(np.sqrt(max(left, 0.0)))


def _log_draws(curve: FittedCurve, spend: float) -> FloatArray:
    return np.log(np.maximum(curve.drawn_at(spend), 1e-9))


def _trial(curve: FittedCurve, planned: float, spend: float, noise: Noise) -> Trial:
    drawn = curve.drawn_at(planned + spend) - curve.drawn_at(planned)
    response = float(curve.curve(planned + spend) - curve.curve(planned))
    low, high = (float(side) for side in np.quantile(drawn, [0.05, 0.95]))
    before, after = _doubts(curve, planned + spend, noise)
    return Trial(curve.channel, spend, response, min(low, response), max(high, response), before, after)
