"""Demand that nobody sees: what it leaves in channels' and the shop's results, and in what they spend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.linalg.lapack import dtrtrs

from optimizer.curves import FloatArray
from optimizer.fitting.evidence import cholesky
from optimizer.fitting.panel import Panel

MOST_PERSISTENCE = 0.8
LEAST_TO_TELL = 20  # periods from which it can be told
SHOCK, SHOCK_SPREAD = 0.05, 1.0  # usual size of shocks, and the spread of its logarithm
SIZES = (0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.24, 0.35)
MEMORIES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)  # what is left of a shock a week later


@dataclass(frozen=True)
class Shocks:
    """Ups and downs of log demand that no calendar knows, each as large as `size`, fading with time:

        covariance of two times = size² · memory^(weeks apart)

    Both are places in SIZES and MEMORIES.
    """

    size_at: int = SIZES.index(0.04)
    memory_at: int = 0

    @property
    def size(self) -> float:
        """The standard deviation of one shock."""
        return SIZES[self.size_at]

    def alike(self, days: FloatArray) -> FloatArray:
        """The correlation of times so many days apart."""
        weeks, memory = np.abs(days) / 7, MEMORIES[self.memory_at]
        return np.exp(np.log(memory) * weeks) if memory else np.asarray(weeks == 0, dtype=float)

    def together(self, days: FloatArray) -> FloatArray:
        """The covariance of times so many days apart."""
        return self.size**2 * self.alike(days)

    def beside(self) -> list[Shocks]:
        """The neighbours: a little larger, smaller, longer, shorter."""
        steps = [(1, 0), (-1, 0), (0, 1), (0, -1)]
        places = [(self.size_at + a, self.memory_at + b) for a, b in steps]
        return [Shocks(a, b) for a, b in places if 0 <= a < len(SIZES) and 0 <= b < len(MEMORIES)]

    def likelier(self, seen: FloatArray, doubt: FloatArray, apart: FloatArray) -> Shocks:
        """The likeliest shocks near these, climbing step by step.

        `seen` (T,) is log demand, `doubt` (T, T) the covariance of all in it that is no shock, `apart`
        (T, T) in days.
        """

        @cache
        def alike(memory_at: int) -> FloatArray:
            return Shocks(memory_at=memory_at).alike(apart)

        @cache
        def likelihood(shocks: Shocks) -> float:
            return shocks._log_likelihood(seen, doubt + shocks.size**2 * alike(shocks.memory_at))

        best = self
        while (better := max(best.beside(), key=likelihood)) and likelihood(better) > likelihood(best):
            best = better
        return best

    def _log_likelihood(self, seen: FloatArray, covariance: FloatArray) -> float:
        root = cholesky(covariance)
        white = dtrtrs(root, seen, lower=1)[0]
        known = (np.log(self.size / SHOCK) / SHOCK_SPREAD) ** 2
        return float(-0.5 * (white @ white + known) - np.log(np.diag(root)).sum())


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
