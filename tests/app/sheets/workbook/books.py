"""Workbooks to test with: of a plan with every kind of input, and changed in single cells."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from app.dependencies import Language
from app.optimize import examples, service
from app.optimize.schemas import PlanRequest
from app.sheets.workbook.service import workbook_of

CURVES: list[dict[str, Any]] = [
    {"id": "tv", "curve": {"points": [[0, 0], [100000, 250000.5], [300000, 400000]]}},
    {"id": "radio", "curve": {"points": [[0, 0, 0, 0], [50000, 90000, 70000, 110000]]}},
    {
        "id": "=1+1",
        "name": "<r>名字</r>",
        "curve": {"family": "hill", "scale": 900000, "half_saturation": 90000.1, "shape": 0.9},
    },
]
EVERYTHING: dict[str, Any] = examples.FROM_HISTORY | {
    "currency": "USD",
    "country": "",
    "round_to": 0.5,
    "reserve": {"min_share": 0.1, "max_share": 0.2, "unit_value": 1.05},
    "channels": [
        {"id": "douyin", "name": "抖音", "role": "core", "max_change_share": 1.25, "margin": 0.4},
        {"id": "jd", "min_spend": 40000, "max_spend": 160000.5, "last_spend": 150000.25, "kind": "affiliate"},
        *CURVES,
    ],
    "outcomes": [{"period": "2026-11", "revenue": 1234567.891, "conversions": 4321.5}],
    "experiments": [
        {
            "channel": "douyin",
            "start": "2026-08-01",
            "end": "2026-08-28",
            "spend_change": 40000,
            "incremental_revenue": 71000,
            "standard_error": 15000,
        }
    ],
    "groups": [
        {"name": "live", "channels": ["douyin"], "max_share": 0.7},
        {"name": "a, b", "channels": ["tv", "radio", "=1+1"], "min_spend": 100.5, "max_spend": 200000},
    ],
    "rules": {"max_spend_to_revenue": 0.6, "min_roi": 1.5},
}


def request_of(body: dict[str, Any]) -> PlanRequest:
    """A request as the core's door takes it."""
    return PlanRequest.model_validate(body)


def book_of(body: dict[str, Any], language: Language = "en") -> bytes:
    """The filled workbook of a request."""
    request = request_of(body)
    return workbook_of(request, service.plan(request, language), language)


def changed(data: bytes, cells: dict[tuple[str, str], Any]) -> bytes:
    """A workbook with other values in these cells (sheet's title, address)."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (sheet, address), value in cells.items():
        book[sheet][address] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def planned_spends(data: bytes, sheet: str = "Plan") -> dict[str, Any]:
    """The amounts on the sheet of the plan by what stands before them, above the list of releases."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    rows: dict[str, Any] = {}
    for name, amount, *_ in book[sheet].iter_rows(min_row=7, values_only=True):
        rows.setdefault(str(name), amount)
    return rows


def place_of(data: bytes, sheet: str, text: str) -> tuple[int, int]:
    """Row and column of the cell that holds exactly this text."""
    for row in openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows():
        for cell in row:
            if cell.value == text:
                return cell.row, cell.column
    raise AssertionError(f"{text} is nowhere on {sheet}")
