"""From history to curves: right when data are rich, humble when they are poor, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from optimizer.errors import HistoryError
from optimizer.fitting import fit as module
from optimizer.fitting.fit import Study, fit, learn
from optimizer.fitting.fitted import Fit
from optimizer.fitting.given import GivenPoints
from optimizer.history import HistoryRow, OutcomeRow, gather
from optimizer.periods import Period

MONTH = Period.parse("2026-01")
WEEKS = [Period.parse("2024-W01").next(k) for k in range(104)]


def michaelis(scale: float, half: float) -> Callable[[float], float]:
    """Daily spend to daily revenue."""
    return lambda spend: scale * spend / (half + spend)


CURVES = {"甲": michaelis(9_000, 1_000), "乙": michaelis(3_000, 400)}


def shop(noise: float = 0.0, weeks: int = 104, moves: float = 0.5) -> list[HistoryRow]:
    """Two channels with known curves, no carry-over, and spend that moves by itself."""
    rng = np.random.default_rng(3)
    rows = []
    for period in WEEKS[-weeks:]:
        for name, curve in CURVES.items():
            spend = 800 * float(np.exp(moves * rng.normal()))
            revenue = 7 * curve(spend) * float(np.exp(noise * rng.normal()))
            rows.append(HistoryRow(name, period, 7 * spend, revenue=revenue))
    return rows


def fitted(rows: list[HistoryRow], outcomes: list[OutcomeRow] | None = None, country: str = "CN") -> Fit:
    names = sorted({row.channel for row in rows})
    return fit(gather(rows, outcomes or []), MONTH, reach=dict.fromkeys(names, 60_000.0), country=country)


def codes(result: Fit, channel: str | None = None) -> set[str]:
    return {finding.code for finding in result.findings if finding.channel == channel}


def test_noise_free_results_give_the_truth_back() -> None:
    """Without noise the curve is the true one to 3 %, over the whole range that was spent."""
    result = fitted(shop(), country="")
    for name, curve in CURVES.items():
        for daily in (400, 800, 1_600):
            assert float(result.curves[name].curve(31 * daily)) == pytest.approx(31 * curve(daily), rel=0.03)


def test_range_holds_the_truth() -> None:
    """With noise the stated range holds the truth at usual spend."""
    result = fitted(shop(noise=0.2))
    for name, curve in CURVES.items():
        fitted_curve = result.curves[name]
        low = np.interp(31 * 800, fitted_curve.curve.spend, fitted_curve.low)
        high = np.interp(31 * 800, fitted_curve.curve.spend, fitted_curve.high)
        assert low < 31 * curve(800) < high


def test_bursts_are_credited_with_what_comes_after_them() -> None:
    """A channel that spends one week in four and earns for weeks: its month is right to a fifth."""
    rng, rows = np.random.default_rng(8), []
    left = 0.0
    for week, period in enumerate(WEEKS):
        spend = 2_000.0 * float(np.exp(0.4 * rng.normal())) if week % 4 == 0 else 0.0
        sold = 0.0
        for _ in range(7):
            left = 0.85 * left + 0.15 * spend
            sold += 6_000 * left / (1_500 + left)
        rows.append(HistoryRow("红人", period, 7 * spend, revenue=sold))
    curve = fit(gather(rows, []), MONTH, reach={"红人": 30_000.0}, country="").curves["红人"]
    unspent = dict.fromkeys(range(31), 15_000 / 31) | dict.fromkeys(range(31, 59), 0.0)

    def brings(state: float, spends: dict[int, float]) -> float:
        total = 0.0
        for spend in spends.values():
            state = 0.85 * state + 0.15 * spend
            total += 6_000 * state / (1_500 + state)
        return total

    truth = brings(left, unspent) - brings(left, dict.fromkeys(unspent, 0.0))
    assert float(curve.curve(15_000)) == pytest.approx(truth, rel=0.2)


def test_a_sharp_bend_is_found_between_the_points_of_the_grid() -> None:
    """Spend that grew eightfold says where and how sharply it saturates: the slopes are right to a fifth."""
    rng, shape, half = np.random.default_rng(3), 2.6, 2_300
    rows = []
    for name, growth in (("grown", 8.0), ("still", 1.0)):
        for week, period in enumerate(WEEKS):
            spend = 800 * growth ** (week / 103) * float(np.exp(0.2 * rng.normal()))
            sold = 9_000 * spend**shape / (half**shape + spend**shape) * float(np.exp(0.03 * rng.normal()))
            rows.append(HistoryRow(name, period, 7 * spend, revenue=7 * sold))
    reach = dict.fromkeys(("grown", "still"), 250_000.0)
    curve = fit(gather(rows, []), MONTH, reach=reach, country="").curves["grown"].curve
    for daily in (1_600, 3_200, 6_400):
        share = daily**shape / (half**shape + daily**shape)
        slope = 9_000 * shape * share * (1 - share) / daily
        assert float(curve.marginal_at(31 * daily)) == pytest.approx(slope, rel=0.2)


def test_less_history_is_less_sure() -> None:
    """Ten weeks give a wider range than a hundred and four."""

    def width(weeks: int) -> float:
        curve = fitted(shop(noise=0.2, weeks=weeks)).curves["甲"]
        return float(((curve.high - curve.low) / curve.curve.response.max())[20])

    assert width(10) > 1.3 * width(104)


def test_total_alone_ranks_the_channels() -> None:
    """From the shop's revenue alone, the channel that brings three times as much is told from the other."""
    rows = shop()
    outcomes = [
        OutcomeRow(period, revenue=20_000 + sum(r.revenue or 0 for r in rows if r.period == period))
        for period in WEEKS
    ]
    silent = [HistoryRow(row.channel, row.period, row.spend) for row in rows]
    result = fitted(silent, outcomes)
    assert {curve.source for curve in result.curves.values()} == {"total"}
    assert float(result.curves["甲"].curve(25_000)) > 1.8 * float(result.curves["乙"].curve(25_000))


