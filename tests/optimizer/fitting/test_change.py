"""A channel whose effect fell: seen, dated, shown, and felt in the plan within two months."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from optimizer.allocation import allocate
from optimizer.findings import Finding
from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.history import HistoryRow, gather
from optimizer.periods import Period
from optimizer.problem import AllocationProblem, ChannelTerms

MONTH = Period.parse("2026-01")
CHANNELS = ("falls", "b", "c", "d")
BUDGET = 100_000_00  # minor units


def history(weeks_since: int, factor: float) -> list[HistoryRow]:
    """Four alike channels for two years; one brings `factor` times as much in the last weeks."""
    rng = np.random.default_rng(11)
    weeks = [Period.parse("2024-W01").next(k) for k in range(104)]
    rows = []
    for k, period in enumerate(weeks):
        for name in CHANNELS:
            spend = 800 * float(np.exp(0.3 * rng.normal()))
            effect = factor if name == "falls" and k >= len(weeks) - weeks_since else 1.0
            brought = effect * 9_000 * spend / (1_500 + spend) * float(np.exp(0.15 * rng.normal()))
            rows.append(HistoryRow(name, period, 7 * spend, 7 * brought))
    return rows


@lru_cache
def fitted(weeks_since: int, factor: float = 0.45) -> Fit:
    reach = dict.fromkeys(CHANNELS, 100_000.0)
    return fit(gather(history(weeks_since, factor)), MONTH, reach=reach, country="")


def planned(fitted: Fit) -> float:
    """The share of the budget that the channel is given."""
    terms = tuple(ChannelTerms(name, fitted.curves[name].prudent) for name in CHANNELS)
    lines = allocate(AllocationProblem(terms, BUDGET)).lines
    return sum(line.spend for line in lines if line.channel == "falls") / sum(line.spend for line in lines)


def changes(fitted: Fit) -> list[Finding]:
    return [finding for finding in fitted.findings if finding.code == "effect_changed"]


def test_it_is_seen_and_dated_after_two_months() -> None:
    """Nine weeks after its effect fell to 45 %, the break is told, within four weeks of its day."""
    (found,) = changes(fitted(9))
    assert found.channel == "falls"
    assert float(found.facts["factor"]) < 0.7
    broke = Period.parse("2024-W01").next(104 - 9).first
    told = date.fromisoformat(str(found.facts["date"]))
    assert abs((told - broke).days) <= 28


def test_it_is_felt_in_the_plan_after_two_months() -> None:
    """Its curve is half of what it was, to a fifth, and it gets less of the budget than its equals."""
    before, after = (fitted(weeks).curves["falls"].curve(25_000) for weeks in (0, 9))
    assert float(after / before) == pytest.approx(0.45, abs=0.12)
    assert planned(fitted(9)) < 0.75 * planned(fitted(0))


def test_calm_channels_are_not_said_to_have_changed() -> None:
    """Where nothing changed, nothing is told; and the other channels of the shop stay as they are."""
    assert changes(fitted(0)) == []
    assert {finding.channel for finding in changes(fitted(9))} == {"falls"}


def test_what_broke_may_stray() -> None:
    """Forty weeks after its break a channel's range is still half again as wide as that of its equals."""
    late = fitted(40)
    assert width(late, "falls") > 1.5 * width(late, "b")


def width(fitted: Fit, name: str) -> float:
    """How wide the stated range is at a usual month's spend, on the log scale."""
    curve = fitted.curves[name]
    low, high = (np.interp(25_000, curve.curve.spend, edge) for edge in (curve.low, curve.high))
    return float(np.log(high / low))
