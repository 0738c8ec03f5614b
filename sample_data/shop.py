"""The made-up shop: its channels, its festivals, and the law by which spend becomes revenue.

Everything is daily. Spend follows a plan per week, the weekday and the season; the revenue of a
channel on a day is

    season · scale · x^shape / (half_saturation^shape + x^shape) · noise,

where x is the spend carried over from day to day, x_t = (1 - retention) · spend_t + retention · x_(t-1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

FIRST, LAST = date(2023, 11, 1), date(2026, 11, 22)
SEED = 20261122


@dataclass(frozen=True)
class Channel:
    """One channel: what it is, what it costs in a usual day (CNY), and what that brings."""

    name: str
    role: str
    daily_spend: float
    roi: float
    half_saturation_ratio: float
    shape: float
    retention: float
    order_value: float
    new_customer_share: float
    cost_per_thousand: float
    click_share: float
    starts: date = FIRST
    ends: date = LAST

    @property
    def half_saturation(self) -> float:
        """Carried-over daily spend (CNY) that brings half of what the channel can ever bring."""
        return self.daily_spend * self.half_saturation_ratio

    @property
    def scale(self) -> float:
        """The most revenue a usual day can bring (CNY), set so that `daily_spend` earns `roi`."""
        return self.roi * self.daily_spend * (1 + float(self.half_saturation_ratio**self.shape))

    def response(self, carried: Array) -> Array:
        """Revenue of a usual day (CNY) at a carried-over daily spend (CNY)."""
        power = carried**self.shape
        return np.asarray(self.scale * power / (self.half_saturation**self.shape + power))


CHANNELS = (
    Channel("抖音", "core", 9200, 3.1, 1.6, 1.00, 0.62, 168, 0.46, 28.0, 0.021),
    Channel("淘宝", "core", 10400, 3.6, 1.1, 0.95, 0.35, 192, 0.31, 34.0, 0.034),
    Channel("小红书", "supporting", 3300, 2.6, 1.9, 1.00, 0.80, 186, 0.58, 42.0, 0.017),
    Channel("快手", "supporting", 2500, 2.2, 1.2, 0.90, 0.50, 121, 0.52, 19.0, 0.019),
    Channel("京东", "supporting", 2900, 3.0, 0.9, 1.00, 0.30, 236, 0.27, 37.0, 0.029),
    Channel("拼多多", "supporting", 2000, 2.4, 1.0, 0.90, 0.25, 86, 0.49, 16.0, 0.031),
    Channel("微博", "supporting", 1300, 1.5, 0.8, 0.90, 0.60, 149, 0.40, 22.0, 0.011, ends=date(2026, 6, 28)),
    Channel(
        "B站", "supporting", 1500, 2.9, 2.4, 1.00, 0.75, 158, 0.66, 31.0, 0.015, starts=date(2026, 9, 14)
    ),
)


@dataclass(frozen=True)
class Festival:
    """A promotion or holiday, both days included, and what it does to demand."""

    name: str
    start: date
    end: date
    demand: float


FESTIVALS = (
    Festival("双11", date(2023, 10, 31), date(2023, 11, 11), 1.75),
    Festival("双12", date(2023, 12, 8), date(2023, 12, 12), 1.25),
    Festival("年货节", date(2024, 1, 17), date(2024, 2, 3), 1.20),
    Festival("春节", date(2024, 2, 8), date(2024, 2, 17), 0.55),
    Festival("618", date(2024, 5, 31), date(2024, 6, 18), 1.60),
    Festival("双11", date(2024, 10, 21), date(2024, 11, 11), 1.70),
    Festival("双12", date(2024, 12, 8), date(2024, 12, 12), 1.25),
    Festival("年货节", date(2025, 1, 5), date(2025, 1, 23), 1.20),
    Festival("春节", date(2025, 1, 27), date(2025, 2, 5), 0.55),
    Festival("618", date(2025, 5, 30), date(2025, 6, 18), 1.60),
    Festival("双11", date(2025, 10, 20), date(2025, 11, 11), 1.70),
    Festival("双12", date(2025, 12, 8), date(2025, 12, 12), 1.25),
    Festival("年货节", date(2026, 1, 22), date(2026, 2, 10), 1.20),
    Festival("春节", date(2026, 2, 15), date(2026, 2, 24), 0.55),
    Festival("618", date(2026, 5, 29), date(2026, 6, 18), 1.60),
    Festival("双11", date(2026, 10, 20), date(2026, 11, 11), 1.70),
    Festival("双12", date(2026, 12, 8), date(2026, 12, 12), 1.25),
    Festival("年货节", date(2027, 1, 13), date(2027, 1, 31), 1.20),
    Festival("春节", date(2027, 2, 4), date(2027, 2, 13), 0.55),
)


def days() -> list[date]:
    """Every day of the history."""
    return [date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]


def season() -> Array:
    """Demand of each day against a usual day: a yearly wave, 12 % growth a year, and the festivals."""
    calendar = days()
    age = np.arange(len(calendar)) / 365.25
    wave = 1 + 0.07 * np.cos(2 * np.pi * (age - 0.05))
    demand = wave * 1.12 ** (age - age[-1])
    for festival in FESTIVALS:
        during = [festival.start <= day <= festival.end for day in calendar]
        demand = np.where(during, demand * festival.demand, demand)
    return np.asarray(demand)


def spending(channel: Channel, demand: Array, rng: np.random.Generator) -> Array:
    """Spend of each day (CNY, to the cent): a level that wanders from week to week, lifted with demand."""
    calendar = days()
    level, levels = 0.0, []
    for _ in range(len(calendar) // 7 + 2):
        level = 0.82 * level + rng.normal(0.0, 0.24)
        levels.append(level)
    weeks = [(day.toordinal() - FIRST.toordinal() + FIRST.weekday()) // 7 for day in calendar]
    weekday = np.array([0.95, 0.93, 0.95, 0.98, 1.07, 1.10, 1.02])[[day.weekday() for day in calendar]]
    wander = np.exp(np.array(levels)[weeks] + rng.normal(0.0, 0.05, len(calendar)))
    runs = np.array([channel.starts <= day <= channel.ends for day in calendar])
    return np.asarray(np.round(channel.daily_spend * wander * weekday * demand**0.8 * runs, 2))


def carried_over(spend: Array, retention: float) -> Array:
    """What is still at work each day of this and earlier days' spend (CNY a day)."""
    carried, state = np.empty_like(spend), spend[0]
    for day, amount in enumerate(spend):
        state = (1 - retention) * amount + retention * state
        carried[day] = state
    return carried
