"""Curves from each channel's own results.

On the logarithm everything but the grid is linear, so every grid point has a closed form:

    log(result(t) / reference) = log_roi + log_unit(t) + demand(t) + shock(t) + drift(t) + noise(t)

Demand and the shocks of single periods are shared by all channels: what lifts every channel at
once is not credited to anyone's spend. Each channel is told what the *others* say of demand.
Drift, a random walk or a single break, is zero in the plan month and grows backwards, so that old
results weigh less, by as much as the data ask for. Noise has heavy tails.

Reference for the closed form: C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for
Machine Learning, MIT Press 2006, section 2.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.demand import YEAR_DAYS, DemandFeatures
from optimizer.fitting.belief import Belief
from optimizer.fitting.evidence import Evidence, evidence, shares
from optimizer.fitting.grid import Grid
from optimizer.fitting.panel import Panel

ROUNDS = 3  # of telling each channel what the others say
NOISE = 0.25  # usual noise of log results, worth NOISE_PERIODS of evidence
NOISE_PERIODS = 4
TAILS = 8.0  # degrees of freedom of the noise
SHOCK = 0.05  # first guess of the spread of shocks
OWN_DEMAND = 0.2  # how much a channel's demand effects differ from the shared ones, in their spreads
ROI_SPREAD = 0.6  # of log roi between the channels of an account
ROI_SPREAD_LEAST, ROI_SPREAD_MOST = 0.3, 1.2
DRIFTS = {0.03: 0.6, 0.2: 0.2, 0.5: 0.08}  # yearly spread of a random walk: how likely beforehand
BREAK_SHARE = 0.12  # how likely a break is beforehand
BREAK_SPREAD = 0.7  # of the logarithm of its factor
VAGUE = 4.0  # variance of a level nothing is known of


@dataclass(eq=False)
class Sight:
    """One channel's usable results, and what is believed of them so far; T usable periods.

    `target` (T,) is log(result / reference), `log_unit` (points, T), `weight` (T,) how much each
    period counts, `age` (T,) in years before the plan month; `tail_weight` is below 1 for outliers.
    """

    rows: NDArray[np.intp]
    reference: float
    target: FloatArray
    log_unit: FloatArray
    weight: FloatArray
    age: FloatArray
    tail_weight: FloatArray
    share: FloatArray
    noise: float = NOISE**2
    log_roi: float = 0.0
    log_roi_variance: float = ROI_SPREAD**2

    @property
    def noise_variance(self) -> FloatArray:
        """(T,): variance of each period's noise."""
        return np.asarray(self.noise / (self.weight * self.tail_weight))


def usual_spend(panel: Panel) -> FloatArray:
    """(C,): the geometric mean of each channel's daily spend where it spent; of one that never did, the others' median."""
    usual = np.full(len(panel.channels), np.nan)
    for c, spend in enumerate(panel.spend):
        if (spend > 0).any():
            usual[c] = np.exp(np.log(spend[spend > 0]).mean())
    return np.nan_to_num(usual, nan=float(np.nanmedian(usual)) if np.isfinite(usual).any() else 1.0)


def sight(
    panel: Panel, channel: int, grid: Grid, adstock: FloatArray, reference: float, plan_start: int
) -> Sight:
    """A channel's results made fit for logarithms: refunds are settled with their neighbours."""
    result, weight = settled(np.where(panel.is_known[channel], panel.result[channel], np.nan))
    rows = np.flatnonzero(np.isfinite(result))
    return Sight(
        rows=rows,
        reference=reference,
        target=np.log(result[rows] / reference),
        log_unit=grid.log_unit(adstock[:, rows] / reference),
        weight=weight[rows],
        age=(plan_start - panel.middle[rows]) / YEAR_DAYS,
        tail_weight=np.ones(len(rows)),
        share=shares(grid.log_share),
    )


