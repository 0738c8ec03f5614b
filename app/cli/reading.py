"""The part of a request that files give."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from app.cli.screen import tell


def known(file: Path, month: str | None) -> dict[str, Any]:
    """The month to plan, and the rows of a file of history before it."""
    from app.history.files import read_history
    from app.optimize.known import month_after
    from optimizer import Period

    read = read_history(file.read_bytes(), file.name)
    for note in read.notes:
        tell(note.message)
    periods = [*(row.period for row in read.rows), *(row.period for row in read.outcomes)]
    wanted = Period.parse(month) if month else month_after(periods)
    rows = [row for row in read.rows if row.period.start < wanted.start]
    outcomes = [row for row in read.outcomes if row.period.start < wanted.start]
    if left_out := len(periods) - len(rows) - len(outcomes):
        tell(f"{left_out} rows from {wanted} on were left out.")
    return {
        "month": wanted,
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
    }


def bounded(body: dict[str, Any], band: tuple[float, float]) -> list[dict[str, Any]]:
    """Each channel with a least and a most spend, as multiples of last month's, in whole cents."""
    from optimizer import HistoryRow, gather, last_spend

    history = gather([HistoryRow(**row) for row in body["history"]])
    return [
        {
            "id": name,
            "min_spend": Decimal(f"{band[0] * spent:.2f}"),
            "max_spend": Decimal(f"{band[1] * spent:.2f}"),
        }
        for name, spent in last_spend(history, body["month"]).items()
    ]
