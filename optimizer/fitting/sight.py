"""One channel's results, made fit for logarithms."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.demand import YEAR_DAYS
from optimizer.fitting.evidence import shares
from optimizer.fitting.grid import Grid
from optimizer.fitting.panel import Panel
from optimizer.fitting.settled import Settled, settled
from optimizer.fitting.traced import Traced, traced

NOISE = 0.25  # usual noise of log results
LEAST_ROI = 0.02
FOLLOWING = 0.2  # correlation of slow moves of spend with what results would have done without them
HALF_MONTH = 15  # days; effects may drift until the middle of the plan month
SLOW_DAYS = 15  # on both sides: what moves slower than that, people may have planned by
STILL = 1e-9  # spread of log spend that is a rounding error


@dataclass(eq=False)
class Sight:
    """One channel's usable results, and what is believed of them so far; T usable periods.

    `results` are the panel's periods in them, `rows` (T,) those that stand for them, `adstock` (retentions,
    periods) is in units of the reference. `target` (T,) is log(result / reference), `log_unit` the grid's
    curves, `age` (T,) in years before the middle of the plan month; `tail_weight` (T,) is small for outliers;
    `slow` (T,) is how log spend moves slowly, in the units in which noise moves with it. `share` (points,),
    the `curve` (T,) expected of it, `noise` (variance), `log_roi` and its variance are the belief.
    """

    grid: Grid
    results: Settled
    rows: NDArray[np.intp]
    adstock: FloatArray
    reference: float
    target: FloatArray
    log_unit: Traced
    age: FloatArray
    tail_weight: FloatArray
    slow: FloatArray
    share: FloatArray = field(init=False)
    curve: FloatArray = field(init=False)
    noise: float = NOISE**2
    log_roi: float = 0.0
    log_roi_variance: float = 0.0

    @classmethod
    def of(cls, panel: Panel, channel: int, grid: Grid, adstock: FloatArray, reference: float) -> Sight:
        """A channel's results where it spent; refunds are settled with their neighbours.

        A channel that brought nothing on the whole is taken to return LEAST_ROI of what the account does.

        `adstock` (retentions, periods) and `reference` are in currency per day.
        """
        known = np.where(panel.is_known[channel], panel.result[channel], np.nan)
        if np.isfinite(known).any() and np.nansum(known) <= 0:
            known = np.where(np.isfinite(known), LEAST_ROI * panel.roi * panel.spend[channel], np.nan)
        late = panel.is_late[channel]
        known[late] = panel.result[channel, late]
        results = settled(known, late)
        rows = results.largest(panel.spend[channel, results.periods])
        return cls(
            grid=grid,
            results=results,
            rows=rows,
            adstock=adstock / reference,
            reference=reference,
            target=np.log(results.mean(known[results.periods]) / reference),
            log_unit=traced(grid, adstock / reference, results),
            age=ages(panel)[rows],
            tail_weight=np.ones(len(rows)),
            slow=slow_moves(panel.spend[channel, rows], panel.middle[rows]),
        )

    def __post_init__(self) -> None:
        self.believe(shares(self.grid.log_share))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def noise_variance(self) -> FloatArray:
        """(T,): variance of each period's noise."""
        return np.asarray(self.noise / self.tail_weight)

    @property
    def seen(self) -> FloatArray:
        """(T,): the target less the curve, over the grid points as they are believed."""
        return np.asarray(self.target - self.curve)

    def believe(self, share: FloatArray) -> None:
        """Take the grid points to be as likely as that."""
        self.share, self.curve = share, self.log_unit.mean(share)

    @property
    def followed(self) -> FloatArray:
        """(T, T): covariance of what spend may have followed: it looks like effect, and is none.

        Whoever plans a channel knows something of its results beforehand. Quick moves are free of that.
        """
        following = FOLLOWING * self.noise**0.5 * self.slow
        return np.asarray(following[:, None] * following)

    def look_closer(self) -> bool:
        """Lay the grid anew where the likely points are, if they are few; tells whether it was."""
        closer = self.grid.closer(self.share)
        if closer is self.grid:
            return False
        self.grid, self.log_unit = closer, traced(closer, self.adstock, self.results)
        return True


def ages(panel: Panel) -> FloatArray:
    """(T,): the age of each period in years, before the middle of the plan month."""
    return (panel.plan_start + HALF_MONTH - panel.middle) / YEAR_DAYS


def slow_moves(spend: FloatArray, middle: FloatArray) -> FloatArray:
    """(T,): the moving average of log spend over SLOW_DAYS on both sides of each period's `middle` (day).

    Less its mean, and scaled to the standard deviation that the same average of unit noise has; zero where
    spend did not move.
    """
    if not len(spend):
        return np.zeros(0)
    first = np.searchsorted(middle, middle - SLOW_DAYS)
    last = np.searchsorted(middle, middle + SLOW_DAYS, side="right")
    count, running = last - first, np.append(0.0, np.cumsum(np.log(spend)))
    average = (running[last] - running[first]) / count
    apart = average - average.mean()
    size = apart.std() * np.sqrt(count.mean())
    return np.asarray(apart / size) if size > STILL else np.zeros(len(spend))


def usual_spend(panel: Panel) -> FloatArray:
    """(C,): the median of each channel's daily spend in its first year, where it spent.

    What a channel was made for says where its curve bends; what a plan later made of its spend does
    not. A channel that never spent is given the median of its kind, else of all others, or 1.
    """
    usual = np.full(len(panel.channels), np.nan)
    for c, spend in enumerate(panel.spend):
        rows = np.flatnonzero(spend > 0)
        if len(rows):
            first_year = rows[panel.start[rows] < panel.start[rows[0]] + YEAR_DAYS]
            usual[c] = np.exp(np.median(np.log(spend[first_year])))
    spent = np.isfinite(usual)
    for new in np.flatnonzero(~spent):
        kin = spent & np.array([kind == panel.kinds[new] for kind in panel.kinds])
        others = usual[kin if kin.any() else spent]
        usual[new] = np.median(others) if len(others) else 1.0
    return usual
