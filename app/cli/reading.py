"""The part of a request that files give."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.cli import options, terms
from app.cli.screen import spoken, tell

if TYPE_CHECKING:
    from optimizer import Period


def request(
    file: Path | None,
    *,
    budget: float,
    month: str | None,
    reserve: str,
    bounds: str | None = None,
    curves: Path | None = None,
    channel: list[str] | None = None,
    group: list[str] | None = None,
    rules: str | None = None,
    country: str | None = None,
    event: list[str] | None = None,
    currency: str,
    objective: str,
) -> dict[str, Any]:
    """A request for a plan, from files and options."""
    body = known(file, month) if file else _from(month)
    low, high = options.band(reserve, "--reserve")
    body |= {"budget": Decimal(repr(budget)), "currency": currency} | aim(objective)
    body |= calendar(country, event)
    body["reserve"] = {"min_share": low / 100, "max_share": high / 100}
    named = terms.members(channel, "--channel", "id")
    body["channels"] = terms.joined(
        bounded(body, options.band(bounds, "--bounds"), named) if bounds else [],
        _imported(curves, body["month"]) if curves else [],
        named,
    )
    body["groups"] = terms.members(group, "--group", "name")
    body["rules"] = terms.fields(rules or "", "--rules")
    return body


def calendar(country: str | None, event: list[str] | None) -> dict[str, Any]:
    """Whose festivals count, and the shop's own promotions."""
    return {"country": country, "events": terms.members(event, "--event", "name")}


def aim(objective: str) -> dict[str, Any]:
    """What counts: one result by name, or several weighed, as in `revenue=0.6 new_customers=0.4`."""
    if "=" not in objective:
        return {"objective": objective}
    return {"objective": "scorecard", "weights": terms.fields(objective.replace(",", " "), "--objective")}


def _from(month: str | None) -> dict[str, Any]:
    """The month to plan where no file tells."""
    from optimizer import Period

    if month is None:
        raise typer.BadParameter("Without a file of history, the month must be given.", param_hint="--month")
    return {"month": Period.parse(month), "history": []}


def _imported(file: Path, month: Period) -> list[dict[str, Any]]:
    """Channels with the curves of a file, for the month."""
    from app.curves.service import imported

    read = imported(file.read_bytes(), file.name, month, None, spoken())
    for note in (*read.notes, *(warning.message for warning in read.warnings)):
        tell(note)
    return [channel.model_dump() for channel in read.channels]


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


def bounded(
    body: dict[str, Any], band: tuple[float, float], channels: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each channel with a least and a most spend, as multiples of last month's, in whole cents.

    Those of `channels` that are paid by commission have none.
    """
    from optimizer import HistoryRow, gather, last_spend

    paid = {channel["id"] for channel in channels if channel.get("commission_share") is not None}
    history = gather([HistoryRow(**row) for row in body["history"]])
    return [
        {
            "id": name,
            "min_spend": Decimal(f"{band[0] * spent:.2f}"),
            "max_spend": Decimal(f"{band[1] * spent:.2f}"),
        }
        for name, spent in last_spend(history, body["month"]).items()
        if name not in paid
    ]
