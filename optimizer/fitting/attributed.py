"""Curves from each channel's own results.

On the logarithm everything but the grid is linear, so every grid point has a closed form:

    log(result(t) / reference) = log_roi + log_unit(t) + demand(t) + shock(t) + drift(t) + noise(t)

Demand and the shocks of single periods are shared by all channels: what lifts every channel at
once is not credited to anyone's spend. Drift, a random walk or a single break, is zero in the plan
month and grows backwards, so that old results weigh less, by as much as the data ask for. Noise
has heavy tails. What channels return is pooled: one with few results leans on the others.

Reference: C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning,
MIT Press 2006, section 2.7.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.belief import Belief, Break
from optimizer.fitting.evidence import Evidence, evidence, shares
from optimizer.fitting.grid import FAMILIAR
from optimizer.fitting.kinship import kind_centres
from optimizer.fitting.shared_demand import DRIFT, SharedDemand
from optimizer.fitting.sight import NOISE, Sight

ROUNDS = 2  # of telling each channel what the others say, before the last word
NOISE_PERIODS = 4  # periods' worth of knowing the noise beforehand
TAILS = 8.0  # degrees of freedom of the noise
ROI_SPREAD = 0.6  # of log roi between the channels of an account, worth ROI_CHANNELS of evidence
ROI_CHANNELS = 2
ROI_SPREAD_LEAST, ROI_SPREAD_MOST = 0.3, 1.2
DRIFTS = {DRIFT: 0.6, 0.2: 0.2, 0.5: 0.08}  # yearly spread of a random walk: how likely beforehand
BREAK_SHARE = 0.12  # how likely a break is beforehand
BREAK_SPREAD = 0.7  # of the logarithm of its factor
BREAK_DRIFT = 0.2  # yearly spread of the walk beside it: what breaks may stray as well
LEAST_FOR_BREAK = 8  # periods


@dataclass(eq=False)
class Account:
    """All channels of an account, believed together."""

    sights: list[Sight]
    demand: SharedDemand
    roi_spread: float = ROI_SPREAD
    roi_centre: FloatArray = field(init=False)  # (channels,): what each one's kind returns

    def learn(self) -> list[Belief]:
        """Tell the channels of each other for some rounds; then weigh drift and breaks."""
        levels = [mine.target.mean() for mine in self.sights if len(mine)]
        self.roi_centre = np.full(len(self.sights), np.mean(levels) if levels else 0.0)
        for _ in range(ROUNDS):
            self.demand.learn(self.sights)
            for c, mine in enumerate(self.sights):
                self._weigh(c, mine)
            self._pool()
        self.demand.learn(self.sights)
        return [self._last_word(c, mine) for c, mine in enumerate(self.sights)]

    def _weigh(self, c: int, mine: Sight) -> None:
        """Shares of the grid points as far as they are known, and how noisy the channel is."""
        target, base = self._target(c, mine)
        base += self.demand.own(mine)
        seen = self._shared(c, target, base)
        while len(mine) and mine.look_closer():
            seen = self._shared(c, target, base)
        mine.log_roi, mine.log_roi_variance = float(mine.share @ seen.log_roi), seen.variance
        if len(mine):
            rest = target - mine.curve - mine.log_roi
            self._learn_noise(mine, rest, seen.whitener)

    def _shared(self, c: int, target: FloatArray, covariance: FloatArray) -> Evidence:
        """The evidence for every grid point, by which the channel's points have their shares."""
        mine, seen = self.sights[c], self._evidence(c, target, covariance)
        mine.believe(shares(seen.log_likelihood + mine.grid.log_share))
        return seen

    def _target(self, c: int, mine: Sight) -> tuple[FloatArray, FloatArray]:
        """What a curve is to explain (T,), and the covariance of what it cannot, but for straying."""
        mean, base = self.demand.without(c, mine)
        base += mine.followed
        return mine.target - mean, base

    def _evidence(self, c: int, target: FloatArray, covariance: FloatArray) -> Evidence:
        curves = self.sights[c].log_unit
        return evidence(curves, target, covariance, float(self.roi_centre[c]), self.roi_spread)

    def _learn_noise(self, mine: Sight, rest: FloatArray, whitener: FloatArray) -> None:
        """Split what is left into noise and the rest; outliers count less (expectation-maximisation)."""
        variance = mine.noise_variance
        certainty = (whitener**2).sum(axis=0)
        square = (variance * (whitener.T @ (whitener @ rest))) ** 2 + variance - variance**2 * certainty
        known = NOISE_PERIODS * NOISE**2
        scaled = (mine.tail_weight * square).sum() + known
        mine.noise = float(scaled / (len(mine) + NOISE_PERIODS))
        mine.tail_weight = (TAILS + 1) / (TAILS + square / mine.noise)

    def _pool(self) -> None:
        """What channels of one kind return, and how much they differ."""
        heard = np.array([len(mine) > 0 for mine in self.sights])
        if not heard.any():
            return
        log_roi = np.array([mine.log_roi for mine in self.sights])
        doubt = float(np.mean([mine.log_roi_variance for mine in self.sights if len(mine)]))
        noise = doubt + self.roi_spread**2
        self.roi_centre = kind_centres(log_roi, heard, self.demand.panel.kinds, noise)
        apart = ((log_roi - self.roi_centre)[heard] ** 2).sum()
        square = apart - doubt + ROI_CHANNELS * ROI_SPREAD**2
        spread = np.sqrt(max(square, 0.0) / (heard.sum() + ROI_CHANNELS))
        self.roi_spread = float(np.clip(spread, ROI_SPREAD_LEAST, ROI_SPREAD_MOST))

    def _last_word(self, c: int, mine: Sight) -> Belief:
        """Every kind of drift, and a break, weighed against each other."""
        target, base = self._target(c, mine)
        ways = {chance: self.demand.own(mine, drift) for drift, chance in DRIFTS.items()}
        seen = [self._evidence(c, target, base + own) for own in ways.values()]
        found = None
        if len(mine) >= LEAST_FOR_BREAK:
            found = break_shares(target - mine.curve, seen[0].whitener, self.roi_spread)
            ways[BREAK_SHARE] = self.demand.own(mine, BREAK_DRIFT) + break_covariance(found)
            seen.append(self._evidence(c, target, base + ways[BREAK_SHARE]))
        log_weight = np.stack([e.log_likelihood + np.log(p) for e, p in zip(seen, ways, strict=True)])
        joint = shares((log_weight + mine.grid.log_share).ravel()).reshape(log_weight.shape)
        rest = target - mine.log_unit.mean(joint.sum(0))
        change = None if found is None else self._break(mine, rest, found, float(joint[-1].sum()))
        return self._belief(mine, joint, seen, change)

    def _belief(self, mine: Sight, joint: FloatArray, seen: list[Evidence], change: Break | None) -> Belief:
        """The mixture over kinds of drift, on familiar points; `joint` (kinds, points) are the shares."""
        share = joint.sum(0)
        familiar = np.flatnonzero(share > FAMILIAR * share.max())
        share, within = share[familiar] / share[familiar].sum(), joint[:, familiar] / share[familiar]
        means = np.stack([e.log_roi[familiar] for e in seen])
        square = means**2 + np.array([[e.variance] for e in seen])
        log_roi = (within * means).sum(0)
        spread = np.sqrt(np.maximum((within * square).sum(0) - log_roi**2, 1e-12))
        noise = float(np.sqrt(mine.noise)) if len(mine) else 0.0
        variance = float(mine.target.var()) if len(mine) > 2 else 0.0
        explained = float(np.clip(1 - mine.noise / variance, 0.0, 1.0)) if variance > 0 else None
        return Belief(
            grid=mine.grid.at(familiar),
            share=share,
            log_roi=log_roi,
            log_roi_spread=spread,
            reference=mine.reference,
            noise=noise,
            periods=len(mine),
            explained_share=explained,
            change=change,
        )

    def _break(self, mine: Sight, rest: FloatArray, found: FloatArray, probability: float) -> Break:
        """The likeliest break: the mean level after it against the mean before."""
        at = int(found.argmax())
        weight = mine.tail_weight
        after, before = (rest[side] @ weight[side] / weight[side].sum() for side in (np.s_[at:], np.s_[:at]))
        start = self.demand.panel.middle[mine.rows[at]]
        return Break(int(start), float(np.exp(after - before)), probability)


def break_shares(rest: FloatArray, whitener: FloatArray, spread: float) -> FloatArray:
    """(T,): how likely a break is between each period and the one before, if there was one.

    `whitener` (T, T) is that of the rest but for its level, which is known up to `spread`. At least two
    periods lie before and after a break.
    """
    steps = np.cumsum(whitener, axis=1)  # whitened: 1 in the periods up to each one, 0 in those after it
    level, white = steps[:, -1], whitener @ (rest - rest.mean())
    known = (level @ steps) / (level @ level + spread**-2.0)
    gain = 1 + BREAK_SPREAD**2 * (np.einsum("ts,ts->s", steps, steps) - known * (level @ steps))
    pull = white @ steps - known * (level @ white)
    likely = -0.5 * np.log(gain) + 0.5 * BREAK_SPREAD**2 * pull**2 / gain
    found = np.zeros(len(rest))
    found[2:-1] = shares(likely[1:-2])
    return found


def break_covariance(found: FloatArray) -> FloatArray:
    """(T, T): periods before a break share what was different then."""
    later = np.append(np.cumsum(found[::-1])[::-1][1:], 0.0)  # that a break comes after the period
    return np.asarray(BREAK_SPREAD**2 * np.minimum(later[:, None], later))
