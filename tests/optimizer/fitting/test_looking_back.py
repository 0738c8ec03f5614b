"""The past beside a curve: months of other seasons and lengths, as they would have been in the plan month."""

from __future__ import annotations

from datetime import date

import pytest

from optimizer.fitting.fit import fit
from optimizer.fitting.fitted import FittedCurve
from optimizer.history import HistoryRow, Incrementality, OutcomeRow, gather
from optimizer.periods import Event, Period

MONTH = Period.parse("2026-01")
DAYS = [Period(date(2024, 1, 1), 7).next(k) for k in range(104)]
SALE = Event("sale", date(2025, 6, 1), date(2025, 6, 28))


def told(caused: float | None = None, **changes: float | None) -> FittedCurve:
    """Two years of alternating spends that bring 1.5 each, three times as much in one month's sale."""
    rows = []
    for k, week in enumerate(DAYS):
        spend = 700.0 * (1 + k % 3)
        lifted = 3.0 if SALE.days_within(week) == 7 else 1 + 2 * SALE.days_within(week) / 7
        revenue = changes.get(str(week), 1.5 * lifted * spend)
        rows.append(HistoryRow("a", week, spend, revenue))
    stated = {"a": Incrementality(caused, caused, caused)} if caused else {}
    known = gather(rows, events=[SALE], incrementality=stated)
    return fit(known, MONTH, reach={"a": 20_000.0}, country="").curves["a"]


def test_a_festival_month_is_brought_to_the_plan_months_demand() -> None:
    """June sold three times as much; in January it would bring what May does for its money."""
    seen = {str(point.month): point for point in told().seen}
    june, may = seen["2025-06"], seen["2025-05"]
    assert june.result / june.paid > 2 * may.result / may.paid  # type: ignore[operator]
    assert june.response / june.spend == pytest.approx(may.response / may.spend, rel=0.15)  # type: ignore[operator]


def test_a_short_month_is_brought_to_the_plan_months_length() -> None:
    """February's 28 days of spend count as January's 31: 31/28 of what was paid."""
    seen = {str(point.month): point for point in told().seen}
    assert seen["2025-02"].spend == pytest.approx(seen["2025-02"].paid * 31 / 28)


def test_only_what_was_caused_counts() -> None:
    """Where half of the credited revenue is stated to be caused, points and curve are half as high."""
    whole, half = told(), told(caused=0.5)
    assert half.caused_share == pytest.approx(0.5, rel=0.02)
    for one, other in zip(whole.seen, half.seen, strict=True):
        assert other.response == pytest.approx(half.caused_share * one.response, rel=0.02)  # type: ignore[operator]
        assert other.result == one.result


def test_points_lie_where_the_curve_is() -> None:
    """Without noise the months' points lie within a tenth of the curve that was told from them."""
    curve = told()
    for point in curve.seen[-6:]:
        assert point.response == pytest.approx(float(curve.curve(point.spend)), rel=0.1)


def test_what_is_unknown_stays_unknown() -> None:
    """A month with a week of unknown results has none; months without spend are not there at all."""
    seen = {str(point.month): point for point in told(**{"2025-W33": None}).seen}
    assert seen["2025-08"].result is None
    assert seen["2025-08"].response is None
    assert seen["2025-07"].result is not None
    assert "2026-01" not in seen


def test_without_results_of_its_own_nothing_is_credited() -> None:
    """Where only the whole shop's sales are known, months have a spend alone, and no caused share."""
    rows = [HistoryRow("a", week, 700.0 * (1 + k % 3)) for k, week in enumerate(DAYS)]
    outcomes = [OutcomeRow(week, 9_000.0 + 1_000 * (k % 3)) for k, week in enumerate(DAYS)]
    curve = fit(gather(rows, outcomes), MONTH, reach={"a": 20_000.0}, country="").curves["a"]
    assert curve.caused_share is None
    assert {point.response for point in curve.seen} == {None}
