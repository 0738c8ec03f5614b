"""What is believed of one channel: which curves are likely, and what it returns on each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.curves import FloatArray
from optimizer.fitting.grid import Grid


@dataclass(frozen=True, eq=False)
class Break:
    """A lasting change of a channel's effect: from day number `start` on it is `factor` times as large.

    `probability` is how sure it is that there was one at all.
    """

    start: int
    factor: float
    probability: float


@dataclass(frozen=True, eq=False)
class Belief:
    """Grid points with their shares (adding up to 1) and the roi at each.

    `log_roi` (points,) is the mean and `log_roi_spread` (points,) the standard deviation of the
    logarithm of roi at the reference spend (per day) in the plan month, at average demand.
    `noise` is the standard deviation of log results around the curve.
    """

    grid: Grid
    share: FloatArray
    log_roi: FloatArray
    log_roi_spread: FloatArray
    reference: float
    noise: float
    explained_share: float | None = None
    change: Break | None = None
    periods: int = 0

    @property
    def mean_log_roi(self) -> float:
        """The expected logarithm of roi."""
        return float(self.share @ self.log_roi)

    @property
    def spread_log_roi(self) -> float:
        """How uncertain the logarithm of roi is: a standard deviation."""
        second = self.share @ (self.log_roi**2 + self.log_roi_spread**2)
        return float(np.sqrt(max(second - self.mean_log_roi**2, 0.0)))


@dataclass(frozen=True, eq=False)
class Effects:
    """What is believed of the effects of demand: mean (features,) and covariance."""

    mean: FloatArray
    covariance: FloatArray
    shock: float = field(default=0.0)
