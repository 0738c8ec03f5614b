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
from optimizer.fitting.evidence import solved, with_noise
from optimizer.fitting.panel import Panel
from optimizer.fitting.sight import Sight
from optimizer.fitting.unseen import Shocks

OWN_DEMAND = 0.1  # how much a channel's demand effects differ from the shared ones, in their spreads
DRIFT = 0.03  # yearly spread of a random walk in a channel's level
VAGUE = 4.0  # variance of a level nothing is known of
MOST_ALIKE = 12  # matrices that are kept


@dataclass(eq=False)
class SharedDemand:
    """C channels, T periods, F features. `parts` are each channel's (precision, pull) of the effects;
    `shock_weight` and `shock_pull` (C, T) the same for the shock of each period. Their sums are kept,
    so that what the others say is the sum less one's own, at a cost that does not grow with C; so is what
    is alike for channels of the same periods, `alike`. `heard`
    (T,) are the periods of which any channel says something; `shocks` is None for a channel alone, whose
    results cannot tell shocks from its own noise."""

    features: DemandFeatures
    panel: Panel
    effects: FloatArray = field(init=False)
    parts: list[tuple[FloatArray, FloatArray]] = field(init=False)
    precision: FloatArray = field(init=False)
    pull: FloatArray = field(init=False)
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
        count, size = len(self.panel.channels), len(self.features.names)
        self._believe(np.zeros(size))
        self._hear([(np.zeros((size, size)), np.zeros(size))] * count)
        self.shock_weight = np.zeros((count, len(self.panel.start)))
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

    def without(self, channel: int, rows: NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
        """Mean (T,) and covariance (T, T) of log demand in some periods, as the others see it."""
        mean, covariance = self._believed(*self.parts[channel])
        level, slope = self.log_demand(rows)
        shock, variance = self._shocks(rows, channel)
        seen = level + slope @ (mean - self.effects) + shock
        return seen, with_noise(slope @ covariance @ slope.T, variance)

    def believed(self) -> Effects:
        """What all channels together say."""
        shock, variance = self._shocks(np.arange(len(self.panel.start)))
        if self.shocks is None or not self.heard.any():
            return Effects(*self._believed(), shock, np.sqrt(variance))
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
        self._hear([self._part(c, mine) for c, mine in enumerate(sights)])
        self._believe(self._believed()[0])
        if self.shocks is not None:
            self._learn_shocks(sights, self.shocks)

    def _part(self, c: int, mine: Sight) -> tuple[FloatArray, FloatArray]:
        """What one channel says of the effects; its own level says nothing."""
        if not len(mine):
            return np.zeros((len(self.effects),) * 2), np.zeros(len(self.effects))
        level, slope = self.log_demand(mine.rows)
        shock, variance = self._shocks(mine.rows, c)
        rest = mine.seen - shock - level + slope @ self.effects
        spread = with_noise(self.own(mine) + VAGUE, mine.noise_variance + variance)
        told = slope.T @ solved(spread, np.column_stack([slope, rest - rest.mean()]))
        return told[:, :-1], told[:, -1]

    def _hear(self, parts: list[tuple[FloatArray, FloatArray]]) -> None:
        """Keep what each channel says, and the sum with what is known beforehand."""
        self.parts = parts
        self.precision = np.diag(self.features.spread**-2.0)
        self.pull = np.zeros(len(self.features.spread))
        for precision, pull in parts:
            self.precision += precision
            self.pull += pull

    def _believed(
        self, own_precision: FloatArray | float = 0.0, own_pull: FloatArray | float = 0.0
    ) -> tuple[FloatArray, FloatArray]:
        """Mean and covariance of the effects, less what one channel said of them."""
        covariance: FloatArray = np.asarray(np.linalg.inv(self.precision - own_precision), dtype=float)
        return covariance @ (self.pull - own_pull), covariance

    def _sum_shocks(self) -> None:
        self.shock_weight_sum, self.shock_pull_sum = self.shock_weight.sum(0), self.shock_pull.sum(0)
        self.heard = self.shock_weight_sum > 0

    def _shocks(self, rows: NDArray[np.intp], but: int | None = None) -> tuple[FloatArray, FloatArray]:
        """Mean and variance (T,) of the shocks of some periods, as all channels but one see them."""
        if self.shocks is None:
            return np.zeros(len(rows)), np.zeros(len(rows))
        weight, pull = self.shock_weight_sum[rows], self.shock_pull_sum[rows]
        if but is not None:
            weight, pull = weight - self.shock_weight[but, rows], pull - self.shock_pull[but, rows]
        weight = weight + self.shocks.size**-2.0
        return pull / weight, 1 / weight

    def _learn_shocks(self, sights: list[Sight], shocks: Shocks) -> None:
        """What each period has that neither demand nor a channel's own straying explains."""
        for c, mine in enumerate(sights):
            if len(mine):
                level, _ = self.log_demand(mine.rows)
                rest = mine.seen - level
                rest = rest - rest.mean()
                own = self.own(mine) + VAGUE
                noisy = with_noise(own, mine.noise_variance + shocks.size**2)
                rest = rest - own @ solved(noisy, rest)
                self.shock_weight[c, mine.rows] = 1 / mine.noise_variance
                self.shock_pull[c, mine.rows] = rest / mine.noise_variance
        self._sum_shocks()
        if self.heard.any():
            seen, doubt, middle = self._pooled()
            self.shocks = shocks.likelier(seen, doubt, middle[:, None] - middle)
