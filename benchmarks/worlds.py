"""Simulated shops whose true response is known.

A world is what a shop saw, day by day, and the truth behind it. Because the truth is known, a
plan can be scored by what it would really earn, not by what a model says it would earn. Money is
in the world's currency unit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import FloatArray
from optimizer.periods import Event, Period

TAIL_DAYS = 28  # days after the plan month in which its carried-over response still counts
LAG_DAYS = 90  # length of every carry-over kernel
Curve = Callable[[FloatArray], FloatArray]  # effective spend of a day -> revenue of that day


@dataclass(frozen=True)
class Noise:
    """How what is seen differs from the truth.

    `spread` is the standard deviation of the logarithm of a channel's daily revenue, half of it
    again shared by each week; the whole shop's is a quarter of that. `freedom` are the degrees of
    freedom of Student's t (None: Gaussian). Of the weeks, `outlier_share` are multiplied by 0.2
    to 4 and `refund_share` give back up to 1.5 times a usual week. `order_value` > 0 makes
    revenue a count of orders of this value.
    """

    spread: float = 0.35
    freedom: float | None = None
    outlier_share: float = 0.0
    refund_share: float = 0.0
    order_value: float = 0.0

    def over(self, truth: FloatArray, rng: np.random.Generator, scale: float = 1.0) -> FloatArray:
        """What is seen of `truth`, shape (…, days), with the spread multiplied by `scale`."""
        seen = truth * self._factor(rng, truth.shape, self.spread * scale) / self._usual_factor(scale)
        if self.order_value:
            seen = self.order_value * rng.poisson(np.maximum(seen, 0.0) / self.order_value).astype(float)
        odd = by_week(rng, truth.shape, np.random.Generator.random)
        factor = by_week(rng, truth.shape, lambda r, shape: r.choice([0.2, 2.5, 4.0], shape))
        seen = np.where(odd < self.outlier_share, seen * factor, seen)
        usual = truth.mean(axis=-1, keepdims=True)
        refunds = seen - usual * rng.uniform(0.8, 1.5, truth.shape)
        return np.where(odd > 1 - self.refund_share, refunds, seen)

    def _factor(self, rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> FloatArray:
        """Factors of log-spread `spread` by day and half of it by week."""
        daily, weekly = self._draw(rng, shape), by_week(rng, shape, self._draw)
        return np.asarray(np.exp(spread * daily + spread / 2 * weekly))

    def _usual_factor(self, scale: float) -> float:
        """The factors' expectation, from many draws, so that noise adds nothing on average."""
        draws = self._factor(np.random.default_rng(0), (100_000,), self.spread * scale)
        return float(draws.mean())

    def _draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        """Draws of unit variance, cut at six standard deviations."""
        if self.freedom is None:
            return rng.normal(size=shape)
        draws = rng.standard_t(self.freedom, shape) / np.sqrt(self.freedom / (self.freedom - 2))
        return np.asarray(np.clip(draws, -6, 6))


