"""How much a simulated shop's customers want to buy on each day: season, festivals, shocks.

Demand is a multiplier around 1 with one entry a day.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from optimizer.curves import FloatArray

SPRING_FESTIVAL = {  # first day of the lunar year
    2022: date(2022, 2, 1),
    2023: date(2023, 1, 22),
    2024: date(2024, 2, 10),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    2027: date(2027, 2, 6),
    2028: date(2028, 1, 26),
}


def yearly_waves(rng: np.random.Generator, days: int, size: float = 0.15) -> FloatArray:
    """A yearly and a half-yearly wave, with random phases."""
    years = np.arange(days) / 365.25
    one, two = rng.random(2)
    wave = np.sin(2 * np.pi * (years + one)) + 0.5 * np.sin(4 * np.pi * (years + two))
    return np.asarray(1 + size * wave)


def shocks(rng: np.random.Generator, days: int, size: float, memory: float = 0.8) -> FloatArray:
    """Demand nobody can look up: an autoregressive wave from week to week, joined by lines."""
    weeks = np.zeros(days // 7 + 2)
    for week, push in enumerate(rng.normal(0, size * np.sqrt(1 - memory**2), len(weeks) - 1), start=1):
        weeks[week] = memory * weeks[week - 1] + push
    return np.exp(np.interp(np.arange(days) / 7, np.arange(len(weeks)), weeks))


def festivals(rng: np.random.Generator, start: date, days: int, size: float = 1.0) -> FloatArray:
    """Demand of a shop that lives with Chinese festivals, and in one of three cases Black Friday.

    Each festival has one height for all years, log-normal around 1 and multiplied by `size`;
    after a peak demand is low for some days, because people bought ahead.
    """
    heights = size * np.exp(rng.normal(0, 0.4, 5))
    black_friday = heights[4] if rng.random() < 1 / 3 else 0.0
    demand = np.ones(days)
    for year in range(start.year, (start + timedelta(days=days)).year + 1):
        eleven, friday = date(year, 11, 11), thanksgiving(year) + timedelta(days=1)
        peaks = [
            (date(year, 6, 18), 17, 1.5 * heights[0]),
            (eleven, 18, 2.2 * heights[1]),
            (date(year, 12, 12), 4, 1.2 * heights[2]),
            (friday + timedelta(days=3), 6, 1.8 * black_friday),
        ]
        for last, length, height in peaks:
            demand += peak(start, days, last, length, height)
        demand *= spring(start, days, SPRING_FESTIVAL[year], heights[3])
    return np.maximum(demand, 0.2)


def peak(start: date, days: int, last: date, length: int, height: float) -> FloatArray:
    """A promotion that builds up over `length` days to `last`, then a week of quiet."""
    ahead = (last - start).days - np.arange(days)
    rise = np.where((ahead >= 0) & (ahead < length), 0.4 + 0.6 * np.exp(-ahead / 2.5), 0.0)
    quiet = np.where((ahead < 0) & (ahead >= -7), -0.08, 0.0)
    return np.asarray(height * (rise + quiet))


def spring(start: date, days: int, new_year: date, height: float) -> FloatArray:
    """Shopping ahead of the Spring Festival, closed couriers during it, a rise when work resumes."""
    after = np.arange(days) - (new_year - start).days
    ahead = np.where((after >= -24) & (after < -6), 0.35 * height, 0.0)
    dip = np.where((after >= -4) & (after < 8), -min(0.6, 0.45 * height), 0.0)
    back = np.where((after >= 12) & (after < 26), 0.25 * height, 0.0)
    return np.asarray(1 + ahead + dip + back)


def thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)
