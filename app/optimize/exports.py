"""A plan as CSV: a line per channel, then the reserve, what is unallocated, and the budget."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from app.optimize.replies import PlanReply
from app.sheets.safety import safe_text

COLUMNS = (
    "month",
    "kind",
    "channel",
    "name",
    "spend",
    "share",
    "last_spend",
    "change_share",
    "response",
    "response_low",
    "response_high",
    "roi",
    "marginal_roi",
    "position",
    "why",
)

Cell = str | float | Decimal | None


def plan_csv(reply: PlanReply) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets read Chinese names as they are."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in row] for row in plan_rows(reply))
    return text.getvalue().encode("utf-8-sig")


def plan_rows(reply: PlanReply) -> list[list[Cell]]:
    """The plan's rows in the order of `COLUMNS`; the column `spend` adds up to its last row."""
    month = str(reply.month)
    rows: list[list[Cell]] = [
        [month, "channel", line.channel, *(getattr(line, column) for column in COLUMNS[3:])]
        for line in reply.allocations
    ]
    expected = reply.expected
    rows.append(_total(month, "reserve", reply.reserve.amount))
    rows.append(_total(month, "unallocated", reply.unallocated))
    rows.append(_total(month, "budget", reply.budget, expected.response, expected.low, expected.high))
    return rows


def _total(month: str, kind: str, amount: Decimal, *response: float) -> list[Cell]:
    row: list[Cell] = [month, kind, None, None, amount, None, None, None, *response]
    return row + [None] * (len(COLUMNS) - len(row))


def _plain(cell: Cell) -> str | float:
    """A cell as CSV has it; text that a spreadsheet would run as a formula is made harmless."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return safe_text(cell) if isinstance(cell, str) else cell
