"""Curves from the whole shop's results, with or without what each channel is credited with.

    shop(t) = demand(t) · (base + Σ_c roi_c · reference_c · unit_c(t)) · noise(t)

Gibbs sampling in which every step is exact given the rest: one channel's grid point and roi
(truncated normal), the base, the effects of demand, the noise with its outliers, and the level of
roi of the whole account. The chains run side by side as columns of one matrix. Because spend
follows demand, the spend that all channels have in common may stand for demand that no calendar
knows; what separates channels is what each does on its own. What is left of the results may still
hold together from period to period, as demand that nobody sees does: then T periods say as much as
T / widening independent ones,

    widening = (1 + ρ) / (1 - ρ),    ρ the correlation of what is left from period to period

and the variance is widened by as much.

Reference: A. Gelman et al., Bayesian Data Analysis, 3rd ed., CRC Press 2013, chapter 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from optimizer.curves import FloatArray
from optimizer.fitting.belief import Belief, Effects
from optimizer.fitting.lift import RoiEvidence
from optimizer.fitting.unseen import persistence

CHAINS, BURN_IN, SWEEPS = 16, 25, 75
BASE_SHARE, BASE_SPREAD = 0.55, 0.25  # of the shop's revenue that comes without advertising
NOISE, NOISE_PERIODS = 0.06, 10.0  # usual noise of the shop's log results, and its weight as evidence
TAILS = 6.0  # degrees of freedom of the noise
MOST_SPREAD = 1.0  # of the logarithm of a roi
PERSISTENT = 20  # sweeps over which the correlation of what is left is averaged
LEVELS = np.exp(np.linspace(-2.5, 2.5, 61))  # of the account's roi


@dataclass(frozen=True, eq=False)
class Lever:
    """One channel as the shop's results see it; G points, T periods.

    `response` (G, T) is what each grid point brings at roi 1; `log_share` (G,) what was known of
    the points, `roi` and `spread` (G,) the mean and standard deviation of roi at an account level of 1;
    `told_precision` and `told_pull` (G,) are what tests say of it: exp(pull · roi - precision · roi² / 2).
    """

    response: FloatArray
    log_share: FloatArray
    roi: FloatArray
    spread: FloatArray
    told_precision: FloatArray
    told_pull: FloatArray

    @cached_property
    def log_weight(self) -> FloatArray:
        """(G,): the logarithm of a point's share, less that of its prior roi's density at zero roi."""
        return np.asarray(self.log_share - 0.5 * (self.roi / self.spread) ** 2)

    @classmethod
    def of(cls, belief: Belief, adstock: FloatArray, doubt: float, told: Sequence[RoiEvidence] = ()) -> Lever:
        """From what is believed; `doubt` is the log-spread between credited and caused revenue.

        `told` is what is known of caused roi from outside, whatever the account's level.
        """
        log_unit = belief.grid.log_unit(adstock / belief.reference)
        variance = belief.log_roi_spread**2 + doubt**2
        roi = np.exp(belief.log_roi + variance / 2)
        spread = roi * np.sqrt(np.expm1(variance))
        response, log_share = np.exp(log_unit) * belief.reference, np.log(belief.share + 1e-300)
        known = [evidence.on(belief) for evidence in told]
        precision, pull = (np.sum([k[i] for k in known], axis=0) + np.zeros(len(roi)) for i in range(2))
        return cls(response, log_share, roi, spread, precision, pull)


@dataclass(frozen=True, eq=False)
class Shop:
    """The shop's results per day (T,), the slope (T, features) of log demand, and what is known of it.

    `effects` has one more feature than the calendar: the spend that all channels have in common.
    """

    result: FloatArray
    slope: FloatArray
    effects: Effects


@dataclass(eq=False)
class Chains:
    """The state of all chains: K columns; `point` and `roi` (C, K), `brought` (C, T, K)."""

    point: NDArray[np.intp]
    roi: FloatArray
    brought: FloatArray
    base: FloatArray
    demand: FloatArray
    noise: FloatArray
    outlier: FloatArray
    level: FloatArray


@dataclass(frozen=True, eq=False)
class Posterior:
    """Per channel the points' shares and mean roi at each; and kept samples (samples, C) of both.

    `brought` (C, T) is what each channel is expected to have brought per day, `sold` (T,) the shop;
    `widening` how much what was left unexplained held together, 1 for not at all.
    """

    share: list[FloatArray]
    roi: list[FloatArray]
    points: NDArray[np.intp]
    rois: FloatArray
    base: FloatArray
    effects: FloatArray
    brought: FloatArray
    sold: FloatArray
    widening: float


def sample(shop: Shop, levers: list[Lever], level: float, level_spread: float, seed: int) -> Posterior:
    """Run the chains; `level` is the account's usual roi multiplier, with its log-spread."""
    sampler = Sampler(shop, levers, level, level_spread, np.random.default_rng(seed))
    return sampler.run()


