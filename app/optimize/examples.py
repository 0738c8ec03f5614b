"""Requests that run as they stand; the API's page shows them, and a test sends each of them."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

TWO_CURVES: dict[str, Any] = {
    "month": "2026-12",
    "budget": 1000000,
    "currency": "CNY",
    "channels": [
        {
            "id": "douyin",
            "name": "抖音",
            "role": "core",
            "max_spend": 600000,
            "curve": {"family": "hill", "scale": 2400000, "half_saturation": 500000, "shape": 1},
        },
        {
            "id": "jd",
            "name": "京东",
            "min_spend": 100000,
            "curve": {"points": [[0, 0], [200000, 520000], [400000, 860000], [800000, 1200000]]},
        },
    ],
}

MONTHS = ["2025-12", *(f"2026-{month:02d}" for month in range(1, 12))]
SPENT = {
    "douyin": [210, 180, 150, 195, 205, 260, 190, 185, 200, 215, 320, 205],
    "jd": [140, 155, 120, 130, 160, 210, 150, 125, 145, 135, 230, 150],
}
EARNED = {
    "douyin": [640, 575, 505, 610, 628, 790, 590, 577, 622, 652, 900, 624],
    "jd": [300, 322, 268, 284, 330, 420, 312, 272, 306, 292, 450, 314],
}
HISTORY: list[dict[str, Any]] = [
    {"channel": channel, "period": month, "spend": 1000 * spent, "revenue": 1000 * earned}
    for channel in SPENT
    for month, spent, earned in zip(MONTHS, SPENT[channel], EARNED[channel], strict=True)
]

FROM_HISTORY: dict[str, Any] = {
    "month": "2026-12",
    "budget": 400000,
    "reserve": {"min_share": 0.1, "max_share": 0.15},
    "channels": [{"id": "douyin", "max_change_share": 0.3}, {"id": "jd", "min_spend": 100000}],
    "history": HISTORY,
    "events": [{"name": "双12", "start": "2026-12-10", "end": "2026-12-12"}],
    "groups": [{"name": "live", "channels": ["douyin"], "max_share": 0.7}],
}

CAUTIOUS: dict[str, Any] = FROM_HISTORY | {"risk": {"measure": "cvar", "level": 0.8}}

SHEET: dict[str, Any] = {
    "month": "2026-12",
    "budget": 400000,
    "values": [
        ["月份", "渠道", "花费", "收入"],
        *([row["period"], row["channel"], row["spend"], row["revenue"]] for row in HISTORY),
    ],
    "channels": [["渠道", "最低花费", "最高花费"], ["jd", 100000, ""], ["douyin", "", 250000]],
    "answer": "values",
}

WITH_RULES: dict[str, Any] = {
    "month": "2026-12",
    "budget": 400000,
    "channels": [
        {"id": "douyin", "role": "core", "min_roi": 2.2, "max_increase_share": 0.3},
        {"id": "jd", "role": "core", "min_spend": 80000},
        {"id": "bilibili", "min_if_used": 20000, "max_spend": 40000},
    ],
    "history": HISTORY,
    "groups": [{"name": "core", "role": "core", "min_share": 0.8}],
    "counts": [{"name": "few", "channels": ["douyin", "jd", "bilibili"], "max_channels": 2}],
    "rules": {"min_roi": 2.0, "max_revenue": 1500000},
}
TO_A_TARGET: dict[str, Any] = {
    "month": "2026-12",
    "budget": 600000,
    "history": HISTORY,
    "target": {"response": 900000},
}

PLANS: dict[str, Example] = {
    "curves": Example(summary="From curves you know", value=TWO_CURVES),
    "history": Example(summary="From a year of history, with rules", value=FROM_HISTORY),
    "rules": Example(summary="Targets, roles, a new channel, at most two channels", value=WITH_RULES),
    "target": Example(summary="The least budget of a target", value=TO_A_TARGET),
    "bad_case": Example(summary="Made for the worst fifth of what may come", value=CAUTIOUS),
}
RANGES: dict[str, Example] = {
    "sheet": Example(summary="From the rows of a spreadsheet, and back as such", value=SHEET),
}
CURVES: dict[str, Example] = {
    "history": Example(summary="From a year of history", value={"history": HISTORY}),
}
