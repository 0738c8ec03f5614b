"""Demand in the plan month: how much more or less people buy, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.demand import DemandFeatures
from optimizer.fitting.belief import Effects
from optimizer.fitting.fitted import Demand, Estimate
from optimizer.fitting.month import DRAWS
from optimizer.fitting.panel import LAST_DAYS, Panel
from optimizer.fitting.shared_demand import OWN_DEMAND
from optimizer.periods import Period

YEARLY = 0.2  # how far an event of one year is from that of others, in its spread
NOTABLE = 0.005  # an event that moves the month by less is not named


@dataclass(frozen=True, eq=False)
class PlanDemand:
    """Demand effects as believed, turned to the plan month; `base` are samples of the shop's daily base."""

    features: DemandFeatures
    effects: Effects
    panel: Panel
    month: Period
    base: FloatArray | None = None

    def draws(self, rng: np.random.Generator, count: int) -> FloatArray:
        """(count,): equally likely factors on an average month, shocks included."""
        level, slope, variance = self._with_shocks
        spread = np.sqrt(slope @ self._covariance @ slope + variance)
        return np.asarray(np.exp(level + spread * rng.normal(size=count)))

    def own_draws(self, rng: np.random.Generator, count: int) -> FloatArray:
        """(count,): factors by which one channel's demand may differ from the shared one, 1 on average."""
        spread = self._own_spread
        return np.asarray(np.exp(spread * rng.normal(size=count) - spread**2 / 2))

    def read(self) -> Demand:
        """What a planner wants to know of it."""
        level, _, _ = self._with_shocks
        return Demand(
            month_factor=float(np.exp(level)),
            against_last=float(np.exp(level - self._last)),
            event_factors=self._events(self.month),
            last=self._last_days,
            last_event_factors=self._events(self._last_days),
            without_events=float(
                np.exp(level - self._last - self._all_events(self.month) + self._all_events(self._last_days))
            ),
            unseen_events=unseen(self.features, self.panel, self.month),
            baseline=self._baseline(level),
            baseline_draws=self._baseline_draws(),
        )

    def against(self, start: FloatArray, days: FloatArray) -> FloatArray:
        """(periods,): demand in the plan month over that of other days."""
        level, _ = self._over(self.month.start, self.month.days)
        then, _ = self.features.over(start, days, self._mean)
        return np.asarray(np.exp(level - then))

    @property
    def _last(self) -> float:
        """Log demand of the last days of the history, shocks included."""
        last = self._last_days
        level, _ = self._over(last.start, last.days)
        inside = np.clip(self.panel.start + self.panel.days - last.start, 0, self.panel.days)
        return level + float(self.effects.shock @ inside / inside.sum())

    @property
    def _last_days(self) -> Period:
        """The last days of the history, as many as last month's spend is told from."""
        days = min(LAST_DAYS, self.panel.end - int(self.panel.start[0]))
        return Period(date.fromordinal(self.panel.end - days), days)

    def in_month(self, month: Period, features: DemandFeatures) -> PlanDemand:
        """The same effects in another month; `features` reach it, and those of other names do not count."""
        return replace(self, features=self.features.alike(features), month=month)

    def _events(self, span: Period) -> dict[str, float]:
        """What each event that touches some days does to them."""
        is_event = self.features.is_event
        names = [name for name, is_one in zip(self.features.names, is_event, strict=True) if is_one]
        factors = np.exp(self._added(np.eye(len(is_event), dtype=bool)[is_event], span))
        pairs = zip(names, factors, strict=True)
        return {name: float(factor) for name, factor in pairs if abs(factor - 1) > NOTABLE}

    def _all_events(self, span: Period) -> float:
        """What all events together add to the log demand of some days."""
        return float(self._added(self.features.is_event[None], span)[0])

    def _added(self, chosen: NDArray[np.bool_], span: Period) -> FloatArray:
        """What each choice of features, (choices, features), adds to the log demand of some days."""
        effects = np.vstack([self._mean, np.where(chosen, 0.0, self._mean)])
        start, days = np.array([float(span.start)]), np.array([float(span.days)])
        whole, *without = self.features.levels(start, days, effects.T)[0]
        return np.asarray(whole - np.array(without))

    def _baseline(self, level: float) -> Estimate | None:
        if self.base is None:
            return None
        low, value, high = np.quantile(self.base, [0.05, 0.5, 0.95]) * np.exp(level) * self.month.days
        return Estimate(float(value), float(low), float(high))

    def _baseline_draws(self) -> FloatArray | None:
        """(DRAWS,): the base samples that the curves' draws were made from, at the same demand."""
        if self.base is None:
            return None
        factor = self.draws(np.random.default_rng(self.panel.seed), DRAWS)
        each = np.linspace(0, len(self.base) - 1, DRAWS).astype(int)
        return np.asarray(self.base[each] * factor * self.month.days)

    @cached_property
    def _own_spread(self) -> float:
        """How far one channel's demand may be from the shared one in the month, on the log scale."""
        _, slope = self._over(self.month.start, self.month.days)
        return float(np.sqrt(((slope * self.features.spread * OWN_DEMAND) ** 2).sum()))

    @cached_property
    def _with_shocks(self) -> tuple[float, FloatArray, float]:
        """Log demand of the month, its slope (features,), and its variance that no effect brings.

        What is left of the shock that history ended with moves the month; those to come make it doubtful.
        """
        level, slope = self._over(self.month.start, self.month.days)
        event = np.where(self.features.is_event, slope * self.features.spread, 0.0)
        yearly = YEARLY**2 * float(event @ event)
        last = self.effects.lasting
        if last is None:
            return level, slope, yearly
        shocks, day = last.shocks, np.arange(self.month.start, self.month.end, dtype=float) + 0.5
        left = float(shocks.alike(day - self.panel.end).mean())
        within = min(1.0, float(np.median(self.panel.days)) / self.month.days)
        alike = max(float(shocks.alike(day[:, None] - day).mean()), within)
        variance = yearly + shocks.size**2 * (alike - left**2) + left**2 * last.rest
        shift = left * (last.usual + float(last.lean @ self._mean))
        return level + shift, slope + left * last.lean, variance

    @property
    def _mean(self) -> FloatArray:
        return self.effects.mean[: len(self.features.names)]

    @property
    def _covariance(self) -> FloatArray:
        size = len(self.features.names)
        return self.effects.covariance[:size, :size]

    def _over(self, start: int, days: int, effects: FloatArray | None = None) -> tuple[float, FloatArray]:
        """Log demand of some days, and its slope (features,)."""
        effects = self._mean if effects is None else effects
        level, slope = self.features.over(np.array([float(start)]), np.array([float(days)]), effects)
        return float(level[0]), slope[0]


def unseen(features: DemandFeatures, panel: Panel, month: Period) -> tuple[str, ...]:
    """The events of a month that touch no day of the history; `features` reach both."""
    first = int(panel.start[0])
    seen = set(features.active(first, panel.end - first))
    return tuple(name for name in features.active(month.start, month.days) if name not in seen)
