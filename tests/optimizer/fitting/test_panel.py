"""All series on one axis: what spend a result belongs to."""

from __future__ import annotations

from optimizer.fitting.panel import panel
from optimizer.history import HistoryRow, gather
from optimizer.periods import Period


def late(*weeks: tuple[float, float | None]) -> list[bool]:
    """Which weeks, of one channel's spend and revenue, came late."""
    first = Period.parse("2025-W01")
    rows = [HistoryRow("红人", first.next(k), x, revenue=y) for k, (x, y) in enumerate(weeks)]
    known = panel(gather(rows), first.next(len(weeks)).start)
    return [bool(value) for value in known.is_late[0]]


def test_sales_of_four_weeks_after_spend_came_of_it() -> None:
    """One week of spend, six of sales: the four after it are late, the last is nobody's."""
    assert late((9.0, 5.0), *[(0.0, 1.0)] * 5) == [False, True, True, True, True, False]


def test_nothing_is_late_without_a_known_result_before() -> None:
    """Sales before any spend, or after spend of which the result is unknown, belong to nothing."""
    assert late((0.0, 1.0), (9.0, None), (0.0, 1.0), (9.0, 5.0)) == [False] * 4
