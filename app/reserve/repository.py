"""The reserve in the database: a ledger whose sum is what is left."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow, ReleaseRow, ReserveRow
from app.errors import ConflictError, NotFoundError


def entries(session: Session, plan: PlanRow) -> list[ReserveRow]:
    """The lines of a plan's ledger, in order."""
    query = select(ReserveRow).where(
        ReserveRow.workspace_id == plan.workspace_id, ReserveRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReserveRow.number)))


def left(session: Session, plan: PlanRow) -> int:
    """What is left of the reserve, in minor units; nothing before the plan is active."""
    return sum(entry.amount for entry in entries(session, plan))


def enter(
    session: Session,
    caller: Caller,
    plan: PlanRow,
    kind: str,
    amount: int,
    *,
    release: ReleaseRow | None = None,
) -> None:
    """Add a line; raises `ConflictError` rather than overdraw."""
    rest = left(session, plan)
    if rest + amount < 0:
        raise ConflictError("The reserve has less left than that.")
    session.add(
        ReserveRow(
            workspace_id=plan.workspace_id,
            plan_id=plan.id,
            number=len(entries(session, plan)) + 1,
            kind=kind,
            amount=amount,
            channel=release and release.channel,
            release_id=release and release.id,
            at=caller.at,
        )
    )
    session.flush()


def releases(session: Session, plan: PlanRow) -> list[ReleaseRow]:
    """What was asked of a plan's reserve, in order."""
    query = select(ReleaseRow).where(
        ReleaseRow.workspace_id == plan.workspace_id, ReleaseRow.plan_id == plan.id
    )
    return list(session.scalars(query.order_by(ReleaseRow.asked_at, ReleaseRow.id)))


def release(session: Session, plan: PlanRow, release_id: str) -> ReleaseRow:
    """One wish; raises `NotFoundError` when the plan has none of this id."""
    row = session.get(ReleaseRow, (plan.workspace_id, release_id))
    if row is None or row.plan_id != plan.id:
        raise NotFoundError("There is no such release.")
    return row
