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
from app.db.tables import AuditRow, KeyRow, PlanRow
from app.money import from_minor
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage, Visit
from app.web.writing import Figures
from app.workspace import repository as workspace

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ON_A_PAGE, CHECKED_AT_ONCE = 50, 2_000
MINOR = {"release", "transfer"}  # whose amounts are kept in minor units
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
    subject: str
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
        entries=_entries(session, rows[:ON_A_PAGE], visit),
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


def _entries(session: Session, rows: list[AuditRow], visit: Visit) -> list[Entry]:
    """The entries of a page; plans and keys are told by what people call them."""
    caller = visit.known()
    figures = Figures(visit.language, caller.currency)
    objects = [row.object for row in rows]
    plans = session.execute(
        select(PlanRow.id, PlanRow.month, PlanRow.version).where(
            PlanRow.workspace_id == caller.workspace_id, PlanRow.id.in_(objects)
        )
    )
    keys = session.execute(
        select(KeyRow.id, KeyRow.person).where(
            KeyRow.workspace_id == caller.workspace_id, KeyRow.id.in_(objects)
        )
    )
    called = {row.id: row.person for row in keys}
    for plan, month, version in plans:
        called[plan] = figures.say("audit.plan_of", month=figures.month(month), version=version)
    return [_entry(row, called, figures) for row in rows]


def _subject(row: AuditRow, room: str, called: Mapping[str, str], figures: Figures) -> str:
    """What was done something with, as people call it; nothing where the deed says it all."""
    if row.object in called:
        return called[row.object]
    if room == "goal":
        return figures.period(row.object)
    if room in MINOR:
        return figures.exact(from_minor(row.detail["amount"], figures.currency))
    named = [row.detail.get(name) for name in ("name", "channel", "file")]
    return next((str(name) for name in named if name), row.object if room == "channel" else "")


def _entry(row: AuditRow, called: Mapping[str, str], figures: Figures) -> Entry:
    room, _, deed = row.action.partition(".")
    what = figures.say.either(f"audit.{room}_{deed}", row.action)
    kept = {name: value for name, value in sorted(row.detail.items()) if value not in (None, "", [], {})}
    facts = [
        (name, _written(_paid(value, figures) if room in MINOR else value)) for name, value in kept.items()
    ]
    return Entry(
        number=row.number,
        when=figures.moment(row.at),
        person=row.person,
        what=what,
        subject=_subject(row, room, called, figures),
        object=row.object,
        is_plan=room == "plan",
        facts=facts,
        hash=row.hash,
        key_id=row.key_id,
    )


def _paid(value: Any, figures: Figures) -> Any:
    """Amounts as people read them: what a release tells is in minor units."""
    if isinstance(value, Mapping):
        return {name: _paid(part, figures) for name, part in value.items()}
    return figures.exact(from_minor(value, figures.currency)) if isinstance(value, int) else value


def _written(value: Any) -> str:
    """A fact as it was written down, cut where nobody reads on."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else str(value)
    return text if len(text) <= 300 else text[:299] + "…"
