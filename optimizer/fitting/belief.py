"""What is believed of one channel: which curves are likely, and what it returns on each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.fitting.grid import Grid
from optimizer.fitting.unseen import Shocks


@dataclass(frozen=True)
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
    `noise` is the standard deviation of log results around the curve, `periods` how many results
    it rests on. `samples`, where channels are believed together, are equally likely (points, roi)
    that belong together across channels.
    """

    grid: Grid
    share: FloatArray
    log_roi: FloatArray
    log_roi_spread: FloatArray
    reference: float
    noise: float = 0.0
    periods: int = 0
    explained_share: float | None = None
    change: Break | None = None
    samples: tuple[NDArray[np.intp], FloatArray] | None = None

    @property
    def mean_log_roi(self) -> float:
        """The expected logarithm of roi."""
        return float(self.share @ self.log_roi)

    @property
    def spread_log_roi(self) -> float:
        """How uncertain the logarithm of roi is: a standard deviation."""
        second = float(self.share @ (self.log_roi**2 + self.log_roi_spread**2))
        return float(np.sqrt(np.maximum(second - self.mean_log_roi**2, 0.0)))

    def likeliest(self, mass: float, most: int) -> Belief:
        """The belief on its likeliest points only, at most `most` of them, in grid order."""
        order = np.argsort(-self.share, kind="stable")[:most]
        kept = np.sort(order[: int(np.searchsorted(np.cumsum(self.share[order]), mass)) + 1])
        return replace(
            self,
            grid=self.grid.at(kept),
            share=self.share[kept] / self.share[kept].sum(),
            log_roi=self.log_roi[kept],
            log_roi_spread=self.log_roi_spread[kept],
        )


@dataclass(frozen=True, eq=False)
class Lasting:
    """The shock of demand with which the history ends, given the effects of demand:

    normal around usual + lean · effects, with variance `rest`
    """

    shocks: Shocks
    usual: float
    lean: FloatArray
    rest: float


@dataclass(frozen=True, eq=False)
class Effects:
    """What is believed of the effects of demand: `mean` (features,) and `covariance`.

    `shock` (T,) and `shock_spread` (T,) are what single periods had of their own, `lasting` what of it
    may be left in a period to come; None where nothing is known of shocks.
    """

    mean: FloatArray
    covariance: FloatArray
    shock: FloatArray
    shock_spread: FloatArray
    lasting: Lasting | None = None
