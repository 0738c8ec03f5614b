"""A plan as CSV or XLSX: a line per channel, then the reserve, what is unallocated, and the budget."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from app.optimize.replies import PlanReply
from app.sheets.safety import WORKBOOK_OPTIONS, safe_text

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


def plan_xlsx(reply: PlanReply) -> bytes:
    """A workbook with one sheet; amounts and shares are numbers with formats."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **WORKBOOK_OPTIONS}) as book:
        sheet = book.add_worksheet("plan")
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        formats = _formats(book)
        for i, row in enumerate(plan_rows(reply), start=1):
            for j, (column, cell) in enumerate(zip(COLUMNS, row, strict=True)):
                if isinstance(cell, str):
                    sheet.write_string(i, j, cell)
                elif cell is not None:
                    sheet.write_number(i, j, float(cell), formats.get(column))
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return file.getvalue()


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


def _formats(book: object) -> dict[str, object]:
    """The number format of each column that has one."""
    patterns = {"spend": "#,##0.00", "last_spend": "#,##0.00", "share": "0.0%", "change_share": "0.0%"}
    patterns |= dict.fromkeys(("response", "response_low", "response_high"), "#,##0")
    patterns |= dict.fromkeys(("roi", "marginal_roi"), "0.00")
    return {name: book.add_format({"num_format": pattern}) for name, pattern in patterns.items()}  # type: ignore[attr-defined]
