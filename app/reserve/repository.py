"""The reserve in the database: a ledger whose sum is what is left."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow, ReleaseRow, ReserveRow
from app.errors import ConflictError, NotFoundError

HELD = ("opening", "rolled")


def entries(session: Session, plan: PlanRow) -> list[ReserveRow]:
    """The lines of a plan's ledger, in order."""
    query = select(ReserveRow).where(
        ReserveRow.workspace_id == plan.workspace_id, ReserveRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReserveRow.number)))


def left(session: Session, plan: PlanRow) -> int:
    """What is left of the reserve, in minor units; nothing before the plan is active."""
    return sum(entry.amount for entry in entries(session, plan))


def held(session: Session, plan: PlanRow) -> int:
    """What was put into the reserve, in minor units."""
    return sum(entry.amount for entry in entries(session, plan) if entry.kind in HELD)


def enter(session: Session, caller: Caller, plan: PlanRow, kind: str, amount: int, **more: str) -> None:
    """Add a line; raises `ConflictError` rather than overdraw."""
    lines = entries(session, plan)
    if sum(entry.amount for entry in lines) + amount < 0:
        raise ConflictError("The reserve has less left than that.")
    session.add(
        ReserveRow(
            workspace_id=plan.workspace_id,
            plan_id=plan.id,
            number=len(lines) + 1,
            kind=kind,
            amount=amount,
            at=caller.at,
            **more,
        )
    )
    session.flush()


def enter_parts(session: Session, caller: Caller, plan: PlanRow, row: ReleaseRow) -> None:
    """A line for each part of a granted wish: what comes back first, and never more than was once held."""
    if left(session, plan) - sum(row.parts.values()) > held(session, plan):
        raise ConflictError("The reserve would hold more than was ever held back; choose a channel instead.")
    for channel, part in sorted(row.parts.items(), key=lambda item: item[1]):
        enter(session, caller, plan, row.kind, -part, channel=channel, release_id=row.id)


def granted(session: Session, plan: PlanRow) -> dict[str, int]:
    """What each channel got from the reserve beyond its line in the plan, in minor units."""
    amounts: Counter[str] = Counter()
    for entry in entries(session, plan):
        if entry.channel is not None:
            amounts[entry.channel] -= entry.amount
    return dict(amounts)


def releases(session: Session, plan: PlanRow) -> list[ReleaseRow]:
    """What was asked of a plan's reserve, in order."""
    query = select(ReleaseRow).where(
        ReleaseRow.workspace_id == plan.workspace_id, ReleaseRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReleaseRow.asked_at, ReleaseRow.id)))


def version(session: Session, plan: PlanRow) -> int:
    """How often the ledger or a wish of it has changed: it only grows."""
    wishes = releases(session, plan)
    return len(entries(session, plan)) + len(wishes) + sum(row.state != "asked" for row in wishes)


def release(session: Session, plan: PlanRow, release_id: str) -> ReleaseRow:
    """One wish; raises `NotFoundError` when the plan has none of this id."""
    row = session.get(ReleaseRow, (plan.workspace_id, release_id))
    if row is None or row.plan_id != plan.id:
        raise NotFoundError("There is no such release.")
    return row
