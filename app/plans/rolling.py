"""From month to month: what next month's plan starts from.

A reserve that was not spent goes, when its month closes, to the next month that runs by a plan: into the
budget of the draft, where it stays held back, or into the ledger of a plan that is active already. Whatever
way it takes, it is counted once.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import nextafter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import PlanRow, ReserveRow
from app.errors import ConflictError
from app.optimize.wishes import ReserveInput
from app.plans import repository
from app.reserve import repository as reserve
from optimizer import Period

RAN = ("active", "closed")


def into(session: Session, caller: Caller, month: str) -> int:
    """What the plan of a month gets from the last month before it that ran, in minor units.

    Nothing while that month is not closed, or when a later one has had it.
    """
    ran = select(func.max(PlanRow.month)).where(
        PlanRow.workspace_id == caller.workspace_id, PlanRow.state.in_(RAN)
    )
    last = session.scalar(ran.where(PlanRow.month < month))
    if last is None or session.scalar(ran.where(PlanRow.month > month)):
        return 0
    amount = select(func.coalesce(func.sum(ReserveRow.amount), 0)).join(
        PlanRow, (PlanRow.workspace_id == ReserveRow.workspace_id) & (PlanRow.id == ReserveRow.plan_id)
    )
    mine = amount.where(ReserveRow.workspace_id == caller.workspace_id, PlanRow.month == last)
    return -int(session.scalar(mine.where(ReserveRow.kind == "roll")) or 0)


def active_after(session: Session, caller: Caller, month: str) -> PlanRow | None:
    """The first active plan of a later month."""
    query = repository.of(caller).where(PlanRow.month > month, PlanRow.state == "active")
    return session.scalars(query.order_by(PlanRow.month).limit(1)).one_or_none()


def check_earlier_closed(session: Session, caller: Caller, plan: PlanRow) -> None:
    """Raise `ConflictError` while an earlier month is still running: its reserve would roll past this one."""
    query = repository.of(caller).where(PlanRow.month < plan.month, PlanRow.state == "active")
    if earlier := session.scalars(query.order_by(PlanRow.month).limit(1)).one_or_none():
        raise ConflictError(f"Close {earlier.month} first; its plan is still active.")


def last_spends(session: Session, caller: Caller, month: Period) -> dict[str, Decimal]:
    """What the month before was decided to spend on each channel, releases included; empty without a plan."""
    plan = repository.decided(session, caller, str(month.next(-1)))
    if plan is None:
        return {}
    before, released = plan.spent, reserve.granted(session, plan)
    return {
        name: Decimal(repr(line["spend"]))
        + money.from_minor(before.get(name, 0) + released.get(name, 0), caller.currency)
        for line in plan.reply["allocations"]
        for name in [line["channel"]]
    }


def kept_back(wish: ReserveInput, rolled: int, budget: int) -> ReserveInput:
    """The band of a budget of which `rolled` minor units came from the last reserve: these stay held back."""
    band, share = wish.to_terms(0.0), share_of(rolled, budget)
    low = max(band.min_share, share)
    return ReserveInput(min_share=low, max_share=max(band.max_share, low), unit_value=wish.unit_value)


def share_of(amount: int, budget: int) -> float:
    """The largest share, as a number is written, that asks for no more than the amount."""
    share = amount / budget
    while Fraction(repr(share)) * budget > amount:
        share = nextafter(share, 0.0)
    return share
