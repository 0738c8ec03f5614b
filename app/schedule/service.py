"""One month's run: its budget by the rule, its plan drafted, and both results kept in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import PlanRow, WorkspaceRow
from app.errors import ConflictError
from app.history import repository as history
from app.plans import drafting
from app.plans import repository as plans
from app.plans import service as planning
from app.plans.repository import Draft
from app.plans.schemas import DraftInput
from app.schedule.schemas import ScheduleInput
from app.tracking.actuals import sums
from optimizer import Period

PERSON = "schedule"


@dataclass(frozen=True)
class Result:
    """How a run ended well."""

    outcome: str
    plan_id: str


def caller_of(workspace: WorkspaceRow, now: datetime) -> Caller:
    """The schedule as the one who drafts."""
    return Caller(workspace.id, workspace.currency, PERSON, "planner", PERSON, now)


def make(session: Session, caller: Caller, schedule: ScheduleInput, month: Period) -> Draft | None:
    """The month's draft; None when the month has an approved plan already."""
    if plans.decided(session, caller, str(month)) is not None:
        return None
    budget = money.from_minor(_budget(session, caller, schedule, month), caller.currency)
    wish = DraftInput(month=month, budget=budget.normalize())
    return drafting.make(session, caller, wish, schedule.language)


def keep(
    session: Session, caller: Caller, schedule: ScheduleInput, month: Period, draft: Draft | None
) -> Result:
    """Store the draft and, if that is wished, submit it; a plan approved in between stays alone."""
    decided = plans.decided(session, caller, str(month))
    if draft is None or decided is not None:
        return Result("kept", decided.id if decided else "")
    plan = planning.keep(session, caller, draft)
    if schedule.action == "submit":
        planning.move(session, caller, plan, "submit", None)
        return Result("submitted", plan.id)
    return Result("drafted", plan.id)


def _budget(session: Session, caller: Caller, schedule: ScheduleInput, month: Period) -> int:
    """The month's own money by the schedule's rule, in minor units."""
    rule = schedule.budget
    if rule.amount is not None:
        return money.to_minor(rule.amount, caller.currency)
    if rule.share is not None:
        budget = rule.share * _revenue(session, caller, month.next(-1))
        return money.to_minor(Decimal(repr(budget)), caller.currency)
    decided = plans.of(caller).where(PlanRow.state.in_(plans.DECIDED), PlanRow.month < str(month))
    last = session.scalars(decided.order_by(PlanRow.month.desc(), PlanRow.version.desc()).limit(1)).first()
    if last is None:
        raise ConflictError("No earlier month has an approved plan whose budget could be taken.")
    budget = money.to_minor(Decimal(repr(last.reply["budget"])), caller.currency)
    return int(budget + sum(last.spent.values()) - last.rolled)


def _revenue(session: Session, caller: Caller, month: Period) -> float:
    """A month's revenue: the whole shop's if that is stored, otherwise what is credited to channels."""
    last = date.fromordinal(month.end - 1)
    rows, outcomes = history.rows_between(session, caller, month.first, last)
    found = sums(outcomes, month.first, last).revenue or sums(rows, month.first, last).revenue
    if not found or found <= 0:
        raise ConflictError(f"{month} has no revenue that the budget could be a share of.")
    return found
