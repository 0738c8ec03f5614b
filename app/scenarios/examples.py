"""What-ifs that run as they stand."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

from app.optimize.examples import FROM_HISTORY, TWO_CURVES

CHANGED: dict[str, Any] = {
    "base": FROM_HISTORY,
    "scenarios": [
        {"name": "a quarter more", "changes": {"budget": 500000}},
        {"name": "all released", "changes": {"reserve": {"min_share": 0, "max_share": 0}}},
        {"name": "jd free", "changes": {"channels": [{"id": "jd", "min_spend": 0}]}},
    ],
}
TWO_REQUESTS: dict[str, Any] = {
    "scenarios": [
        {"name": "as planned", "request": TWO_CURVES},
        {"name": "in steps", "request": TWO_CURVES | {"round_to": 10000}},
    ],
}

COMPARISONS: dict[str, Example] = {
    "changes": Example(summary="One request with named changes", value=CHANGED),
    "requests": Example(summary="Two requests", value=TWO_REQUESTS),
}
SWEEPS: dict[str, Example] = {
    "curves": Example(
        summary="Budgets of your own",
        value=TWO_CURVES | {"budgets": [400000, 700000, 1000000, 1500000, 2000000]},
    ),
    "history": Example(summary="From half to one and a half times the budget", value=FROM_HISTORY),
}