def test_same_input_same_curves() -> None:
    """The draws come from the input alone; row order and channel names have no part in them."""
    rows = shop(noise=0.2)
    one = fitted(rows)
    other = fitted(
        [HistoryRow({"甲": "z", "乙": "a"}[r.channel], r.period, r.spend, r.revenue) for r in rows[::-1]]
    )
    np.testing.assert_array_equal(one.curves["甲"].draws, other.curves["z"].draws)
    np.testing.assert_array_equal(one.curves["乙"].prudent.response, other.curves["a"].prudent.response)


def test_festival_is_not_credited_to_ads() -> None:
    """Demand that lifts every channel threefold each June, with spend following, leaves roi as it was."""
    june = {p for p in WEEKS if p.first.month == 6}
    rows = [
        HistoryRow(
            r.channel, p, r.spend * (2 if p in june else 1), (r.revenue or 0) * (3.9 if p in june else 1)
        )
        for r in shop(noise=0.1)
        for p in [r.period]
    ]
    calm = fitted(shop(noise=0.1)).curves["甲"].curve(25_000)
    assert float(fitted(rows).curves["甲"].curve(25_000)) == pytest.approx(float(calm), rel=0.15)


def test_channel_without_history_leans_on_the_others() -> None:
    """A new channel gets a curve, wide, with a finding; a given one is taken at its word."""
    history = gather(shop(noise=0.2))
    reach = {"甲": 60_000.0, "乙": 60_000.0, "new": 60_000.0, "given": 60_000.0}
    result = fit(history, MONTH, reach=reach, given={"given": GivenPoints(((0, 0), (50_000, 90_000)))})
    assert result.curves["new"].source == "pooled"
    assert result.curves["given"].source == "given"
    assert "no_history" in codes(result, "new")
    new, known = result.curves["new"], result.curves["甲"]
    assert new.high[-1] / new.low[-1] > 2 * known.high[-1] / known.low[-1]


def test_nothing_to_fit_is_an_error() -> None:
    """Spend without any result gives no curve."""
    with pytest.raises(HistoryError, match="no results"):
        fitted([HistoryRow("甲", period, 100.0) for period in WEEKS])


