"""Lift tests and stated incrementality: what was caused takes the place of what was credited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from optimizer.fitting.belief import Belief
from optimizer.fitting.calibration import updated
from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import Fit
from optimizer.fitting.given import GivenPoints
from optimizer.fitting.grid import Grid
from optimizer.fitting.lift import Lift
from optimizer.history import Experiment, HistoryRow, Incrementality, OutcomeRow, gather
from optimizer.periods import Period
from tests.optimizer.fitting.test_fit import CURVES, MONTH, WEEKS, shop

USUAL, DAYS, CHANGE = 800.0, 28, 4_000.0
ROWS = shop(noise=0.1)


def spent(channel: str, first: date, last: date) -> float:
    """Mean daily spend of the weeks between two days."""
    spends = [r.spend for r in ROWS if r.channel == channel and first <= r.period.first <= last]
    return float(np.mean(spends)) / 7


def lift_of(channel: str, share: float, doubt: float, change: float = CHANGE) -> Experiment:
    """A test in December on top of what was spent: it saw `share` of the credited lift, ± `doubt` of that."""
    first, last = date(2025, 12, 1), date(2025, 12, 28)
    base = spent(channel, first, last)
    lift = DAYS * (CURVES[channel](base + change / DAYS) - CURVES[channel](base))
    return Experiment(channel, Period(first, 1), Period(last, 1), change, share * lift, doubt * abs(lift))


def fitted(
    *tests: Experiment,
    rows: list[HistoryRow] = ROWS,
    outcomes: list[OutcomeRow] | None = None,
    **stated: Incrementality,
) -> Fit:
    history = gather(rows, outcomes or [], experiments=tests, incrementality=stated)
    return fit(history, MONTH, reach=dict.fromkeys(CURVES, 60_000.0), country="")


def usual(result: Fit, channel: str) -> float:
    """The response to a month at the usual spend."""
    return float(result.curves[channel].curve(31 * USUAL))


def width(result: Fit, channel: str) -> float:
    curve = result.curves[channel]
    low, high = (np.interp(31 * USUAL, curve.curve.spend, side) for side in (curve.low, curve.high))
    return float(high - low)


def facts(result: Fit) -> dict[str, float]:
    """The facts of the one agreement that was told."""
    (found,) = [finding for finding in result.findings if finding.code.startswith("test_")]
    numbers = {name: float(value) for name, value in found.facts.items() if name not in {"start", "end"}}
    return {"agrees": found.code == "test_agrees", **numbers}


BEFORE = fitted()


def test_a_test_without_noise_is_recovered() -> None:
    """Platforms credit twice what a channel causes; a precise test brings its curve down to the half."""
    after = fitted(lift_of("甲", 0.5, 0.02))
    assert usual(after, "甲") == pytest.approx(31 * 0.5 * CURVES["甲"](USUAL), rel=0.08)


def test_a_precise_test_dominates() -> None:
    """The plan's range is the test's, not the history's, however much history there is."""
    said = facts(fitted(lift_of("甲", 0.5, 0.02)))
    assert said["history_low"] > 1.5 * said["plan_high"]
    assert said["plan_low"] < said["test_low"] < said["test_high"] < said["plan_high"]
    assert not said["agrees"]


def test_a_vague_test_changes_nothing() -> None:
    """A test that may have seen anything leaves curve and range as they were, to 1 %."""
    after = fitted(lift_of("甲", 3.0, 100.0))
    for name in CURVES:
        assert usual(after, name) == pytest.approx(usual(BEFORE, name), rel=0.01)
        assert width(after, name) == pytest.approx(width(BEFORE, name), rel=0.01)
    assert facts(after)["agrees"]


def test_a_test_that_agrees_says_so() -> None:
    """A test of what the history says anyway: the two ranges overlap, and the curve hardly moves."""
    after = fitted(lift_of("甲", 1.0, 0.1))
    said = facts(after)
    assert said["agrees"]
    assert said["history_low"] < said["test_high"]
    assert said["test_low"] < said["history_high"]
    assert usual(after, "甲") == pytest.approx(usual(BEFORE, "甲"), rel=0.1)


def test_others_hear_of_a_test() -> None:
    """When one channel caused half of its credit, the other is taken to cause less too, and less surely."""
    after = fitted(lift_of("甲", 0.5, 0.02))
    assert 0.5 < usual(after, "乙") / usual(BEFORE, "乙") < 0.9
    assert width(after, "乙") / usual(after, "乙") > 1.5 * width(BEFORE, "乙") / usual(BEFORE, "乙")


def test_an_old_test_says_less() -> None:
    """A test of two years ago moves the curve less than one of last month."""
    old = replace(
        lift_of("甲", 0.5, 0.02), first=Period(date(2024, 1, 8), 1), last=Period(date(2024, 2, 4), 1)
    )
    assert usual(fitted(old), "甲") > 1.1 * usual(fitted(lift_of("甲", 0.5, 0.02)), "甲")


def test_a_test_after_the_month_began_is_not_known() -> None:
    """A plan rests on what was known before its month."""
    late = replace(
        lift_of("甲", 0.5, 0.02), first=Period(date(2025, 12, 20), 1), last=Period(date(2026, 1, 9), 1)
    )
    assert usual(fitted(late), "甲") == usual(BEFORE, "甲")


def test_stated_incrementality_scales_the_curve() -> None:
    """A stated 0.7 (0.5 to 0.9) brings the response to 0.7 of it, with a range at least as wide as stated."""
    after = fitted(甲=Incrementality(0.7, 0.5, 0.9))
    assert usual(after, "甲") == pytest.approx(0.7 * usual(BEFORE, "甲"), rel=0.05)
    assert width(after, "甲") > 0.4 * usual(BEFORE, "甲")
    assert usual(after, "乙") == pytest.approx(usual(BEFORE, "乙"), rel=0.01)


