"""Goals in the database, money in minor units."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import GoalRow
from app.errors import NotFoundError
from app.goals.schemas import GoalInput, GoalRead, days_of
from app.optimize.rules import Rates
from optimizer import Fault, InputError, Period

MONEY = ("spend", "revenue")
RULES = tuple(Rates.model_fields)
PLAIN = ("conversions", "new_customers", *RULES)


def of(caller: Caller) -> Select[GoalRow]:
    """The workspace's goals."""
    return select(GoalRow).where(GoalRow.workspace_id == caller.workspace_id)


def find(session: Session, caller: Caller, period: str) -> GoalRow | None:
    """The goal of a period, or None."""
    return session.get(GoalRow, (caller.workspace_id, period))


def get(session: Session, caller: Caller, period: str) -> GoalRow:
    """The goal of a period; raises `NotFoundError` without one."""
    if (row := find(session, caller, period)) is None:
        raise NotFoundError(f"There is no goal for {period}.")
    return row


def about(session: Session, caller: Caller, month: Period) -> list[GoalRow]:
    """The goals whose period holds the month: the year's first, its own last."""
    query = of(caller).where(GoalRow.first <= month.first, GoalRow.last >= month.first)
    return list(session.scalars(query.order_by(GoalRow.first, GoalRow.last.desc())))


def rules_for(session: Session, caller: Caller, month: Period) -> dict[str, float]:
    """The rules that goals set for a month's plan; its own first, then the quarter's, the year's."""
    rules: dict[str, float] = {}
    for row in about(session, caller, month):
        rules |= {name: value for name in RULES if (value := getattr(row, name)) is not None}
    return rules


def fill(row: GoalRow, goal: GoalInput, currency: str) -> None:
    """Write a goal into its row; raises `InputError` for amounts that cannot be paid."""
    row.first, row.last = days_of(row.period)
    for name in MONEY:
        amount = getattr(goal, name)
        if amount is not None and not money.is_whole(amount, currency):
            raise InputError([Fault((name,), f"{currency} has {money.digits(currency)} decimals.")])
        setattr(row, name, None if amount is None else money.to_minor(amount, currency))
    for name in PLAIN:
        setattr(row, name, getattr(goal, name))


def read(row: GoalRow, currency: str) -> GoalRead:
    """A stored goal, money in currency units."""
    amounts = {
        name: None if (minor := getattr(row, name)) is None else money.from_minor(minor, currency)
        for name in MONEY
    }
    plain = {name: getattr(row, name) for name in PLAIN}
    return GoalRead(period=row.period, version=row.version, **plain, **amounts)
