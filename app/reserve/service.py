"""Releases of the reserve: asked for by one person, granted by another."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from app import money
from app.access import audit
from app.access.callers import Caller
from app.access.service import new_id
from app.db.tables import PlanRow, ReleaseRow, ReserveRow
from app.errors import ConflictError, ForbiddenError
from app.reserve import repository
from app.reserve.schemas import BEST, EntryRead, LedgerRead, ReleaseInput, ReleaseRead
from optimizer import Fault, InputError


def ledger(session: Session, caller: Caller, plan: PlanRow) -> LedgerRead:
    """The whole reserve of a plan; before it is active nothing is held yet."""
    lines = repository.entries(session, plan)
    return LedgerRead(
        held=_amount(sum(line.amount for line in lines if line.kind == "opening"), caller),
        left=_amount(sum(line.amount for line in lines), caller),
        entries=[_entry(line, caller) for line in lines],
        releases=[shown(row, caller) for row in repository.releases(session, plan)],
    )


def ask(session: Session, caller: Caller, plan: PlanRow, wish: ReleaseInput) -> ReleaseRow:
    """Ask for a release; raises `ConflictError` unless the plan is active and has that much left."""
    _check_active(plan)
    if not money.is_whole(wish.amount, caller.currency):
        message = f"{caller.currency} has {money.digits(caller.currency)} decimals."
        raise InputError([Fault(("amount",), message)])
    amount = money.to_minor(wish.amount, caller.currency)
    if amount > (left := repository.left(session, plan)):
        raise ConflictError(f"The reserve has {_amount(left, caller):f} left; {wish.amount:f} is more.")
    row = ReleaseRow(
        workspace_id=plan.workspace_id,
        id=new_id("release"),
        plan_id=plan.id,
        amount=amount,
        channel=_channel(plan, wish.channel),
        reason=wish.reason,
        state="asked",
        asked_by=caller.person,
        asked_at=caller.at,
    )
    session.add(row)
    session.flush()
    _record(session, caller, "release.ask", row)
    return row


def decide(session: Session, caller: Caller, plan: PlanRow, row: ReleaseRow, *, grants: bool) -> ReleaseRow:
    """Grant or refuse; never by who asked, never twice, never more than is left."""
    if row.state != "asked":
        raise ConflictError(f"This release was {row.state} already.")
    if caller.person == row.asked_by:
        raise ForbiddenError(f"{caller.person} asked for this release; someone else has to decide.")
    if grants:
        _check_active(plan)
        repository.enter(session, caller, plan, "release", -row.amount, release=row)
    row.state, row.decided_by = "granted" if grants else "refused", caller.person
    _record(session, caller, "release.grant" if grants else "release.refuse", row)
    return row


def shown(row: ReleaseRow, caller: Caller) -> ReleaseRead:
    """A wish, money in currency units."""
    facts = {name: getattr(row, name) for name in ReleaseRead.model_fields}
    return ReleaseRead.model_validate(facts | {"amount": _amount(row.amount, caller)})


def _entry(row: ReserveRow, caller: Caller) -> EntryRead:
    facts = {name: getattr(row, name) for name in EntryRead.model_fields}
    return EntryRead.model_validate(facts | {"amount": _amount(row.amount, caller)})


def _channel(plan: PlanRow, wished: str) -> str:
    """The channel meant; raises `InputError` for one that the plan does not have."""
    order = [line["channel"] for line in plan.reply["reserve"]["release_order"]]
    if wished == BEST:
        if not order:
            raise ConflictError("No channel of this plan has room for more.")
        return str(order[0])
    if wished not in {line["channel"] for line in plan.reply["allocations"]}:
        raise InputError([Fault(("channel",), f"{wished} is no channel of this plan.")])
    return wished


def _check_active(plan: PlanRow) -> None:
    if plan.state != "active":
        raise ConflictError(f"Only an active plan's reserve can be released; this one is {plan.state}.")


def _record(session: Session, caller: Caller, action: str, row: ReleaseRow) -> None:
    facts = {"plan": row.plan_id, "amount": row.amount, "channel": row.channel, "reason": row.reason}
    audit.record(session, caller, action, row.id, **facts)


def _amount(minor: int, caller: Caller) -> Decimal:
    return money.from_minor(minor, caller.currency)
