"""How willing people are to buy at a time: season, trend, festivals and promotions.

Demand multiplies what the shop sells, with advertising and without. On day d it is

    demand(d) = exp(features(d) · effects)

with a yearly wave and its first overtones, a trend, slow waves for what no calendar knows, and
one feature per named event, which is 1 on its days. Effects are shrunk towards none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.periods import Event

YEAR_DAYS = 365.25
WAVES = 2  # the yearly wave and its first overtone
WAVE_SPREAD = 0.2  # of the yearly wave's effect on log demand; its overtone half of it
TREND_SPREAD = 0.08  # of the growth of log demand a year
SLOW_SPREAD = 0.04  # of slow waves together
SLOW_DAYS = 120  # the shortest slow wave


@dataclass(frozen=True, eq=False)
class DemandFeatures:
    """Daily features of demand from day number `first` on.

    `values` (days, features); `names` and `spread` (features,): the standard deviation each effect
    is expected to have. The features from `first_event` on are named events.
    """

    first: int
    values: FloatArray
    names: tuple[str, ...]
    spread: FloatArray
    first_event: int

    @property
    def is_event(self) -> NDArray[np.bool_]:
        """(features,): whether each feature is a named event."""
        return np.arange(len(self.names)) >= self.first_event

    def alike(self, other: DemandFeatures) -> DemandFeatures:
        """These features over the days of another calendar of the same history and plan.

        Its events are known by their names; those of other names are left out.
        """
        first, nothing = self.first_event, np.zeros(len(other.values))
        events = dict(zip(other.names[first:], other.values.T[first:], strict=True))
        named = [events.get(name, nothing) for name in self.names[first:]]
        return replace(self, first=other.first, values=np.column_stack([other.values[:, :first], *named]))

    def active(self, start: int, days: int) -> list[str]:
        """The named events that touch some days."""
        touched = self.values[start - self.first : start - self.first + days].any(axis=0)
        return [name for name, here in zip(self.names, touched & self.is_event, strict=True) if here]

    def over(self, start: FloatArray, days: FloatArray, effects: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log demand of periods, and how it changes with the effects.

        `start` and `days` have shape (periods,). Returns (periods,) and (periods, features): the
        logarithm of the mean over each period's days of exp(features · effects), and its slope.
        """
        values, bounds = self._inside(start, days)
        daily = np.exp(values @ effects)[:, None]
        total = _sums(daily, bounds)
        return np.log(total[:, 0] / days), _sums(daily * values, bounds) / total

    def levels(self, start: FloatArray, days: FloatArray, effects: FloatArray) -> FloatArray:
        """Log demand of periods, (periods, cases), under each of several `effects`, (features, cases)."""
        values, bounds = self._inside(start, days)
        return np.asarray(np.log(_sums(np.exp(values @ effects), bounds) / days[:, None]))

    def _inside(self, start: FloatArray, days: FloatArray) -> tuple[FloatArray, NDArray[np.int_]]:
        """The days from the first of all periods to the last, and where among them each begins and ends."""
        begin = (start - self.first).astype(int)
        bounds = np.stack([begin, begin + days.astype(int)], axis=1)
        return self.values[bounds.min() : bounds.max()], bounds - bounds.min()


def _sums(values: FloatArray, bounds: NDArray[np.int_]) -> FloatArray:
    """Sums of rows between bounds (periods, 2)."""
    running = np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0)])
    return np.asarray(running[bounds[:, 1]] - running[bounds[:, 0]])


def demand_features(first: int, last: int, plan_start: int, events: Iterable[Event]) -> DemandFeatures:
    """Features of every day from `first` to `last` (day numbers, `last` excluded).

    Trend and slow waves are measured from `plan_start`: they are zero from there on, so that
    effects describe the plan month and the past is what differs from it. Events of one name share
    one effect; those that touch no day are left out.
    """
    day = np.arange(first, last, dtype=float)
    columns: list[tuple[str, FloatArray, float]] = []
    for wave in range(1, WAVES + 1):
        angle = 2 * np.pi * wave * day / YEAR_DAYS
        columns += [(f"season {wave}", f(angle), WAVE_SPREAD / wave) for f in (np.sin, np.cos)]
    age = np.minimum(day - plan_start, 0) / YEAR_DAYS
    columns.append(("trend", age, TREND_SPREAD))
    columns += _slow_waves(day, first, plan_start)
    first_event = len(columns)
    columns += [(name, active, spread) for name, (active, spread) in _active(day, events).items()]
    names, values, spread = zip(*columns, strict=True)
    return DemandFeatures(first, np.stack(values, axis=1), names, np.array(spread), first_event)


def _slow_waves(day: FloatArray, first: int, plan_start: int) -> list[tuple[str, FloatArray, float]]:
    """Half cosines over the history, from the plan back; the slower the larger."""
    length = max(plan_start - first, 1)
    count = int(min(2 * length // SLOW_DAYS, 12))
    back = np.clip((plan_start - day) / length, 0, 1)
    weight = 1 / np.arange(1, count + 1) if count else np.ones(0)
    spread = SLOW_SPREAD * weight / np.sqrt((weight**2).sum()) if count else weight
    return [(f"slow {k}", 1 - np.cos(np.pi * k * back), spread[k - 1]) for k in range(1, count + 1)]


def _active(day: FloatArray, events: Iterable[Event]) -> dict[str, tuple[FloatArray, float]]:
    """Per event name, 1 on its days and 0 on others, and how far its effect may be from none."""
    active: dict[str, tuple[FloatArray, float]] = {}
    for event in events:
        inside = (day >= event.start.toordinal()) & (day <= event.end.toordinal())
        if inside.any():
            before, spread = active.get(event.name, (0.0, 0.0))
            active[event.name] = np.maximum(before, inside.astype(float)), max(spread, event.spread)
    return active
