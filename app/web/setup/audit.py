"""The audit trail on its page: who did what and when, the latest first, and whether the chain is whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.access.routes import wanted
from app.db.tables import AuditRow
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage, Visit
from app.web.writing import Figures
from app.workspace import repository as workspace

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ON_A_PAGE, CHECKED_AT_ONCE = 50, 2_000
ROOMS: tuple[str, ...] = (
    "plan",
    "release",
    "transfer",
    "channel",
    "event",
    "goal",
    "rates",
    "experiment",
    "history",
    "import",
    "schedule",
    "workspace",
    "key",
)


@dataclass(frozen=True)
class Entry:
    """One thing that was done."""

    number: int
    when: str
    person: str
    what: str
    object: str
    is_plan: bool
    facts: list[tuple[str, str]]
    hash: str
    key_id: str


@router.get("/setup/audit")
def look(
    visit: AVisit,
    session: ReadPage,
    wish: Annotated[dict[str, str | None], Depends(wanted)],
    before: Annotated[int, Query(ge=1, le=2**31 - 1)] = 2**31 - 1,
    verify: str = "",
) -> Response:
    """A page of the trail, and what a walk along the whole chain found."""
    caller = visit.known()
    query = audit.entries(caller, **wish).where(AuditRow.number < before)
    rows = list(session.scalars(query.order_by(AuditRow.number.desc()).limit(ON_A_PAGE + 1)))
    count = workspace.get(session, caller).audit_count
    is_checked = count <= CHECKED_AT_ONCE or verify == "yes"
    given = {name: value for name, value in wish.items() if value}
    older = urlencode(given | {"before": rows[ON_A_PAGE - 1].number}) if len(rows) > ON_A_PAGE else ""
    return page(
        visit,
        "setup/audit.html",
        entries=[_entry(row, visit) for row in rows[:ON_A_PAGE]],
        wish=wish,
        people=_people(session, caller),
        rooms=[(room, visit.say(f"audit.{room}")) for room in ROOMS],
        older=older,
        newest=urlencode(given) if before < 2**31 - 1 else None,
        count=count,
        is_checked=is_checked,
        broken=audit.broken_link(session, caller.workspace_id) if is_checked else None,
        **setup_view(visit, "audit"),
    )


def _people(session: Session, caller: Caller) -> list[str]:
    mine = AuditRow.workspace_id == caller.workspace_id
    return sorted(session.scalars(select(AuditRow.person).where(mine).distinct()))


def _entry(row: AuditRow, visit: Visit) -> Entry:
    room, _, deed = row.action.partition(".")
    what = visit.say.either(f"audit.{room}_{deed}", row.action)
    facts = [
        (name, _written(value))
        for name, value in sorted(row.detail.items())
        if value not in (None, "", [], {})
    ]
    return Entry(
        number=row.number,
        when=Figures(visit.language, "").moment(row.at),
        person=row.person,
        what=what,
        object=row.object,
        is_plan=room == "plan",
        facts=facts,
        hash=row.hash,
        key_id=row.key_id,
    )


def _written(value: Any) -> str:
    """A fact as it was written down, cut where nobody reads on."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else str(value)
    return text if len(text) <= 300 else text[:299] + "…"
