"""A plan's way: stored, submitted, decided by someone else, active, closed; and made again as proof."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from sqlalchemy.orm import Session

from app import money
from app.access import audit
from app.access.callers import Caller
from app.db.tables import PlanRow
from app.dependencies import Language
from app.errors import ConflictError
from app.optimize import service as planning
from app.optimize.schemas import PlanRequest
from app.plans import moves, repository, rolling
from app.plans.repository import Draft, content_hash
from app.plans.schemas import ReplayRead
from app.reserve import repository as reserve
from app.workspace import repository as workspace


def keep(session: Session, caller: Caller, draft: Draft) -> PlanRow:
    """Store a draft."""
    row = repository.add(session, caller, draft)
    audit.record(session, caller, "plan.draft", row.id, content_hash=row.content_hash)
    return row


def move(session: Session, caller: Caller, plan: PlanRow, name: str, note: str | None) -> None:
    """Do one move; raises `ConflictError` or `ForbiddenError` when it may not be done (now, or by them)."""
    state = moves.target(plan.state, name)
    if name == "submit":
        plan.submitted_by = caller.person
    if name in {"approve", "reject"} and workspace.get(session, caller).four_eyes:
        moves.check_four_eyes(plan, caller)
    if name == "approve":
        plan.approved_by, plan.approved_hash = caller.person, plan.content_hash
    if name == "activate":
        _make_room(session, caller, plan)
        _open_reserve(session, caller, plan)
    if name == "close":
        _close_reserve(session, caller, plan)
    plan.state = state
    session.flush()
    audit.record(session, caller, f"plan.{name}", plan.id, note=note, content_hash=plan.content_hash)


def replay(plan: PlanRow) -> ReplayRead:
    """Make the plan again from what it was made from, and compare."""
    request = PlanRequest.model_validate(plan.request)
    again = planning.plan(request, cast(Language, plan.language)).model_dump(mode="json")
    replayed = content_hash(again)
    return ReplayRead(
        is_same=replayed == plan.content_hash, content_hash=plan.content_hash, replayed_hash=replayed
    )


def _make_room(session: Session, caller: Caller, plan: PlanRow) -> None:
    """Check what was approved, and let this version take the place of the month's active one."""
    moves.check_not_past(plan.month, workspace.today(session, caller))
    if content_hash(plan.reply) != plan.approved_hash:
        raise ConflictError("The plan is not what was approved; draft it again.")
    running = repository.active(session, caller, plan.month)
    if plan.base_id and [(row.id, reserve.left(session, row)) for row in running] != [
        (plan.base_id, _held(plan, caller))
    ]:
        raise ConflictError(
            "The plan that this one goes on from, or its reserve, has changed; draft it again."
        )
    for other in running:
        reserve.enter(session, caller, other, "lapse", -reserve.left(session, other))
        other.state = "superseded"
        audit.record(session, caller, "plan.supersede", other.id, by=plan.id)


def _open_reserve(session: Session, caller: Caller, plan: PlanRow) -> None:
    """What the plan holds back, and what rolled in since it was drafted."""
    held = _held(plan, caller)
    late = rolling.into(session, caller, plan.month) - plan.rolled
    if late < 0:
        raise ConflictError("The reserve that this plan counts on rolled into another; draft it again.")
    reserve.enter(session, caller, plan, "opening", held)
    if late:
        reserve.enter(session, caller, plan, "rolled", late)


def _held(plan: PlanRow, caller: Caller) -> int:
    """The plan's reserve in minor units."""
    return money.to_minor(Decimal(repr(plan.reply["reserve"]["amount"])), caller.currency)


def _close_reserve(session: Session, caller: Caller, plan: PlanRow) -> None:
    """What is left lapses or, by the workspace's policy, goes on to the next month's plan."""
    rolling.check_earlier_closed(session, caller, plan)
    left = reserve.left(session, plan)
    policy = workspace.get(session, caller).reserve_policy
    reserve.enter(session, caller, plan, policy, -left)
    if policy == "roll" and left and (heir := rolling.active_after(session, caller, plan.month)):
        reserve.enter(session, caller, heir, "rolled", left)
