"""Demand as all channels together see it: effects of season, festivals and trend, and shocks.

Each channel says what it sees of demand, with what certainty; the sum is what is believed, and a
channel's own curve is judged by what the *others* said, so that nobody explains its own results
twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.demand import DemandFeatures
from optimizer.fitting.belief import Effects, Lasting
from optimizer.fitting.evidence import solved
from optimizer.fitting.panel import Panel
from optimizer.fitting.sight import Sight, ages
from optimizer.fitting.straying import Straying
from optimizer.fitting.unseen import Shocks

OWN_DEMAND = 0.1  # how much a channel's demand effects differ from the shared ones, in their spreads
DRIFT = 0.03  # yearly spread of a random walk in a channel's level
VAGUE = 4.0  # variance of a level nothing is known of
MOST_ALIKE = 12  # matrices that are kept


@dataclass(eq=False)
class SharedDemand:
    """C channels, T periods, F features. `mean` and `covariance` are what all say of the effects,
    `others_mean` (C, F) and `others_covariance` (C, F, F) what all but each one do. `shock_weight` and
    `shock_pull` (T, C) are each channel's word on the shock of each period; their sums are kept, so that what
    the others say is the sum less one's own, at a cost that does not grow with C; so is what is alike for
    channels of the same periods, `alike`. `heard` (T,) are the periods of which any channel says something;
    `shocks` is None for a channel alone, whose results cannot tell shocks from its own noise."""

    features: DemandFeatures
    panel: Panel
    effects: FloatArray = field(init=False)
    mean: FloatArray = field(init=False)
    covariance: FloatArray = field(init=False)
    others_mean: FloatArray = field(init=False)
    others_covariance: FloatArray = field(init=False)
    shock_weight: FloatArray = field(init=False)
    shock_pull: FloatArray = field(init=False)
    shock_weight_sum: FloatArray = field(init=False)
    shock_pull_sum: FloatArray = field(init=False)
    shocks: Shocks | None = field(init=False)
    heard: NDArray[np.bool_] = field(init=False)
    level: FloatArray = field(init=False)
    slope: FloatArray = field(init=False)
    alike: dict[tuple[bytes, float], FloatArray] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.panel.channels)
        self._believe(np.zeros(len(self.features.names)))
        self.shock_weight = np.zeros((len(self.panel.start), count))
        self.shock_pull = np.zeros_like(self.shock_weight)
        self._sum_shocks()
        self.shocks = Shocks() if count > 1 else None

    def log_demand(self, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Log demand of some periods at the present effects (T,), and its slope (T, F)."""
        return self.level[rows], self.slope[rows]

    def _believe(self, effects: FloatArray) -> None:
        self.effects = effects
        self.level, self.slope = self.features.over(self.panel.start, self.panel.days, effects)
        self.alike = {}

    def without(self, channel: int, mine: Sight) -> tuple[FloatArray, FloatArray]:
        """Mean (T,) and covariance (T, T), with the channel's noise, of log demand as the others see it."""
        rows = mine.rows
        level, slope = self.log_demand(rows)
        weight = self.shock_weight_sum[rows] - self.shock_weight[rows, channel]
        pull = self.shock_pull_sum[rows] - self.shock_pull[rows, channel]
        shock, variance = self._shocks(weight, pull)
        seen = level + slope @ (self.others_mean[channel] - self.effects) + shock
        covariance = slope @ self.others_covariance[channel] @ slope.T
        covariance.flat[:: len(rows) + 1] += variance + mine.noise_variance
        return seen, covariance

    def believed(self) -> Effects:
        """What all channels together say."""
        shock, variance = self._shocks(self.shock_weight_sum, self.shock_pull_sum)
        if self.shocks is None or not self.heard.any():
            return Effects(self.mean, self.covariance, shock, np.sqrt(variance))
        return self._believed_with(self.shocks, shock, np.sqrt(variance))

    def _believed_with(self, shocks: Shocks, shock: FloatArray, shock_spread: FloatArray) -> Effects:
        """What is believed where shocks may last: effects, and the shock with which the history ends."""
        seen, doubt, middle = self._pooled()
        known = self.features.spread**2
        alike = np.column_stack([self.slope[self.heard] * known, shocks.together(self.panel.end - middle)])
        told = solved(doubt + shocks.together(middle[:, None] - middle), np.column_stack([alike, seen]))
        mean = alike.T @ told[:, -1]
        covariance = np.diag(np.append(known, shocks.size**2)) - alike.T @ told[:, :-1]
        effects, last = covariance[:-1, :-1], covariance[:-1, -1]
        lean = solved(effects, last[:, None])[:, 0]
        rest = float(covariance[-1, -1] - lean @ last)
        lasting = Lasting(shocks, float(mean[-1] - lean @ mean[:-1]), lean, rest)
        return Effects(mean[:-1], effects, shock, shock_spread, lasting)

    def _pooled(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log demand as all channels together see it (T,), all doubt of it but for shocks (T, T), and the
        day in the middle of each period (T,)."""
        slope, variance = self.slope[self.heard], 1 / self.shock_weight_sum[self.heard]
        seen = self.shock_pull_sum[self.heard] * variance + slope @ self.effects
        doubt = np.diag(variance) + VAGUE + (slope * self.features.spread**2) @ slope.T
        return seen, doubt, self.panel.middle[self.heard]

    def own(self, mine: Sight, drift: float = DRIFT) -> FloatArray:
        """(T, T): how a channel's level strays on its own, by a season of its own and a random walk."""
        periods = mine.rows.tobytes(), drift
        if periods not in self.alike:
            if len(self.alike) >= MOST_ALIKE:
                self.alike.clear()
            season = self.slope[mine.rows] * self.features.spread * OWN_DEMAND
            walk = np.minimum(mine.age[:, None], mine.age)
            self.alike[periods] = season @ season.T + drift**2 * walk
        return self.alike[periods]

    def learn(self, sights: list[Sight]) -> None:
        """Hear every channel again."""
        seen, noise = np.zeros_like(self.shock_pull), np.full_like(self.shock_pull, np.inf)
        for c, mine in enumerate(sights):
            seen[mine.rows, c], noise[mine.rows, c] = mine.seen, mine.noise_variance
        self._hear(*self._parts(seen, noise))
        self._believe(self.mean)
        if self.shocks is not None:
            self._learn_shocks(seen, noise, self.shocks)

    def _parts(self, seen: FloatArray, noise: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What each channel says of the effects, (C, F, F) and (C, F); its own level says nothing."""
        shock, variance = self._shocks(
            self.shock_weight_sum[:, None] - self.shock_weight, self.shock_pull_sum[:, None] - self.shock_pull
        )
        rest = seen - shock - (self.level - self.slope @ self.effects)[:, None]
        precision, pull = self._straying(noise + variance).told(_around_mean(rest, noise))
        return precision[:, :-1, :-1], pull[:, :-1]

    def _straying(self, noise: FloatArray) -> Straying:
        """How every channel's level strays, with noise of this variance (T, C), from a level of its own."""
        age = ages(self.panel)
        ways = np.column_stack([self.slope, np.ones(len(age))])
        spread = np.append(self.features.spread * OWN_DEMAND, VAGUE**0.5)
        return Straying(noise, DRIFT**2 * -np.diff(age, append=0.0), ways, spread)

    def _hear(self, precision: FloatArray, pull: FloatArray) -> None:
        """Keep what each channel says, (C, F, F) and (C, F): what all believe of it, and all but each one."""
        known, heard = np.diag(self.features.spread**-2.0) + precision.sum(axis=0), pull.sum(axis=0)
        self.covariance = np.asarray(np.linalg.inv(known))
        self.mean = self.covariance @ heard
        self.others_covariance = np.asarray(np.linalg.inv(known - precision))
        self.others_mean = np.einsum("cfg,cg->cf", self.others_covariance, heard - pull)

    def _sum_shocks(self) -> None:
        self.shock_weight_sum, self.shock_pull_sum = self.shock_weight.sum(1), self.shock_pull.sum(1)
        self.heard = self.shock_weight_sum > 0

    def _shocks(self, weight: FloatArray, pull: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of shocks, as weights and pulls of the same shape see them."""
        if self.shocks is None:
            return np.zeros_like(weight), np.zeros_like(weight)
        weight = weight + self.shocks.size**-2.0
        return pull / weight, 1 / weight

    def _learn_shocks(self, seen: FloatArray, noise: FloatArray, shocks: Shocks) -> None:
        """What each period has that neither demand nor a channel's own straying explains."""
        noisy = noise + shocks.size**2
        weighed = self._straying(noisy).weighed(_around_mean(seen - self.level[:, None], noise))
        self.shock_weight = 1 / noise
        self.shock_pull = (1 + shocks.size**2 / noise) * weighed
        self._sum_shocks()
        if self.heard.any():
            seen, doubt, middle = self._pooled()
            self.shocks = shocks.likelier(seen, doubt, middle[:, None] - middle)


def _around_mean(values: FloatArray, noise: FloatArray) -> FloatArray:
    """Values (T, C) less each channel's mean; zero where their noise is infinite."""
    known = np.isfinite(noise)
    mean = (values * known).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, values - mean, 0.0)
