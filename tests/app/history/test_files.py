"""A file of history is read as what it says, whoever wrote it."""

from __future__ import annotations

import pytest

from app.history.files import HistoryFile, read_history
from optimizer import HistoryRow, OutcomeRow, Period
from sample_data import FOLDER, generate


def read(text: str, name: str = "history.csv") -> HistoryFile:
    """The file with this text."""
    return read_history(text.encode(), name)


def week(text: str) -> Period:
    """The period of this text."""
    return Period.parse(text)


def test_long_file() -> None:
    """A row per channel and week gives the same rows, blanks staying unknown."""
    file = read("period,channel,spend,revenue,clicks\n2026-W01,douyin,10.5,30,\n2026-W02,douyin,0,,7\n")
    assert file.rows == [
        HistoryRow("douyin", week("2026-W01"), 10.5, revenue=30.0),
        HistoryRow("douyin", week("2026-W02"), 0.0, clicks=7.0),
    ]
    assert file.outcomes == []


def test_total_revenue_is_taken_once() -> None:
    """The whole shop's revenue, repeated on each channel's row, is not summed over channels."""
    text = "date,channel,spend,revenue_total\n2026-01-05,a,1,100\n2026-01-05,b,2,100\n2026-01-12,a,3,90\n"
    assert read(text).outcomes == [
        OutcomeRow(week("2026-W02"), revenue=100.0),
        OutcomeRow(week("2026-W03"), revenue=90.0),
    ]


@pytest.mark.parametrize("name", ["history_weekly.csv", "history.xlsx"])
def test_sample_files(name: str) -> None:
    """The sample shop's CSV and workbook give the rows that made them."""
    made = [
        HistoryRow(channel, week(period), spend, *(float(amount) for amount in amounts))
        for period, channel, spend, *amounts in generate.summed(generate.simulate(), generate.week_of)
    ]
    assert read_history((FOLDER / name).read_bytes(), name).rows == made
