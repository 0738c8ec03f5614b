"""Every month that is due, of every workspace, drafted once: any clock may call this, from anywhere, at once.

Who claims a month's run has it for as long as its lease; the plan and the run's end are kept in one
transaction that only the holder of the latest attempt can commit. A process that dies leaves a lease that
ends; one that fails leaves a pause that grows. The months of one workspace go in order, workspaces apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi.exceptions import RequestValidationError

from app import metrics, problems
from app.db.engine import Database
from app.db.tables import ScheduleRow, WorkspaceRow
from app.errors import ServiceError
from app.schedule import repository, service
from app.schedule.schemas import ScheduleInput
from optimizer import OptimizerError, Period

log = logging.getLogger("budget")
Clock = Callable[[], datetime]
EXPECTED = (ServiceError, OptimizerError, RequestValidationError)


@dataclass(frozen=True)
class Due:
    """A month of a workspace whose moment has come."""

    workspace: WorkspaceRow
    schedule: ScheduleInput
    month: Period


@dataclass(frozen=True)
class Ended:
    """How an attempt at a month ended."""

    workspace: str
    period: str
    attempt: int
    outcome: str
    plan_id: str | None = None
    message: str | None = None


class LostLeaseError(Exception):
    """Another process has the run since; whatever was made here is dropped."""


def run_due(database: Database, clock: Clock) -> Iterator[Ended]:
    """Run every month that is due and free; what fails is told, and the next workspace goes on."""
    with database.reading() as session:
        found = repository.running(session)
        over = {workspace.id: repository.done(session, workspace.id) for _, workspace in found}
        session.expunge_all()
    for row, workspace in found:
        for due in _due(row, workspace, clock(), over[workspace.id]):
            ended = _attempt(database, clock, due)
            if ended is None:
                break
            log.info("run", extra={"facts": vars(ended)})
            metrics.jobs.labels(ended.outcome).inc()
            yield ended
            if ended.outcome == "failed":
                break


def _due(row: ScheduleRow, workspace: WorkspaceRow, now: datetime, over: set[str]) -> list[Due]:
    """The months of a workspace to be run, in order; none where its schedule cannot be read any more."""
    try:
        schedule = ScheduleInput.model_validate(row.wish)
        months = list(schedule.calendar.due(row.since, now))
    except (ValueError, LookupError):  # such as a time zone that this machine does not know
        log.exception("schedule broke", extra={"facts": {"workspace": workspace.id}})
        return []
    return [Due(workspace, schedule, month) for month in months if str(month) not in over]


def _attempt(database: Database, clock: Clock, due: Due) -> Ended | None:
    """Claim the month, make its plan, keep both; None when someone else has it or it has to wait."""
    key = due.workspace.id, str(due.month)
    with database.writing() as session:
        attempt = repository.claim(session, key, clock())
    if attempt is None:
        return None
    try:
        result = _made(database, clock, due, attempt)
    except LostLeaseError:
        return None
    except EXPECTED as error:
        return _failed(database, clock, key, attempt, _reason(error))
    except Exception:
        log.exception("run broke", extra={"facts": {"workspace": key[0], "period": key[1]}})
        return _failed(database, clock, key, attempt, "Something went wrong here; the log tells more.")
    return Ended(*key, attempt, result.outcome, result.plan_id)


def _made(database: Database, clock: Clock, due: Due, attempt: int) -> service.Result:
    """The plan thought out while nothing waits, then kept together with the run's end."""
    caller = service.caller_of(due.workspace, clock())
    with database.reading() as session:
        draft = service.make(session, caller, due.schedule, due.month)
    with database.writing() as session:
        session.get_one(WorkspaceRow, due.workspace.id, with_for_update=True)
        result = service.keep(session, caller, due.schedule, due.month, draft)
        facts = {"state": "done", "outcome": result.outcome, "plan_id": result.plan_id, "message": None}
        if not repository.end(session, (due.workspace.id, str(due.month)), attempt, clock(), **facts):
            raise LostLeaseError
    return result


def _failed(
    database: Database, clock: Clock, key: repository.Key, attempt: int, message: str
) -> Ended | None:
    facts = {"state": "failed", "outcome": "failed", "message": message}
    with database.writing() as session:
        later = clock() + repository.pause(attempt)
        if not repository.end(session, key, attempt, clock(), next_at=later, **facts):
            return None
    return Ended(*key, attempt, "failed", message=message)


def _reason(error: Exception) -> str:
    """What a planner can act on."""
    if isinstance(error, RequestValidationError):
        return " ".join(fault.message for fault in problems.schema_faults(error.errors()))
    return str(error)
