"""Rows in any order become tidy series, or every fault is named."""

from __future__ import annotations

import pytest

from optimizer.errors import HistoryError
from optimizer.history import HistoryRow, OutcomeRow, gather
from optimizer.periods import Period


def row(period: str, spend: float = 1.0) -> HistoryRow:
    return HistoryRow("抖音", Period.parse(period), spend, revenue=2.0)


def test_series_are_sorted_by_time() -> None:
    """Row order does not matter."""
    series = gather([row("2026-03", 3), row("2026-01", 1), row("2026-02", 2)]).channels["抖音"]
    assert series.spend.tolist() == [1, 2, 3]
    assert series.days.tolist() == [31, 28, 31]


def test_every_overlap_is_named() -> None:
    """A month and three of its weeks: each week is a fault, with its own place."""
    rows = [row("2026-06"), row("2026-W24"), row("2026-W25"), row("2026-W26"), row("2026-W40")]
    with pytest.raises(HistoryError) as error:
        gather(rows)
    assert [fault.path for fault in error.value.faults] == [("history", i, "period") for i in (1, 2, 3)]


def test_negative_spend_is_a_fault() -> None:
    """Spend cannot be negative; results can (refunds)."""
    with pytest.raises(HistoryError, match="negative"):
        gather([row("2026-06", -1)])


def test_unknown_outcomes_leave_no_shop() -> None:
    """Outcome rows without the metric say nothing about the shop."""
    assert gather([row("2026-06")], [OutcomeRow(Period.parse("2026-06"), conversions=3)]).shop is None