@pytest.mark.parametrize("attributed", [True, False])
def test_a_test_speaks_beside_the_shops_revenue(attributed: bool) -> None:
    """With the shop's revenue known, a precise test narrows what its channel is thought to cause."""
    rows = [row if attributed else HistoryRow(row.channel, row.period, row.spend) for row in ROWS[-80:]]
    total = {p: 20_000 + 0.6 * sum(r.revenue or 0 for r in ROWS if r.period == p) for p in WEEKS[-40:]}
    outcomes = [OutcomeRow(period, revenue=revenue) for period, revenue in total.items()]
    said = facts(fitted(lift_of("甲", 0.6, 0.02), rows=rows, outcomes=outcomes))
    assert said["plan_high"] - said["plan_low"] < said["history_high"] - said["history_low"]
    assert said["plan_low"] < said["test_high"]
    assert said["test_low"] < said["plan_high"]


def test_stopping_a_channel_is_a_test_too() -> None:
    """Spend cut by a third, and revenue that fell by half of what was credited to it, say the same."""
    after = fitted(lift_of("甲", 0.5, 0.02, change=-0.3 * DAYS * USUAL))
    assert usual(after, "甲") == pytest.approx(31 * 0.5 * CURVES["甲"](USUAL), rel=0.15)


@pytest.mark.parametrize(("seen", "spread"), [(400.0, 40.0), (900.0, 5.0), (-200.0, 300.0), (0.0, 1e6)])
def test_the_update_is_the_exact_integral(seen: float, spread: float) -> None:
    """On one grid point, mean and spread of log roi are those of the product of prior and likelihood."""
    grid = Grid(np.array([0]), np.array([0.2]), np.array([1.0]), np.zeros(1))
    belief = Belief(grid, np.ones(1), np.array([0.4]), np.array([0.5]), reference=100.0)
    test = Experiment("a", MONTH, MONTH, 310.0, seen, spread)
    lift = Lift(test, base=100.0, change=10.0, days=31, demand=1.0, revenue=seen, spread=spread)
    unit = float(lift.unit(belief)[0])
    peak = max(seen, 1.0)

    def product(x: float, power: int = 0) -> float:
        likelihood = np.exp(-0.5 * ((seen - unit * np.exp(x)) / spread) ** 2)
        return float(x**power * norm.pdf(x, 0.4, 0.5) * likelihood)

    points = [0.4, float(np.log(peak / unit))]
    whole, mean, square = (quad(product, -4, 4, args=(k,), points=points, limit=200)[0] for k in range(3))
    after = updated(belief, lift)
    assert after.log_roi[0] == pytest.approx(mean / whole, abs=0.01)
    assert after.log_roi_spread[0] == pytest.approx(np.sqrt(square / whole - (mean / whole) ** 2), rel=0.05)


def codes(result: Fit) -> set[str]:
    return {finding.code for finding in result.findings}


def test_the_doubt_about_credit_goes_with_the_last_untold_channel() -> None:
    """Credited results are warned of until every channel has a test or a stated share; between, in part."""
    assert "credited_only" in codes(BEFORE)
    partly = fitted(lift_of("甲", 0.5, 0.1))
    assert "credited_only" not in codes(partly)
    (found,) = [finding for finding in partly.findings if finding.code == "credited_in_part"]
    assert found.facts == {"told": 1, "channels": 2}
    wholly = fitted(lift_of("甲", 0.5, 0.1), 乙=Incrementality(0.7))
    assert not {"credited_only", "credited_in_part", "credited_unless_stated"} & codes(wholly)


def test_a_test_from_before_the_history_was_made_at_usual_spend() -> None:
    """The history says of it what it says of usual spend, not what the very first unit would return."""
    base = spent("甲", WEEKS[0].first, WEEKS[-1].first)
    credited = DAYS * (CURVES["甲"](base + CHANGE / DAYS) - CURVES["甲"](base))
    first, last = Period(date(2023, 11, 1), 1), Period(date(2023, 11, DAYS), 1)
    told = facts(fitted(Experiment("甲", first, last, CHANGE, credited, 0.1 * credited)))
    assert told["agrees"]
    assert 0.9 * told["history_low"] < credited / CHANGE < 1.1 * told["history_high"]


def test_tests_that_no_plan_counts_with_are_named() -> None:
    """One that ends in the plan month, and one of a channel whose curve the user gave."""
    late = replace(lift_of("甲", 0.5, 0.02), last=Period(date(2026, 1, 5), 1))
    (found,) = [f for f in fitted(late).findings if f.code == "test_too_late"]
    assert (found.channel, found.facts) == ("甲", {"start": "2025-12-01", "end": "2026-01-05"})
    history = gather(ROWS, experiments=[lift_of("甲", 0.5, 0.02)])
    given = {"甲": GivenPoints(((0, 0), (50_000, 90_000)))}
    result = fit(history, MONTH, reach=dict.fromkeys(CURVES, 60_000.0), given=given, country="")
    assert "甲" in {f.channel for f in result.findings if f.code == "test_of_given"}


def test_a_stated_share_speaks_of_no_other_channel() -> None:
    """What the others are credited with stays as it is, and is said to be taken as caused."""
    stated = fitted(甲=Incrementality(0.5))
    assert usual(stated, "乙") == pytest.approx(usual(BEFORE, "乙"), rel=0.02)
    assert "credited_unless_stated" in codes(stated)
    assert not {"credited_only", "credited_in_part"} & codes(stated)
