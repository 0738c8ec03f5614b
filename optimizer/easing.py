"""The smallest change of one limit that is enough, found by trying: doubled until it is, then halved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from optimizer.limits import LEAST, MONEY, SHARE_STEP, WHOLE

FIRST = 0.005  # of a limit's scale: the first change tried
HALVINGS, OUTWARD = 9, 4  # how finely a change is told, and how often more is tried where rounding needs it
FINE, MOST_HALVINGS = 0.001, 24  # what is left of a limit that was far too much is told to this share of it
WIDEST = {"budget": 16.0, "max_increase_share": 50.0, "max_cost": 99.0, "max_total": 99.0, "max_spend": 50.0}

Helps = Callable[[float], bool]


@dataclass(frozen=True)
class Eased:
    """A limit that may give way: the field `kind`, its value `now`, how far it may go, and its unit.

    `money` is all there is, in minor units, `unit` that of amounts, `channels` how many there are.
    """

    kind: str
    now: float
    money: float
    unit: int
    channels: int

    @property
    def far(self) -> float:
        """As far as the limit may be eased."""
        if self.kind in LEAST:
            return 0.0
        if self.kind == "max_channels":
            return float(self.channels)
        if self.kind in WIDEST:
            return max(WIDEST[self.kind] * self.now, self.money if self.kind == "max_spend" else 0.0, 1.0)
        return 1.0

    def at(self, change: float) -> float:
        """The limit after so much easing."""
        room = abs(self.far - self.now)
        return self.now + min(change, room) * (-1.0 if self.far < self.now else 1.0)

    def written(self, value: float, more: float = 0.0) -> float:
        """The limit as its owner would write it, at least as wide: in whole units, or in five digits."""
        unit, down = self._unit(value), self.kind in LEAST
        outward = floor((value - more) / unit + 1e-9) if down else ceil((value + more) / unit - 1e-9)
        wide = max(outward * unit, 0.0)
        return float(round(wide)) if self.kind in WHOLE else round(wide, 10)

    def _unit(self, value: float) -> float:
        if self.kind in MONEY:
            return float(self.unit)
        if self.kind in WHOLE:
            return 1.0
        return 1 / SHARE_STEP if self.kind.endswith("share") else max(abs(value), 1e-9) * 1e-5


def least_change(limit: Eased, helps: Helps, has_plan: Helps) -> float | None:
    """The nearest value of a limit, as it is written, with which there is a plan; None where none is enough.

    `helps` tells quickly whether there is one before rounding, `has_plan` whether there is one at all.
    """
    room = abs(limit.far - limit.now)
    if room == 0 or not helps(limit.at(room)):
        return None
    low, high = 0.0, FIRST * max(abs(limit.now), room / 64, 1e-9)
    while high < room and not helps(limit.at(high)):
        low, high = high, 2 * high
    for halving in range(MOST_HALVINGS):
        if halving >= HALVINGS and high - low <= FINE * abs(limit.at(high)):
            break
        middle = (low + high) / 2
        low, high = (low, middle) if helps(limit.at(middle)) else (middle, high)
    apart = max(abs(limit.written(limit.at(high)) - limit.at(low)), (high - low))
    for step in range(OUTWARD):
        needed = limit.written(limit.at(high), 0.0 if step == 0 else 2.0**step * apart)
        if has_plan(needed):
            return needed
    return None