def test_results_without_any_spend_are_an_error_of_their_own() -> None:
    """What is missing is the spend, and that is what is said."""
    with pytest.raises(HistoryError, match="Nothing was spent on 甲"):
        fitted([HistoryRow("甲", period, 0.0, 100.0) for period in WEEKS])


def test_prudent_curve_stays_where_nothing_is_known() -> None:
    """Where spend never changed, a move must promise more than its doubt; where it did, next to nothing."""

    def kink(moves: float) -> float:
        curve = fitted(shop(noise=0.2, moves=moves)).curves["甲"]
        last = curve.last_spend or 0.0
        below, above = curve.prudent.marginal_at([last * 0.995, last * 1.005])
        return float((below - above) / curve.curve.marginal_at(last))

    assert kink(0.0) > 1.5 * kink(0.5) > 0


AWKWARD: dict[str, Callable[[list[HistoryRow]], list[HistoryRow]]] = {
    "one period": lambda rows: rows[-2:],
    "two periods": lambda rows: rows[-4:],
    "one channel": lambda rows: [r for r in rows if r.channel == "甲"],
    "zero spend": lambda rows: [HistoryRow(r.channel, r.period, 0.0, 0.0) for r in rows[:20]] + rows[20:],
    "never spent": lambda rows: [
        HistoryRow(r.channel, r.period, 0.0 if r.channel == "乙" else r.spend, r.revenue) for r in rows
    ],
    "refunds": lambda rows: [
        HistoryRow(r.channel, r.period, r.spend, -500.0 if i % 9 == 0 else r.revenue)
        for i, r in enumerate(rows)
    ],
    "only refunds": lambda rows: [HistoryRow(r.channel, r.period, r.spend, -5.0) for r in rows],
    "no revenue at all": lambda rows: [HistoryRow(r.channel, r.period, r.spend, 0.0) for r in rows],
    "outliers": lambda rows: [
        HistoryRow(r.channel, r.period, r.spend, (r.revenue or 0) * (1000 if i % 17 == 0 else 1))
        for i, r in enumerate(rows)
    ],
    "missing periods": lambda rows: [r for i, r in enumerate(rows) if i % 7 > 1],
    "late starter": lambda rows: [r for i, r in enumerate(rows) if r.channel == "甲" or i > 190],
    "stopped": lambda rows: [r for i, r in enumerate(rows) if r.channel == "甲" or i < 120],
    "constant spend": lambda rows: [HistoryRow(r.channel, r.period, 5_600.0, r.revenue) for r in rows],
    "tiny amounts": lambda rows: [
        HistoryRow(r.channel, r.period, 0.04, (r.revenue or 0) / 1e6) for r in rows
    ],
    "huge amounts": lambda rows: [HistoryRow(r.channel, r.period, r.spend * 1e9, 1e13) for r in rows],
    "gap before the plan": lambda rows: rows[:60],
}


HOPELESS = {"only refunds", "no revenue at all"}
TOLD = {  # what a planner should hear of each, beside that results are credited ones
    "one period": "new_channel",
    "two periods": "new_channel",
    "never spent": "no_history",
    "refunds": "refunds",
    "late starter": "new_channel",
    "stopped": "stopped",
    "constant spend": "constant_spend",
    "tiny amounts": "constant_spend",
    "gap before the plan": "old_history",
}


def finite(result: Fit) -> bool:
    """Whether every curve is finite, rises and lies in its range."""
    return all(
        np.isfinite(curve.draws).all()
        and (curve.low <= curve.high).all()
        and (np.diff(curve.curve.response) >= 0).all()
        for curve in result.curves.values()
    )


@pytest.mark.parametrize("name", [name for name in AWKWARD if name not in HOPELESS])
def test_awkward_histories_give_curves_and_a_word(name: str) -> None:
    """Whatever the history, every channel gets a finite curve that rises; what is odd about it is told."""
    rows = AWKWARD[name](shop(noise=0.3))
    result = fit(gather(rows), MONTH, reach={"甲": 60_000.0, "乙": 60_000.0})
    assert finite(result)
    found = {finding.code for finding in result.findings}
    assert TOLD.get(name, "credited_only") in found


