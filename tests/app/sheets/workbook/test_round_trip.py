"""What is downloaded and sent back unchanged is the same request, and gives the same plan."""

from __future__ import annotations

import io
import random
from typing import Any

import openpyxl
import pytest

from app.dependencies import Language
from app.optimize import service
from app.sheets.workbook.inputs import inputs_of
from app.sheets.workbook.reading import read_workbook_inputs
from app.sheets.workbook.service import plan_workbook, to_request
from app.sheets.workbook.writing import unplanned_workbook
from tests.app.sheets.workbook.books import EVERYTHING, book_of, request_of


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_input_comes_back(language: Language) -> None:
    """A request with every kind of input is read back equal to the last digit, in both languages."""
    request = request_of(EVERYTHING)
    read = read_workbook_inputs(unplanned_workbook(inputs_of(request), language, "USD"), "book.xlsx")
    assert read.faults.found == []
    assert read.language == language
    assert to_request(read).model_dump() == request.model_dump()


def test_every_input_has_a_cell() -> None:
    """No rule that a lead would set has to be written as the API writes it."""
    assert inputs_of(request_of(EVERYTHING)).rows["more"] == []


def test_the_plan_is_the_same_to_the_cent() -> None:
    """Uploaded unchanged, the workbook gives the same amounts, reserve and fingerprint of its inputs."""
    body = EVERYTHING | {"outcomes": [], "experiments": []}  # the parts that take long to learn from
    again = plan_workbook(book_of(body), "book.xlsx", None).reply
    first = service.plan(request_of(body), "en")
    assert [line.spend for line in again.allocations] == [line.spend for line in first.allocations]
    assert again.reserve == first.reserve
    assert again.inputs_hash == first.inputs_hash


@pytest.mark.parametrize("target", [{"response": 300000.0, "of_shop": True}, {"response": 200000.5}])
def test_a_target_comes_back(target: dict[str, Any]) -> None:
    """A result to reach is read back, with whether the shop's own sales count."""
    request = request_of(EVERYTHING | {"target": target})
    read = read_workbook_inputs(unplanned_workbook(inputs_of(request), "zh", "USD"), "book.xlsx")
    assert to_request(read).target == request.target


@pytest.mark.parametrize("seed", range(12))
def test_any_history_comes_back(seed: int) -> None:
    """Days, weeks from any weekday and months, sparse or dense, negative revenue and long digits."""
    request = request_of(_any_body(random.Random(seed)))
    read = read_workbook_inputs(unplanned_workbook(inputs_of(request), "en", "CNY"), "book.xlsx")
    assert read.faults.found == []
    assert to_request(read).history == request.history


def _any_body(rng: random.Random) -> dict[str, Any]:
    periods = {
        0: [f"2026-{month:02d}" for month in range(1, 12)],
        1: [f"2026-W{week:02d}" for week in range(1, 47)],
        2: [f"2026-{month:02d}-{day:02d}" for month in (9, 10) for day in range(1, 29)],
        3: [f"2026-09-{day:02d}/P7D" for day in (5, 12, 19, 26)],
    }[rng.randrange(4)]
    chosen = sorted(rng.sample(periods, rng.randint(3, len(periods))))
    rows = [
        {
            "channel": channel,
            "period": period,
            "spend": rng.uniform(1000, 9000),
            "revenue": rng.choice([rng.uniform(-50, 30000), None]),
        }
        for channel in ("抖音", "_x0041_", "007")
        for period in chosen
    ]
    rows[0]["revenue"] = 1.0
    return {"month": "2026-12", "budget": 100000, "history": rows}


def test_workbooks_of_former_titles_are_read() -> None:
    """The sheet of history was once called 'History', which Excel keeps for itself; it is still read."""
    request = request_of(EVERYTHING)
    book = openpyxl.load_workbook(io.BytesIO(unplanned_workbook(inputs_of(request), "en", "USD")))
    book["History data"].title = "History"
    file = io.BytesIO()
    book.save(file)
    assert to_request(read_workbook_inputs(file.getvalue(), "book.xlsx")).history == request.history
