"""The series of a finished test from a table, whatever program wrote it."""

from __future__ import annotations

from datetime import date

import pytest

from app.experiments.series import read_series
from optimizer import InputError

START, END = date(2026, 8, 17), date(2026, 8, 30)
ROWS = """date\ttreated\tnorth\tsouth
2026-08-03\t104,000\t50300\t20100
2026-08-10\t98,000\t49,200\t20300
2026-08-17\t121,000\t50300\t20200
2026-08-24\t118,000\t49,100\t19900
2026-08-31\t101,000\t50000\t20000
"""


def test_weeks_before_during_and_after() -> None:
    """Rows before the test show what is usual, those within it what came, later ones are left out."""
    treated, controls = read_series(ROWS.encode(), "pasted", START, END)
    assert (treated.before, treated.during) == ([104_000, 98_000], [121_000, 118_000])
    assert [control.during for control in controls] == [[50_300, 49_100], [20_200, 19_900]]


def test_chinese_exports_in_any_order() -> None:
    """GBK, semicolons, decimal commas, no header, the newest first: the same numbers."""
    lines = "2026年8月24日;118000,5;49100\n2026年8月17日;121000,0;50300\n2026年8月10日;98000,0;49200\n"
    treated, controls = read_series(lines.encode("gbk"), "x.csv", START, END)
    assert (treated.before, treated.during) == ([98_000], [121_000, 118_000.5])
    assert controls[0].before == [49_200]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("2026-08-17\t1\n", "three columns"),
        ("2026-08-03\t1\t2\n", "no row lies between"),
        ("2026-08-17\tten\t2\n2026-08-24\t1\t\n", "row 1, column B"),
        ("2026-08-17\t1\t2\nsome day\t1\t2\n", "row 2, column A"),
    ],
)
def test_what_cannot_be_read_is_named(rows: str, fault: str) -> None:
    """Too few columns, no row of the test, cells that are no number or date: each by its place."""
    with pytest.raises(InputError) as caught:
        read_series(rows.encode(), "rows", START, END)
    assert fault in str(caught.value)
    if "ten" in rows:
        assert "row 2, column C" in str(caught.value)
