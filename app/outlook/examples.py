"""Requests that run as they stand; the API's page shows them, and a test sends each of them."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

from app.optimize.examples import HISTORY, TWO_CURVES

QUARTER: dict[str, Any] = {
    "month": "2026-12",
    "budget": 400000,
    "months": 3,
    "quarters": [1200000],
    "channels": [{"id": "douyin", "max_change_share": 0.3}, {"id": "jd", "min_spend": 100000}],
    "history": HISTORY,
    "phases": [
        {"name": "年货节", "first": "2026-12", "last": "2027-01", "channels": ["jd"], "min_spend": 300000}
    ],
}
YEAR: dict[str, Any] = TWO_CURVES | {
    "months": 12,
    "move_share": 0.2,
    "season": [1.0, 0.9, 0.8, 1.0, 1.0, 1.1, 1.3, 0.9, 0.9, 1.0, 1.1, 1.6],
}
OUTLOOKS: dict[str, Example] = {
    "quarter": Example(summary="A quarter's budget, from history", value=QUARTER),
    "year": Example(summary="Twelve months whose budgets share a fifth", value=YEAR),
}
