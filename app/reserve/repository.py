"""The reserve in the database: a ledger whose sum is what is left."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow, ReleaseRow, ReserveRow
from app.errors import ConflictError, NotFoundError

HELD = ("opening", "rolled")
SUM = func.sum(ReserveRow.amount)


def entries(session: Session, plan: PlanRow) -> list[ReserveRow]:
    """The lines of a plan's ledger, in order."""
    query = select(ReserveRow).where(
        ReserveRow.workspace_id == plan.workspace_id, ReserveRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReserveRow.number)))


def left(session: Session, plan: PlanRow) -> int:
    """What is left of the reserve, in minor units; nothing before the plan is active."""
    return int(session.scalar(_of(plan, SUM)) or 0)


def held(session: Session, plan: PlanRow) -> int:
    """What was put into the reserve, in minor units."""
    return int(session.scalar(_of(plan, SUM).where(ReserveRow.kind.in_(HELD))) or 0)


def enter(session: Session, caller: Caller, plan: PlanRow, kind: str, amount: int, **more: str) -> None:
    """Add a line; raises `ConflictError` rather than overdraw."""
    lines, before = session.execute(_of(plan, func.count(), SUM)).one()
    if int(before or 0) + amount < 0:
        raise ConflictError("The reserve has less left than that.")
    session.add(
        ReserveRow(
            workspace_id=plan.workspace_id,
            plan_id=plan.id,
            number=lines + 1,
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
    query = _of(plan, ReserveRow.channel, SUM).where(ReserveRow.channel.is_not(None))
    return {name: -int(amount) for name, amount in session.execute(query.group_by(ReserveRow.channel))}


def releases(session: Session, plan: PlanRow) -> list[ReleaseRow]:
    """What was asked of a plan's reserve, in order."""
    query = select(ReleaseRow).where(
        ReleaseRow.workspace_id == plan.workspace_id, ReleaseRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReleaseRow.asked_at, ReleaseRow.id)))


def version(session: Session, plan: PlanRow) -> int:
    """How often the ledger or a wish of it has changed: it only grows."""
    mine = ReleaseRow.workspace_id == plan.workspace_id, ReleaseRow.plan_id == plan.id
    wishes = session.scalar(select(func.count()).where(*mine)) or 0
    decided = session.scalar(select(func.count()).where(*mine, ReleaseRow.state != "asked")) or 0
    return (session.scalar(_of(plan, func.count())) or 0) + wishes + decided


def release(session: Session, plan: PlanRow, release_id: str) -> ReleaseRow:
    """One wish; raises `NotFoundError` when the plan has none of this id."""
    row = session.get(ReleaseRow, (plan.workspace_id, release_id))
    if row is None or row.plan_id != plan.id:
        raise NotFoundError("There is no such release.")
    return row


def _of(plan: PlanRow, *wanted: Any) -> Select[Any]:
    """Something of all lines of a plan's ledger, told by the database: ledgers grow long."""
    mine = ReserveRow.workspace_id == plan.workspace_id, ReserveRow.plan_id == plan.id
    return select(*wanted).where(*mine)
