"""Plans in the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.access.service import new_id
from app.db.tables import PlanRow
from app.dependencies import Language
from app.errors import NotFoundError
from app.optimize.evidence import Evidence
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from optimizer import Period

DECIDED = ("approved", "active", "closed")


@dataclass(frozen=True)
class Draft:
    """A plan that is not yet stored, and all it was made from."""

    request: PlanRequest
    reply: PlanReply
    evidence: Evidence
    language: Language
    rolled: int = 0
    base_id: str | None = None
    spent: dict[str, int] = field(default_factory=dict)


def add(session: Session, caller: Caller, draft: Draft) -> PlanRow:
    """Store a draft as the month's next version."""
    month, reply = str(draft.request.month), draft.reply.model_dump(mode="json")
    latest = select(func.max(PlanRow.version)).where(
        PlanRow.workspace_id == caller.workspace_id, PlanRow.month == month
    )
    version = (session.scalar(latest) or 0) + 1
    row = PlanRow(
        workspace_id=caller.workspace_id,
        id=new_id(f"plan_{month}_{version:04d}"),  # sorts by month, then by version
        month=month,
        version=version,
        state="draft",
        language=draft.language,
        request=draft.request.model_dump(mode="json"),
        reply=reply,
        evidence=draft.evidence.model_dump(mode="json"),
        content_hash=content_hash(reply),
        rolled=draft.rolled,
        base_id=draft.base_id,
        spent=draft.spent,
        drafted_by=caller.person,
        drafted_at=caller.at,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, caller: Caller, plan_id: str) -> PlanRow:
    """A plan of the workspace; raises `NotFoundError` without one."""
    row = session.get(PlanRow, (caller.workspace_id, plan_id))
    if row is None:
        raise NotFoundError("There is no such plan.")
    return row


def span(plan: PlanRow) -> Period:
    """The days that a plan is of: its month, or what was left of it."""
    month = Period.parse(plan.month)
    if plan.base_id is None:
        return month
    first = date.fromisoformat(plan.request["from_day"])
    return Period(first, month.end - first.toordinal())


def of(caller: Caller, month: str | None = None) -> Select[PlanRow]:
    """The workspace's plans, of one month or of all."""
    query = select(PlanRow).where(PlanRow.workspace_id == caller.workspace_id)
    return query if month is None else query.where(PlanRow.month == month)


def active(session: Session, caller: Caller, month: str) -> list[PlanRow]:
    """The month's active plan, if there is one."""
    return list(session.scalars(of(caller, month).where(PlanRow.state == "active")))


def decided(session: Session, caller: Caller, month: str) -> PlanRow | None:
    """The plan that the month runs, ran, or (approved latest) shall run by."""
    query = of(caller, month).where(PlanRow.state.in_(DECIDED))
    return max(session.scalars(query), key=lambda row: (row.state != "approved", row.version), default=None)


def content_hash(reply: dict[str, Any]) -> str:
    """SHA-256 over what a plan says; how long the solver took is not part of it."""
    said = reply | {"certificate": {k: v for k, v in reply["certificate"].items() if k != "seconds"}}
    written = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()