def settled(result: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Results above zero, and their weights.

    A period whose result is zero or negative is joined with the following ones (the last with
    those before it) until their sum is positive; each of them then counts as its share of it.
    """
    result, weight = result.copy(), np.ones(len(result))
    known = np.flatnonzero(np.isfinite(result))
    group: list[int] = []
    done: list[list[int]] = []
    for t in known:
        group.append(int(t))
        if result[group].sum() > 0:
            done.append(group)
            group = []
    while group and done and result[group].sum() <= 0:
        group = done.pop() + group
    if group and result[group].sum() > 0:
        done.append(group)
        group = []
    result[group] = np.nan
    for joined in done:
        result[joined] = result[joined].mean()
        weight[joined] = 1 / len(joined)
    return result, weight


@dataclass(eq=False)
class Demand:
    """What the channels together say of demand: effects of features, and a shock per period (T,).

    `precision` and `pull` are the sums over channels of what each says of the effects, with what
    was known before; `own_precision` and `own_pull` (C, …) each channel's part.
    """

    features: DemandFeatures
    panel: Panel
    effects: FloatArray
    precision: FloatArray
    pull: FloatArray
    parts: list[tuple[FloatArray, FloatArray]]
    shock_spread: float
    shock_weight: FloatArray
    shock_pull: FloatArray

    @classmethod
    def unknown(cls, features: DemandFeatures, panel: Panel, channels: int) -> Demand:
        """Nothing but what is known before looking."""
        precision = np.diag(features.spread**-2.0)
        zero = np.zeros(len(features.names))
        periods = np.zeros((channels, len(panel.start)))
        spread = SHOCK if channels > 1 else 0.0
        nothing = [(0 * precision, zero)] * channels
        return cls(features, panel, zero, precision, zero, nothing, spread, periods, periods.copy())

    def without(self, channel: int, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Mean (T,) and covariance (T, T) of log demand in some periods, as the others see it."""
        precision, pull = self.parts[channel]
        covariance = np.linalg.inv(self.precision - precision)
        level, slope = self.log_demand(rows)
        mean = level + slope @ (covariance @ (self.pull - pull) - self.effects)
        shock, variance = self._shocks(channel, rows)
        return mean + shock, slope @ covariance @ slope.T + np.diag(variance)

    def log_demand(self, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Log demand of some periods at the present effects (T,), and its slope (T, features)."""
        return self.features.over(self.panel.start[rows], self.panel.days[rows], self.effects)

    def _shocks(self, channel: int, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        if not self.shock_spread:
            return np.zeros(len(rows)), np.zeros(len(rows))
        others = np.arange(len(self.parts)) != channel
        weight = self.shock_weight[others][:, rows].sum(0) + self.shock_spread**-2.0
        return self.shock_pull[others][:, rows].sum(0) / weight, 1 / weight

    def learn(self, sights: list[Sight], expected: list[FloatArray]) -> None:
        """Hear every channel again: `expected` (T,) is what each sees of log demand and level."""
        self._learn_effects(sights, expected)
        if len(sights) > 1:
            self._learn_shocks(sights, expected)

    def _learn_effects(self, sights: list[Sight], expected: list[FloatArray]) -> None:
        parts = []
        for c, (mine, seen) in enumerate(zip(sights, expected, strict=True)):
            level, slope = self.log_demand(mine.rows)
            shock, variance = self._shocks(c, mine.rows)
            own = own_covariance(mine, self, list(DRIFTS)[0]) + VAGUE
            inverse = np.linalg.inv(own + np.diag(mine.noise_variance + variance))
            seen = seen - shock - level + slope @ self.effects
            seen = seen - seen.mean() if len(seen) else seen
            parts.append((slope.T @ inverse @ slope, slope.T @ (inverse @ seen)))
        self.parts = parts
        self.precision = np.diag(self.features.spread**-2.0) + sum(p for p, _ in parts)
        self.pull = np.sum([b for _, b in parts], axis=0)
        self.effects = np.linalg.solve(self.precision, self.pull)

    def _learn_shocks(self, sights: list[Sight], expected: list[FloatArray]) -> None:
        for c, (mine, seen) in enumerate(zip(sights, expected, strict=True)):
            if not len(mine.rows):
                continue
            level, _ = self.log_demand(mine.rows)
            own = own_covariance(mine, self, list(DRIFTS)[0]) + VAGUE
            noise = np.diag(mine.noise_variance + self.shock_spread**2)
            rest = seen - level - seen.mean()
            rest = rest - own @ np.linalg.solve(own + noise, rest)
            self.shock_weight[c, mine.rows] = 1 / mine.noise_variance
            self.shock_pull[c, mine.rows] = rest / mine.noise_variance
        weight = self.shock_weight.sum(0) + self.shock_spread**-2.0
        mean = self.shock_pull.sum(0) / weight
        heard = self.shock_weight.sum(0) > 0
        self.shock_spread = float(np.sqrt(np.mean((mean**2 + 1 / weight)[heard])))


def own_covariance(mine: Sight, demand: Demand, drift: float) -> FloatArray:
    """(T, T): how a channel's level strays on its own: its own season and a random walk."""
    _, slope = demand.log_demand(mine.rows)
    own = slope * demand.features.spread * OWN_DEMAND
    return np.asarray(own @ own.T + drift**2 * np.minimum(mine.age[:, None], mine.age))


@dataclass(eq=False)
class Account:
    """All channels of an account, believed together."""

    sights: list[Sight]
    demand: Demand
    grid: Grid
    roi_centre: float = 0.0
    roi_spread: float = ROI_SPREAD

    def learn(self) -> list[Belief]:
        """Tell the channels of each other for some rounds; then weigh drift and breaks."""
        seen = [mine.target.mean() for mine in self.sights if len(mine.rows)]
        self.roi_centre = float(np.mean(seen)) if seen else 0.0
        for _ in range(ROUNDS - 1):
            self.demand.learn(self.sights, [_expected(mine) for mine in self.sights])
            for c, mine in enumerate(self.sights):
                self._weigh(c, mine)
            self._pool()
        self.demand.learn(self.sights, [_expected(mine) for mine in self.sights])
        return [self._belief(c, mine) for c, mine in enumerate(self.sights)]

    def _weigh(self, c: int, mine: Sight) -> Evidence:
        """Shares of the grid points as far as they are known, and how noisy the channel is."""
        mean, covariance = self.demand.without(c, mine.rows)
        covariance = covariance + own_covariance(mine, self.demand, list(DRIFTS)[0])
        noisy = covariance + np.diag(mine.noise_variance)
        residual = mine.target - mine.log_unit - mean
        seen = evidence(residual, noisy, self.roi_centre, self.roi_spread)
        mine.share = shares(seen.log_likelihood + self.grid.log_share)
        mine.log_roi = float(mine.share @ seen.log_roi)
        mine.log_roi_variance = seen.variance
        self._learn_noise(mine, mine.share @ residual - mine.log_roi, noisy)
        return seen

    def _learn_noise(self, mine: Sight, rest: FloatArray, noisy: FloatArray) -> None:
        """Split what is left into noise and the rest; outliers count less (expectation-maximisation)."""
        variance = mine.noise_variance
        inverse = np.linalg.inv(noisy)
        square = (variance * (inverse @ rest)) ** 2 + variance - variance**2 * np.diag(inverse)
        scaled = mine.weight * mine.tail_weight * square
        known = NOISE_PERIODS * NOISE**2
        mine.noise = float((scaled.sum() + known) / (len(rest) + NOISE_PERIODS))
        mine.tail_weight = (TAILS + 1) / (TAILS + mine.weight * square / mine.noise)

    def _pool(self) -> None:
        """What an account's channels return on the whole, and how much they differ."""
        heard = [mine for mine in self.sights if len(mine.rows)]
        if not heard:
            return
        centres = np.array([mine.log_roi for mine in heard])
        self.roi_centre = float(centres.mean())
        sure = np.mean([mine.log_roi_variance for mine in heard])
        known = 2.0  # channels' worth of ROI_SPREAD
        spread = (centres.var() * len(centres) - sure + known * ROI_SPREAD**2) / (len(centres) + known)
        self.roi_spread = float(np.clip(np.sqrt(max(spread, 0.0)), ROI_SPREAD_LEAST, ROI_SPREAD_MOST))

    def _belief(self, c: int, mine: Sight) -> Belief:
        """The last word: every kind of drift and a break weighed against each other."""
        mean, shared = self.demand.without(c, mine.rows)
        residual = mine.target - mine.log_unit - mean
        base = shared + np.diag(mine.noise_variance)
        ways = {f"drift {d}": (np.log(p), own_covariance(mine, self.demand, d)) for d, p in DRIFTS.items()}
        breaks = None
        if len(mine.rows) >= LEAST_FOR_BREAK:
            calm = base + own_covariance(mine, self.demand, min(DRIFTS))
            breaks = break_shares(mine.share @ residual, calm, mine.age, self.roi_spread)
            own = own_covariance(mine, self.demand, min(DRIFTS))
            ways["break"] = (np.log(BREAK_SHARE), own + break_covariance(breaks))
        seen = {
            k: evidence(residual, base + own, self.roi_centre, self.roi_spread)
            for k, (_, own) in ways.items()
        }
        log_weight = np.stack([seen[k].log_likelihood + ways[k][0] for k in ways]) + self.grid.log_share
        joint = shares(log_weight.ravel()).reshape(log_weight.shape)
        share = joint.sum(0)
        within = joint / np.maximum(share, 1e-300)
        means = np.stack([e.log_roi for e in seen.values()])
        variances = np.array([e.variance for e in seen.values()])
        log_roi = (within * means).sum(0)
        spread = np.sqrt((within * (means**2 + variances[:, None])).sum(0) - log_roi**2)
        mine.share = share
        return Belief(
            self.grid,
            share,
            log_roi,
            spread,
            mine.reference,
            float(np.sqrt(mine.noise)),
            periods=len(mine.rows),
        )


LEAST_FOR_BREAK = 8  # periods


def _expected(mine: Sight) -> FloatArray:
    """(T,): the target less the curve, over the grid points as they are believed."""
    return np.asarray(mine.target - mine.share @ mine.log_unit)


def break_shares(rest: FloatArray, covariance: FloatArray, age: FloatArray, spread: float) -> FloatArray:
    """(T,): how likely a break is between each period and the one before, if there was one."""
    steps = np.tril(np.ones((len(rest), len(rest))), -1).T[:, 2:-1]
    noisy = covariance + spread**2 + 1.0
    inverse = np.linalg.inv(noisy)
    rest = rest - rest.mean()
    solved = inverse @ steps
    gain = 1 + BREAK_SPREAD**2 * np.einsum("tk,tk->k", steps, solved)
    log_factor = -0.5 * np.log(gain) + 0.5 * BREAK_SPREAD**2 * (solved.T @ rest) ** 2 / gain
    found = np.zeros(len(rest))
    found[2:-1] = shares(log_factor)
    return found


def break_covariance(breaks: FloatArray) -> FloatArray:
    """(T, T): periods before a break share what was different then."""
    later = np.concatenate([np.cumsum(breaks[::-1])[::-1][1:], [0.0]])  # break after t
    return np.asarray(BREAK_SPREAD**2 * np.minimum(later[:, None], later))
