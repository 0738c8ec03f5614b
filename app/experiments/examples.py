"""Requests about lift tests that run as they stand."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

from app.optimize.examples import HISTORY

FINISHED: dict[str, Any] = {
    "channel": "douyin",
    "start": "2026-10-05",
    "end": "2026-10-25",
    "spend_change": 30000,
    "treated": {
        "before": [100000, 104000, 98000, 101000, 97000, 103000, 99000, 102000],
        "during": [121000, 118000, 120000],
    },
    "controls": [
        {"before": [50000, 52100, 49200, 50400, 48600, 51500, 49400, 51100], "during": [50300, 49100, 50200]}
    ],
    "treated_share": 0.5,
}

DESIGNS: dict[str, Example] = {
    "history": Example(summary="From a year of history", value={"history": HISTORY, "budget": 360000}),
}
READINGS: dict[str, Example] = {
    "regions": Example(summary="Three weeks in half of the regions", value=FINISHED),
}