def by_week(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    draw: Callable[[np.random.Generator, tuple[int, ...]], FloatArray],
) -> FloatArray:
    """One draw for every seven days, repeated to `shape` (…, days)."""
    days = shape[-1]
    return draw(rng, (*shape[:-1], days // 7 + 1)).repeat(7, axis=-1)[..., :days]


@dataclass(frozen=True, eq=False)
class World:
    """One shop: what it saw in `days` days, and the truth behind it.

    Seen: `spend` and `attributed`, shape (channels, days); `total`, shape (days,), the whole
    shop's revenue; `missing`, shape (channels, days), days of which no row was kept; `events`
    the shop would tell a planner about. Hidden: a `curve` and a carry-over `kernel` (shape
    (channels, LAG_DAYS), summing to 1) per channel; `strength`, shape (channels, days and
    horizon), which multiplies a channel's response (season, festivals, breaks); `organic`, shape
    (days and horizon,), revenue that no channel causes; `credit`, what each platform claims as a
    multiple of what it caused; `noise`.
    """

    family: str
    seed: int
    channels: tuple[str, ...]
    start: date
    spend: FloatArray
    attributed: FloatArray
    total: FloatArray
    missing: NDArray[np.bool_]
    events: tuple[Event, ...]
    curves: tuple[Curve, ...]
    kernels: FloatArray
    strength: FloatArray
    organic: FloatArray
    credit: FloatArray
    noise: Noise

    @property
    def days(self) -> int:
        """Days of history."""
        return len(self.spend[0])

    @property
    def month(self) -> Period:
        """The month to plan: the one after the history."""
        first = self.date_of(self.days)
        return Period.month(first.year, first.month)

    def date_of(self, day: int) -> date:
        """The date of a day counted from the start of the history."""
        return self.start + timedelta(days=day)

    def month_value(self, channel: int, spend: FloatArray) -> FloatArray:
        """Revenue caused by spending each of `spend` evenly over the coming month.

        Counts the carried-over response for TAIL_DAYS after the month, and only what the month's
        spend causes: what zero spend would have brought is subtracted.
        """
        kernel, curve = self.kernels[channel], self.curves[channel]
        span = self.month.days + TAIL_DAYS
        before = carried(np.append(self.spend[channel, -LAG_DAYS:], np.zeros(span)), kernel)[-span:]
        evenly = np.append(np.full(self.month.days, 1 / self.month.days), np.zeros(TAIL_DAYS))
        gain = curve(before + np.asarray(spend)[..., None] * carried(evenly, kernel)) - curve(before)
        return np.asarray(gain @ self.strength[channel, self.days : self.days + span])

    def value(self, plan: FloatArray) -> float:
        """Revenue caused by a plan for the coming month: spend per channel."""
        return float(sum(self.month_value(c, x) for c, x in enumerate(plan)))

    def after(self, plan: FloatArray, rng: np.random.Generator) -> World:
        """The world a month later: the plan was spent, evenly but for daily jitter, and answered."""
        jitter = np.exp(rng.normal(0, 0.15, (len(plan), self.month.days)))
        daily = plan[:, None] / self.month.days * jitter / jitter.mean(1, keepdims=True)
        spend = np.hstack([self.spend, daily])
        attributed, total = observe(self, spend, rng, first=self.days)
        return replace(
            self,
            spend=spend,
            attributed=np.hstack([self.attributed, attributed]),
            total=np.append(self.total, total),
            missing=np.hstack([self.missing, np.zeros(daily.shape, dtype=bool)]),
        )


def true_response(world: World, spend: FloatArray) -> FloatArray:
    """Revenue that each channel's spend, shape (channels, days), causes on each day; same shape."""
    effective = [
        carried(x, kernel, before=x[:28].mean()) for x, kernel in zip(spend, world.kernels, strict=True)
    ]
    daily = np.stack([curve(x) for curve, x in zip(world.curves, effective, strict=True)])
    return np.asarray(daily * world.strength[:, : spend.shape[1]])


def observe(
    world: World, spend: FloatArray, rng: np.random.Generator, first: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Attributed revenue (channels, days) and the whole shop's (days,), seen from day `first` on."""
    truth = true_response(world, spend)[:, first:]
    shop = truth.sum(0) + world.organic[first : spend.shape[1]]
    return world.noise.over(truth, rng), world.noise.over(shop, rng, scale=0.25)


def carried(spend: FloatArray, kernel: FloatArray, before: float = 0.0) -> FloatArray:
    """Effective spend of each day: a weighted sum of the last days' spend, `before` ahead of day 0."""
    padded = np.concatenate([np.full(len(kernel) - 1, before), spend])
    return np.convolve(padded, kernel, "valid")


def geometric(retention: float) -> FloatArray:
    """Carry-over that keeps `retention` of itself a day; a steady spend is carried to itself."""
    weights = retention ** np.arange(LAG_DAYS) if retention else np.eye(1, LAG_DAYS)[0]
    return np.asarray(weights / weights.sum())


def delayed(retention: float, peak_days: float) -> FloatArray:
    """Carry-over that is strongest `peak_days` after the spend: retention^((lag - peak)²)."""
    weights = retention ** ((np.arange(LAG_DAYS) - peak_days) ** 2 / (1 + peak_days))
    return np.asarray(weights / weights.sum())
