"""Demand that nobody sees: what it leaves in the shop's results, and in what all channels spend."""

from __future__ import annotations

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.panel import Panel

MOST_PERSISTENCE = 0.8
LEAST_TO_TELL = 20  # periods from which it can be told


def persistence(rest: FloatArray, outlier: FloatArray) -> float:
    """How far what is left (T, K) lasts: the geometric mean of its correlations one and two
    periods apart, the first less what chance may bring.

    Demand lasts; what two neighbouring periods share by chance, or because the calendar cuts it in two,
    shows one period apart only. `outlier` (T, K) is small for periods that count less. Zero where there are
    too few periods to tell.
    """
    left = rest * np.sqrt(np.minimum(outlier, 1.0))
    left = left - left.mean(axis=0)
    size = (left**2).sum(axis=0)
    if len(left) < LEAST_TO_TELL or not size.all():
        return 0.0
    one, two = (float(((left[lag:] * left[:-lag]).sum(axis=0) / size).mean()) for lag in (1, 2))
    beyond_chance = max(one - len(left) ** -0.5, 0.0)
    return float(min((beyond_chance * max(two, 0.0)) ** 0.5, MOST_PERSISTENCE))


def common_spend(panel: Panel, usual: FloatArray) -> tuple[FloatArray, float]:
    """What all channels' spend does at once (T,), and how far it is more than chance (0 to 1).

    The median over spending channels of log(spend / usual). If channels moved on their own, it
    would vary by π/2 of a channel's variance over their number; what it varies more is common.
    Nothing is common where fewer than two channels spend, or none at some time.
    """
    spending = (panel.spend > 0).any(axis=1)
    spend, usual = panel.spend[spending], usual[spending, None]
    count = (spend > 0).sum(axis=0)
    if not count.all() or len(spend) < 2:
        return np.zeros(len(panel.start)), 0.0
    move = np.where(spend > 0, np.log(np.maximum(spend / usual, 1e-12)), np.nan)
    common = np.nanmedian(move, axis=0)
    common -= common.mean()
    apart = (
        np.nanvar(move - np.nanmean(move, axis=1, keepdims=True), axis=0) * count / np.maximum(count - 1, 1)
    )
    chance, together = float(np.mean(np.pi / 2 * apart / count)), float(common.var())
    return common, float(np.sqrt(max(0.0, 1 - chance / together))) if together > 0 else 0.0
