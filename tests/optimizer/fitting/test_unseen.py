"""Demand that nobody sees: how large it is and how long it lasts is told from what channels share."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.curves import FloatArray
from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.fitting.unseen import Shocks, persistence
from optimizer.history import HistoryRow, gather
from optimizer.periods import Period

WEEKS = [Period.parse("2023-W01").next(k) for k in range(104)]
MONTH = Period.month(2025, 1)


def test_what_lasts_is_told_from_what_is_shared_by_neighbours() -> None:
    """A wave of a few weeks lasts; independent noise, and noise cut in two by the calendar, do not."""
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(400, 1))
    wave = np.zeros_like(noise)
    for t in range(1, len(wave)):
        wave[t] = 0.8 * wave[t - 1] + noise[t]
    alike = np.ones_like(noise)
    assert persistence(noise, alike) == 0.0
    assert persistence(noise[1:] + noise[:-1], alike[1:]) < 0.15
    assert 0.45 < persistence(wave, alike) <= 0.8
    assert persistence(wave[:10], alike[:10]) == 0.0


@pytest.mark.parametrize(("size", "memory"), [(0.2, 0.8), (0.1, 0.0)])
def test_size_and_memory_of_shocks_are_found(size: float, memory: float) -> None:
    """From three hundred weeks seen through a little noise, to a factor of a half and within 0.15."""
    rng = np.random.default_rng(4)
    shock = wander(rng, 300, size, memory)
    weeks = 7.0 * np.arange(300)
    found = Shocks().likelier(
        shock + 0.05 * rng.normal(size=300), 0.05**2 * np.eye(300), weeks[:, None] - weeks
    )
    assert found.size == pytest.approx(size, rel=0.5)
    assert found.alike(np.array([7.0]))[0] == pytest.approx(memory, abs=0.15)


def test_where_nothing_is_shared_shocks_are_small() -> None:
    """Noise of each period's own is not taken for demand."""
    seen = 0.1 * np.random.default_rng(5).normal(size=104)
    weeks = 7.0 * np.arange(104)
    assert Shocks().likelier(seen, 0.1**2 * np.eye(104), weeks[:, None] - weeks).size <= 0.04


def test_demand_that_lasts_widens_the_month_and_moves_it() -> None:
    """Where all channels sold more in the last weeks than any calendar says, next month is expected to
    be better, and its range is wider than where they never strayed."""
    rng = np.random.default_rng(6)
    calm = fitted(np.zeros(104))
    wild = wander(rng, 104, 0.2, 0.8)
    wild[-4:] = 0.5
    moved = fitted(wild)
    assert relative_width(moved) > 1.5 * relative_width(calm)
    assert moved.demand.month_factor > 1.02 * calm.demand.month_factor
    assert moved.demand.against_last < 0.9


def wander(rng: np.random.Generator, count: int, size: float, memory: float) -> FloatArray:
    """Shocks that fade from week to week."""
    shock = np.zeros(count)
    push = size * rng.normal(size=count)
    for t in range(count):
        shock[t] = memory * shock[t - 1] + (1 - memory**2) ** 0.5 * push[t] if t else push[t]
    return shock


def fitted(shock: FloatArray) -> Fit:
    """Five channels that sell the root of their spend, times what nobody sees."""
    rng = np.random.default_rng(7)
    names = [f"channel {c}" for c in range(5)]
    spend = 5_000 * np.exp(0.4 * rng.normal(size=(5, 104)))
    sold = 300 * np.sqrt(spend) * np.exp(shock + 0.15 * rng.normal(size=(5, 104)))
    rows = [
        HistoryRow(name, week, float(spend[c, t]), revenue=float(sold[c, t]))
        for c, name in enumerate(names)
        for t, week in enumerate(WEEKS)
    ]
    return fit(gather(rows, []), MONTH, reach=dict.fromkeys(names, 60_000.0), country="")


def relative_width(result: Fit) -> float:
    """How wide the range of what twenty thousand bring is, against what they are expected to."""
    widths = []
    for curve in result.curves.values():
        low, high = (np.interp(20_000.0, curve.curve.spend, side) for side in (curve.low, curve.high))
        widths.append((high - low) / float(curve.curve(20_000)))
    return float(np.mean(widths))
