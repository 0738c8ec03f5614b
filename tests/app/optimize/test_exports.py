"""Plans as files: every cent, every name, and no formula that a name could smuggle in."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from app.optimize import examples, service
from app.optimize.exports import COLUMNS, plan_csv
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