@pytest.mark.parametrize("name", sorted(HOPELESS))
def test_results_that_say_nothing_are_an_error(name: str) -> None:
    """Credited revenue that is never above zero gives no curve."""
    with pytest.raises(HistoryError, match="no results"):
        fitted(AWKWARD[name](shop()))


@pytest.mark.parametrize("name", ["one period", "one channel", "never spent", "only refunds", "huge amounts"])
def test_awkward_histories_with_the_shop_total(name: str) -> None:
    """The same holds when the shop's revenue is known as well."""
    rows = AWKWARD[name](shop(noise=0.3))
    totals: dict[Period, float] = {}
    for row in rows:
        totals[row.period] = totals.get(row.period, 1_000.0) + max(row.revenue or 0.0, 0.0)
    outcomes = [OutcomeRow(period, revenue=total) for period, total in totals.items()]
    assert finite(fit(gather(rows, outcomes), MONTH, reach={"甲": 60_000.0, "乙": 60_000.0}))


def test_a_study_learns_once_and_fits_as_a_fit_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves for two budgets from one study are those of two fits, and the history is learnt once."""
    history, study, counted = gather(shop(noise=0.2)), Study(gather(shop(noise=0.2)), MONTH), []

    def counting(*args: Any) -> Any:
        counted.append(args)
        return learn(*args)

    monkeypatch.setattr(module, "learn", counting)
    for reach, spendable in ((60_000.0, 50_000.0), (90_000.0, 70_000.0)):
        wanted = dict.fromkeys(CURVES, reach)
        once = study.fit(wanted, spendable=spendable)
        again = fit(history, MONTH, reach=wanted, spendable=spendable)
        for name in CURVES:
            assert np.array_equal(once.curves[name].prudent.response, again.curves[name].prudent.response)
    assert len(counted) == 3


def in_step(credited: bool) -> Fit:
    """Two channels whose spends always move together, and a third that moves by itself."""
    rng = np.random.default_rng(5)
    rows, outcomes = [], []
    for period in WEEKS:
        common, own = (700 * float(np.exp(0.4 * rng.normal())) for _ in range(2))
        spends = {"甲": common, "乙": 0.5 * common, "丙": own}
        brought = {name: 7 * michaelis(4_000, 900)(spend) for name, spend in spends.items()}
        rows += [
            HistoryRow(n, period, 7 * spends[n], brought[n] if credited else None) for n in sorted(spends)
        ]
        outcomes.append(OutcomeRow(period, sum(brought.values()) + 20_000))
    return fitted(rows, [] if credited else outcomes, country="")


def test_what_moves_together_is_told_only_where_results_are_shared() -> None:
    """From the shop's total nobody can tell two such channels apart; results of their own do."""
    assert "moves_together" in codes(in_step(credited=False), "甲") | codes(in_step(credited=False), "乙")
    for name in ("甲", "乙"):
        assert "moves_together" not in codes(in_step(credited=True), name)


def test_how_much_of_credit_was_caused_is_told_as_it_was_found() -> None:
    """Platforms that claim all sales twice over are said to have caused about half of what they claim."""
    rng = np.random.default_rng(9)
    rows, outcomes = [], []
    for period in WEEKS:
        sold = 6_000.0
        for name, curve in CURVES.items():
            spend = 800 * float(np.exp(0.6 * rng.normal()))
            rows.append(HistoryRow(name, period, 7 * spend, 2 * 7 * curve(spend)))
            sold += 7 * curve(spend)
        outcomes.append(OutcomeRow(period, sold * float(np.exp(0.02 * rng.normal()))))
    (found,) = [f for f in fitted(rows, outcomes, country="").findings if f.code == "credited_and_total"]
    assert found.facts["caused"] == pytest.approx(0.5, abs=0.12)


def test_a_start_is_counted_to_the_last_day_known() -> None:
    """A channel whose first of ten weeks began 70 days before the history ends has started 70 days ago."""
    rows = [r for r in shop(noise=0.1) if r.channel == "甲" or r.period.start >= WEEKS[-10].start]
    (found,) = [f for f in fitted(rows).findings if f.code == "new_channel"]
    assert found.facts == {"days": 70}