class Sampler:
    """The Gibbs steps, in the order of a sweep."""

    def __init__(
        self, shop: Shop, levers: list[Lever], level: float, level_spread: float, rng: np.random.Generator
    ) -> None:
        self.shop, self.levers, self.rng = shop, levers, rng
        self.level, self.level_spread = level, level_spread
        self.squares = [lever.response**2 for lever in levers]
        self.usual = float(shop.result.mean())
        self.base_weight = (BASE_SPREAD * self.usual) ** -2.0
        self.effects_precision = np.linalg.inv(shop.effects.covariance)
        self.shock, self.doubt = shop.effects.shock[:, None], shop.effects.shock_spread[:, None] ** 2
        self.state = self._start()
        self.persistence: list[float] = []
        self.weights = [np.zeros(len(lever.roi)) for lever in levers]
        self.sums = [np.zeros(len(lever.roi)) for lever in levers]
        self.brought, self.sold = np.zeros_like(self.state.brought[:, :, 0]), np.zeros(len(shop.result))
        self.kept: list[tuple[NDArray[np.intp], FloatArray, FloatArray, FloatArray]] = []

    def _start(self) -> Chains:
        count, periods = len(self.levers), len(self.shop.result)
        point = np.array([[lever.log_share.argmax()] * CHAINS for lever in self.levers])
        roi = np.array([[lever.roi.mean() * self.level] * CHAINS for lever in self.levers])
        brought = np.stack([lv.response[p].T * r for lv, p, r in zip(self.levers, point, roi, strict=True)])
        return Chains(
            point=point,
            roi=roi.reshape(count, CHAINS),
            brought=brought,
            base=np.full(CHAINS, BASE_SHARE * self.usual),
            demand=np.ones((periods, CHAINS)),
            noise=np.full(CHAINS, NOISE**2),
            outlier=np.ones((periods, CHAINS)),
            level=np.full(CHAINS, self.level),
        )

    def run(self) -> Posterior:
        """All sweeps; after the burn-in every state counts."""
        for sweep in range(SWEEPS):
            effects = self._draw_demand()
            self._draw_noise()
            for c in self.rng.permutation(len(self.levers)):
                self._draw_channel(int(c), counts=sweep >= BURN_IN)
            self._draw_level()
            if sweep >= BURN_IN:
                self._keep(effects)
        count = CHAINS * len(self.kept)
        return Posterior(
            share=[w / count for w in self.weights],
            roi=[s / np.maximum(w, 1e-300) for s, w in zip(self.sums, self.weights, strict=True)],
            points=np.concatenate([k[0].T for k in self.kept]),
            rois=np.concatenate([k[1].T for k in self.kept]),
            base=np.concatenate([k[2] for k in self.kept]),
            effects=np.concatenate([k[3].T for k in self.kept]),
            brought=self.brought / count,
            sold=self.sold / count,
            widening=self.widening,
        )

    def _keep(self, effects: FloatArray) -> None:
        """Let the present state count."""
        s = self.state
        self.kept.append((s.point.copy(), s.roi.copy(), s.base.copy(), effects))
        self.brought += np.einsum("ctk,tk->ct", s.brought, s.demand)
        self.sold += ((s.base + s.brought.sum(0)) * s.demand).sum(1)

    def _draw_demand(self) -> FloatArray:
        """Effects of demand: a weighted regression of what the level leaves of the logarithm."""
        s, slope = self.state, self.shop.slope
        self.rest = np.log(self.shop.result)[:, None] - np.log(s.base + s.brought.sum(0)) - self.shock
        weight = s.outlier / self.variance
        precision = (slope.T * weight.T[:, None, :]) @ slope + self.effects_precision
        pull = slope.T @ (weight * self.rest) + (self.effects_precision @ self.shop.effects.mean)[:, None]
        root = np.linalg.cholesky(precision)
        mean = np.linalg.solve(precision, pull.T[:, :, None])
        normal = self.rng.normal(size=mean.shape)
        effects = (mean + np.linalg.solve(np.swapaxes(root, 1, 2), normal))[:, :, 0].T
        self.rest -= slope @ effects
        s.demand = np.exp(slope @ effects + self.shock)
        self.persistence.append(persistence(self.rest, s.outlier))
        return np.asarray(effects)

    @property
    def widening(self) -> float:
        """How much the variance is widened, because what is left of the results holds together."""
        kept = self.persistence[-PERSISTENT:]
        together = sum(kept) / len(kept) if kept else 0.0
        return (1 + together) / (1 - together)

    @property
    def variance(self) -> FloatArray:
        """(T, K): of the logarithm of what is seen, outliers aside."""
        return np.asarray(self.state.noise * self.widening + self.doubt)

    def _draw_noise(self) -> None:
        s = self.state
        square = self.rest**2 * s.noise / (s.noise + self.doubt)
        s.outlier = self.rng.gamma((TAILS + 1) / 2, size=square.shape) / ((TAILS + square / s.noise) / 2)
        scale = (s.outlier * square).sum(0) + NOISE_PERIODS * NOISE**2
        s.noise = scale / 2 / self.rng.gamma((len(square) + NOISE_PERIODS) / 2, size=CHAINS)

    def _draw_channel(self, c: int, *, counts: bool) -> None:
        """One channel's point and roi, with the base integrated out; then the base.

        The logarithm of the result is taken as straight around what is expected: a period of refunds or a
        wrong figure then weighs no more than its distance on the logarithm allows.
        """
        s, lever = self.state, self.levers[c]
        expected = s.base + s.brought.sum(0)
        weight = s.outlier / (self.variance * expected**2)
        seen = expected * (1 + np.log(self.shop.result[:, None] / (s.demand * expected)))
        left = seen - (expected - s.base - s.brought[c])
        base_precision = weight.sum(0) + self.base_weight
        base = ((weight * left).sum(0) + self.base_weight * BASE_SHARE * self.usual) / base_precision
        flat = lever.response @ weight
        curved = self.squares[c] @ weight - flat**2 / base_precision + lever.told_precision[:, None]
        pull = lever.response @ (weight * left) - flat * base + lever.told_pull[:, None]
        mean, spread, log_positive, share = self._point_shares(lever, curved, pull)
        if counts:
            above = np.exp(-0.5 * (mean / spread) ** 2 - log_positive) / np.sqrt(2 * np.pi)
            self.weights[c] += share.sum(1)
            self.sums[c] += (share * (mean + spread * above)).sum(1)
        point = np.minimum((share.cumsum(0) < self.rng.random(CHAINS)).sum(0), len(share) - 1)
        columns = np.arange(CHAINS)
        s.point[c], s.roi[c] = point, self._positive(mean[point, columns], spread[point, columns])
        s.brought[c] = lever.response[point].T * s.roi[c]
        rest = (weight * (left - s.brought[c])).sum(0) + self.base_weight * BASE_SHARE * self.usual
        s.base = self._positive(rest / base_precision, base_precision**-0.5)

    def _point_shares(
        self, lever: Lever, curved: FloatArray, pull: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Per point and chain (G, K): mean and spread of roi before it is cut at zero, the logarithm
        of the chance that it is above zero, and the point's share.

        The shop's results say exp(pull · roi - curved · roi² / 2); what was known is a normal cut at zero.
        """
        level = self.state.level
        known = (lever.spread[:, None] * level) ** -2.0
        precision = np.maximum(curved, 0.0) + known
        spread = precision**-0.5
        mean = (pull + (lever.roi[:, None] * level) * known) / precision
        z = mean / spread
        log_positive = log_ndtr(z)
        log_weight = 0.5 * z**2 + 0.5 * np.log(known / precision) + log_positive + lever.log_weight[:, None]
        share = np.exp(log_weight - log_weight.max(0))
        return mean, spread, log_positive, share / share.sum(0)

    def _draw_level(self) -> None:
        """The account's level of roi, on a grid."""
        s, levels = self.state, LEVELS[:, None] * self.level
        log_weight = -0.5 * (np.log(levels / self.level) / self.level_spread) ** 2
        log_weight = np.repeat(log_weight, CHAINS, axis=1)
        for lever, point, roi in zip(self.levers, s.point, s.roi, strict=True):
            mean, spread = lever.roi[point], lever.spread[point]
            log_weight += -0.5 * ((roi / levels - mean) / spread) ** 2 - np.log(levels)
        share = np.exp(log_weight - log_weight.max(0))
        cumulative = share.cumsum(0) / share.sum(0)
        pick = np.minimum((cumulative < self.rng.random(CHAINS)).sum(0), len(levels) - 1)
        s.level = LEVELS[pick] * self.level

    def _positive(self, mean: FloatArray, spread: FloatArray) -> FloatArray:
        """Draws of a normal above zero."""
        below = ndtr(-mean / spread)
        chance = below + (1 - below) * self.rng.random(mean.shape)
        drawn = mean + spread * ndtri(np.clip(chance, 1e-12, 1 - 1e-12))
        return np.asarray(np.maximum(drawn, 1e-3 * spread))


def believed(belief: Belief, posterior: Posterior, channel: int) -> Belief:
    """The belief after the shop's results: new shares and roi at each point, and the samples."""
    rois = posterior.rois[:, channel]
    spread = min(float(np.log(rois).std()), MOST_SPREAD)
    return replace(
        belief,
        share=posterior.share[channel] / posterior.share[channel].sum(),
        log_roi=np.log(np.maximum(posterior.roi[channel], 1e-12)) - spread**2 / 2,
        log_roi_spread=np.full(len(belief.share), spread),
        noise=0.0,
        samples=(posterior.points[:, channel], rois),
    )
