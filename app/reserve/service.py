"""Releases of the reserve and transfers between channels: asked for by one person, granted by another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from app import money
from app.access import audit
from app.access.callers import Caller
from app.access.service import new_id
from app.db.tables import PlanRow, ReleaseRow, ReserveRow
from app.errors import ConflictError, ForbiddenError
from app.reserve import repository
from app.reserve.schemas import BEST, EntryRead, Kind, LedgerRead, PartRead, ReleaseRead, Wish
from app.reserve.standing import Parts, Standing, check_room
from app.workspace import repository as workspace
from optimizer import Fault, InputError


@dataclass(frozen=True)
class Proposal:
    """Where money shall go, and what that brings; amounts in minor units."""

    kind: Kind
    amount: int
    channel: str | None
    from_channel: str | None
    parts: dict[str, int]
    response_bought: float
    response_forgone: float


def ledger(session: Session, caller: Caller, plan: PlanRow) -> LedgerRead:
    """The whole reserve of a plan; before it is active nothing is held yet."""
    wishes = repository.releases(session, plan)
    granted = {row.id: row for row in wishes if row.state == "granted"}
    lines, left = repository.entries(session, plan), repository.left(session, plan)
    forgone = float(plan.reply["reserve"]["response_forgone"])
    for line in lines:
        forgone = granted[line.release_id].response_forgone if line.release_id else forgone
    return LedgerRead(
        held=_amount(repository.held(session, plan), caller),
        left=_amount(left, caller),
        response_bought=round(sum(row.response_bought for row in granted.values()), 2),
        response_forgone=forgone if left else 0.0,
        entries=[_entry(line, caller) for line in lines],
        releases=[shown(row, caller) for row in wishes],
    )


def propose(session: Session, caller: Caller, plan: PlanRow, wish: Wish) -> Proposal:
    """Where the money would go as things stand; raises `ConflictError` when it may not go there."""
    _check_active(plan)
    _check_channels(plan, wish)
    amount, left = _wished(wish, caller), repository.left(session, plan)
    source, target = wish.ends
    if source is None and amount > left:
        raise ConflictError(f"The reserve has {_amount(left, caller):f} left; {wish.amount:f} is more.")
    granted, taken = repository.granted(session, plan), {source: -amount} if source else {}
    check_room(plan, granted, taken)
    standing = Standing.of(plan, granted)
    parts = taken | _given(standing.after(taken), target, amount, taken)
    check_room(plan, granted, parts)
    rest = standing.after(parts).forgone(left - sum(parts.values()))
    kind: Kind = "transfer" if source else "release"
    return Proposal(kind, amount, target, source, parts, standing.brings(parts), rest)


def ask(session: Session, caller: Caller, plan: PlanRow, wish: Wish, found: Proposal) -> ReleaseRow:
    """Keep a wish as it was proposed; nothing moves before it is granted."""
    _check_active(plan)
    row = ReleaseRow(
        workspace_id=plan.workspace_id,
        id=new_id("release"),
        plan_id=plan.id,
        reason=wish.reason,
        state="asked",
        asked_by=caller.person,
        asked_at=caller.at,
        **vars(found),
    )
    session.add(row)
    session.flush()
    _record(session, caller, f"{row.kind}.ask", row)
    return row


def decide(session: Session, caller: Caller, plan: PlanRow, row: ReleaseRow, *, grants: bool) -> ReleaseRow:
    """Grant or refuse; never by who asked, never twice, never more than is left or fits."""
    if row.state != "asked":
        raise ConflictError(f"This {row.kind} was {row.state} already.")
    if caller.is_one_of(row.asked_by) and workspace.get(session, caller).four_eyes:
        raise ForbiddenError(f"{caller.person} asked for this {row.kind}; someone else has to decide.")
    if grants:
        _check_active(plan)
        check_room(plan, repository.granted(session, plan), row.parts)
        repository.enter_parts(session, caller, plan, row)
    row.state, row.decided_by = "granted" if grants else "refused", caller.person
    _record(session, caller, f"{row.kind}.grant" if grants else f"{row.kind}.refuse", row)
    return row


def shown(row: ReleaseRow, caller: Caller) -> ReleaseRead:
    """A wish, money in currency units."""
    facts = {name: getattr(row, name) for name in ReleaseRead.model_fields}
    parts = [PartRead(channel=name, amount=_amount(part, caller)) for name, part in row.parts.items()]
    return ReleaseRead.model_validate(facts | {"amount": _amount(row.amount, caller), "parts": parts})


def _entry(row: ReserveRow, caller: Caller) -> EntryRead:
    facts = {name: getattr(row, name) for name in EntryRead.model_fields}
    return EntryRead.model_validate(facts | {"amount": _amount(row.amount, caller)})


def _given(standing: Standing, target: str | None, amount: int, taken: Parts) -> dict[str, int]:
    """What each channel gets of the amount; raises `ConflictError` when not all of it has a place."""
    if target != BEST:
        return {} if target is None else {target: amount}
    found = standing.best(amount, full=taken)
    if found.unplaced:
        fits = money.from_minor(amount - found.unplaced, standing.request.currency)
        raise ConflictError(f"The channels have room for {fits:f} more.")
    return found.parts


def _wished(wish: Wish, caller: Caller) -> int:
    if not money.is_whole(wish.amount, caller.currency):
        message = f"{caller.currency} has {money.digits(caller.currency)} decimals."
        raise InputError([Fault(("amount",), message)])
    return money.to_minor(wish.amount, caller.currency)


def _check_channels(plan: PlanRow, wish: Wish) -> None:
    """Raise `InputError` for channels that the plan does not have, and for money that stays where it is."""
    known = {line["channel"] for line in plan.reply["allocations"]}
    source, target = wish.ends
    faults = []
    if source is not None and source not in known:
        faults.append(Fault(("from_channel",), f"{source} is no channel of this plan."))
    if target not in known | {BEST, None}:
        field = "to_channel" if source else "channel"
        faults.append(Fault((field,), f"{target} is no channel of this plan."))
    if source == target:
        faults.append(Fault(("to_channel",), "The money would stay where it is."))
    if faults:
        raise InputError(faults)


def _check_active(plan: PlanRow) -> None:
    if plan.state != "active":
        raise ConflictError(f"Only an active plan's reserve can be released; this one is {plan.state}.")


def _record(session: Session, caller: Caller, action: str, row: ReleaseRow) -> None:
    facts = {"plan": row.plan_id, "amount": row.amount, "parts": row.parts, "reason": row.reason}
    audit.record(session, caller, action, row.id, **facts)


def _amount(minor: int, caller: Caller) -> Decimal:
    return money.from_minor(minor, caller.currency)
