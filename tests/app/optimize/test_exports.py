"""Plans as files: every cent, every name, and no formula that a name could smuggle in."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from app.optimize import examples, service
from app.optimize.exports import COLUMNS, plan_csv, plan_xlsx
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest


@pytest.fixture(scope="module")
def reply() -> PlanReply:
    """A plan whose channel has a name that a spreadsheet would run."""
    channels = [examples.TWO_CURVES["channels"][0], examples.TWO_CURVES["channels"][1] | {"name": "=1+1"}]
    return service.plan(PlanRequest.model_validate(examples.TWO_CURVES | {"channels": channels}), "zh")


def test_csv_adds_up_and_opens_in_a_spreadsheet(reply: PlanReply) -> None:
    """It begins with a byte order mark, its spends add up to its last row, and formulas are text."""
    data = plan_csv(reply)
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert data.startswith(b"\xef\xbb\xbf")
    assert tuple(rows[0]) == COLUMNS
    assert sum(Decimal(row["spend"]) for row in rows[:-1]) == Decimal(rows[-1]["spend"]) == reply.budget
    assert [row["name"] for row in rows[:2]] == ["抖音", "'=1+1"]


def test_xlsx_has_numbers_as_numbers(reply: PlanReply) -> None:
    """Amounts can be added up in the sheet, and a name is never a formula."""
    book = openpyxl.load_workbook(io.BytesIO(plan_xlsx(reply)))
    header, *rows = book["plan"].iter_rows(values_only=True)
    spend, name = header.index("spend"), header.index("name")
    assert header == COLUMNS
    assert sum(round(100 * float(str(row[spend]))) for row in rows[:-1]) == 100 * reply.budget
    assert book["plan"].cell(3, name + 1).data_type == "s"
