"""Lift tests in the database, money in minor units."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app import money
from app.access import audit
from app.access.callers import Caller
from app.access.service import new_id
from app.db.tables import ExperimentRow
from app.errors import ConflictError, NotFoundError
from app.experiments.schemas import StoredExperimentInput, StoredExperimentRead
from app.optimize.known import MOST_EVENTS, ExperimentInput
from optimizer import Fault, InputError, Period

MONEY = ("spend_change", "incremental_revenue")
KNOWN = set(ExperimentInput.model_fields)
PLAIN = ("name", "channel", "start", "end", "standard_error", "expected_error")


def of(caller: Caller) -> Select[ExperimentRow]:
    """The workspace's tests."""
    return select(ExperimentRow).where(ExperimentRow.workspace_id == caller.workspace_id)


def before(session: Session, caller: Caller, month: Period) -> list[ExperimentInput]:
    """The tests that had ended when the month began and whose result is known, in order."""
    query = of(caller).where(ExperimentRow.end < month.first, ExperimentRow.standard_error.is_not(None))
    rows = session.scalars(query.order_by(ExperimentRow.start, ExperimentRow.id))
    told = (read(row, caller.currency).model_dump(include=KNOWN) for row in rows)
    return [ExperimentInput.model_construct(**facts) for facts in told]


def every(session: Session, caller: Caller) -> list[StoredExperimentRead]:
    """The workspace's tests, the latest first."""
    rows = session.scalars(of(caller).order_by(ExperimentRow.start.desc(), ExperimentRow.id))
    return [read(row, caller.currency) for row in rows]


def get(session: Session, caller: Caller, experiment_id: str) -> ExperimentRow:
    """A test of the workspace; raises `NotFoundError` without one."""
    row = session.get(ExperimentRow, (caller.workspace_id, experiment_id))
    if row is None:
        raise NotFoundError("There is no such experiment.")
    return row


def add(session: Session, caller: Caller, test: StoredExperimentInput) -> ExperimentRow:
    """Store a test; raises `ConflictError` when there are as many as plans can take."""
    if session.scalar(select(func.count()).select_from(of(caller).subquery())) == MOST_EVENTS:
        raise ConflictError(f"There are {MOST_EVENTS} experiments already, the most there can be.")
    row = ExperimentRow(workspace_id=caller.workspace_id, id=new_id("experiment"))
    session.add(row)
    keep(session, caller, row, test)
    return row


def keep(session: Session, caller: Caller, row: ExperimentRow, test: StoredExperimentInput) -> None:
    """Write a test into its row; raises `InputError` when its change rounds to no money at all."""
    for name in MONEY:
        amount = getattr(test, name)
        minor = None if amount is None else money.to_minor(Decimal(repr(amount)), caller.currency)
        setattr(row, name, minor)
    if row.spend_change == 0:
        raise InputError([Fault(("spend_change",), "A test changes spend by a payable amount.")])
    for name in PLAIN:
        setattr(row, name, getattr(test, name))
    session.flush()
    told = read(row, caller.currency).model_dump(mode="json")
    audit.record(session, caller, "experiment.set", row.id, **told)


def remove(session: Session, caller: Caller, row: ExperimentRow) -> None:
    """Forget a test; the trail keeps what it was."""
    session.delete(row)
    told = read(row, caller.currency).model_dump(mode="json")
    audit.record(session, caller, "experiment.remove", row.id, **told)


def read(row: ExperimentRow, currency: str) -> StoredExperimentRead:
    """A stored test, money in currency units."""
    minor = {name: getattr(row, name) for name in MONEY}
    amounts = {n: None if m is None else float(money.from_minor(m, currency)) for n, m in minor.items()}
    state = "planned" if row.standard_error is None else "finished"
    plain = {name: getattr(row, name) for name in PLAIN}
    return StoredExperimentRead.model_validate(
        {"id": row.id, "version": row.version, "state": state, **plain, **amounts}
    )
