"""Rows of a spreadsheet in, rows of a spreadsheet out: no script needs to know the API's own shapes."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest

from app.optimize.examples import HISTORY, SHEET

LONG = SHEET["values"]
EPOCH = date(1899, 12, 30)  # on which spreadsheets count day 0
PLAIN = {"month": "2026-12", "budget": 400000}


def wide() -> list[list[Any]]:
    """The same history with a column per channel, and days as the numbers that spreadsheets keep."""
    months: dict[str, list[Any]] = {}
    for row in HISTORY:
        months.setdefault(row["period"], []).extend([row["spend"], row["revenue"]])
    days = {month: (date.fromisoformat(f"{month}-01") - EPOCH).days for month in months}
    header = ["月份", "douyin花费", "douyin收入", "jd花费", "jd收入"]
    return [header, *([days[month], *cells] for month, cells in months.items())]


def asked(client: httpx.Client, status: int = 200, **request: Any) -> Any:
    reply = client.post("/v1/optimize", json=PLAIN | request)
    assert reply.status_code == status, reply.text
    return reply.json()


def said(reply: Any) -> Any:
    return {name: reply[name] for name in ("allocations", "reserve", "expected", "inputs_hash")}


def test_rows_of_a_sheet_are_history(client: httpx.Client) -> None:
    """Long or wide, with days as text or as numbers: the plan of the same history, to the digit."""
    plan = said(asked(client, history=sorted(HISTORY, key=lambda row: row["period"])))
    assert said(asked(client, values=LONG)) == said(asked(client, values=wide()))
    spends = {line["channel"]: line["spend"] for line in asked(client, values=LONG)["allocations"]}
    assert spends == {line["channel"]: line["spend"] for line in plan["allocations"]}


def test_channels_may_be_rows_too(client: httpx.Client) -> None:
    """A table of limits, in English or Chinese, with blanks and percentages, is the list of channels."""
    table = [["Channel", "Min", "最高花费", "毛利率"], ["jd", "100,000", "", "30%"], ["", "", "", ""]]
    listed = [{"id": "jd", "min_spend": 100000, "margin": 0.3}]
    assert said(asked(client, values=LONG, channels=table)) == said(
        asked(client, values=LONG, channels=listed)
    )


def test_the_plan_comes_back_as_rows(client: httpx.Client) -> None:
    """A rectangle with its header: text is no formula, numbers are numbers, and it adds up to the budget."""
    table = [["id", "name"], ["jd", "=1+1"]]
    reply = asked(client, values=LONG, channels=table, answer="values")
    header, *rows = reply["values"]
    plan = asked(client, values=LONG, channels=table)
    assert {len(row) for row in reply["values"]} == {len(header)}
    spends = {row[2] or row[1]: row[4] for row in rows}
    assert spends == {line["channel"]: line["spend"] for line in plan["allocations"]} | {
        "reserve": plan["reserve"]["amount"],
        "unallocated": plan["unallocated"],
        "budget": 400000,
    }
    assert "'=1+1" in [row[3] for row in rows]
    assert reply["notes"] == [warning["message"] for warning in plan["warnings"]]
    chinese = client.post("/v1/optimize?lang=zh", json=PLAIN | {"values": LONG, "answer": "values"}).json()
    assert chinese["values"][0][:5] == ["月份", "类别", "渠道", "名称", "花费"]


@pytest.mark.parametrize(
    ("row", "column", "cell", "told"),
    [
        (3, 3, "#N/A", "row 3, column C (C3): 花费: '#N/A' is an error value"),
        (4, 1, "someday", "row 4, column A (A4): 月份: 'someday' is no date"),
        (5, 3, -5, "row 5, column C (C5): 花费: -5 is negative"),
        (2, 2, "", "row 2, column B (B2): 渠道: the channel is missing"),
        (6, 4, True, "row 6, column D (D6): 收入: 'True' is neither a number nor text"),
        (6, 1, "2026-03-31T16:00:00.000Z", "column A (A6): 月份: '2026-03-31T16:00:00.000Z' is a moment"),
        (6, 1, "2026-12", "row 6, column A: 2026-12 is not before the plan month 2026-12."),
        (6, 3, 10**16, "row 6, column C (C6): 花费: '…' is beyond 1e15"),
    ],
)
def test_a_wrong_cell_is_named(client: httpx.Client, row: int, column: int, cell: Any, told: str) -> None:
    """Row and column stand in the message as the spreadsheet shows them, in the pointer counted from 0."""
    values = [list(line) for line in LONG]
    values[row - 1][column - 1] = cell
    faults = asked(client, 422, values=values)["errors"]
    assert told in faults[0]["message"]
    assert faults[0]["pointer"] == f"/values/{row - 1}/{column - 1}"


def test_every_wrong_cell_is_named_at_once(client: httpx.Client) -> None:
    """Faults of both ranges and of the request itself come together, as far as they can be read."""
    values = [list(line) for line in LONG]
    values[1][2], values[7][3] = "x", "y"
    table = [["id", "luck", "max"], ["jd", 1, "lots"]]
    told = [fault["pointer"] for fault in asked(client, 422, values=values, channels=table)["errors"]]
    assert told == ["/values/1/2", "/values/7/3", "/channels/0/1", "/channels/1/2"]
    table = [["id", "min", "max"], ["jd", 5, 1]]
    faults = asked(client, 422, values=LONG, channels=table, budget=-1)["errors"]
    assert [fault["pointer"] for fault in faults] == ["/channels/1/2", "/budget"]
    assert "row 2, column C: The maximum 1 is below the minimum 5." in faults[0]["message"]


@pytest.mark.parametrize("values", [[], [[]], "x", [1], [["a", "b"], [1, 2]], [{"a": 1}], [[{"a": 1}]]])
def test_what_is_no_range_is_refused(client: httpx.Client, values: Any) -> None:
    """Anything that is no table of history is a fault of the request, never a plan of something else."""
    assert asked(client, 422, values=values)["errors"]


def test_history_is_given_once(client: httpx.Client) -> None:
    """Rows and objects at once would be two histories."""
    told = asked(client, 422, values=LONG, history=HISTORY)["errors"]
    assert [fault["pointer"] for fault in told] == ["/values"]
