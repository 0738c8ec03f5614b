"""A stored plan as it is answered: checked and written out once a revision, then the same bytes again.

What a plan says never changes, and every change of its state is a new revision; so what was written out for a
revision stays true as long as the database names that revision.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from fastapi import Response
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import money, versions
from app.access.callers import Caller
from app.db.tables import PlanRow
from app.errors import NotFoundError
from app.plans import repository
from app.plans.schemas import PlanRead, PlanSummary

MOST_BYTES = 32 * 1024 * 1024
JSON = "application/json"
REVISION = select(PlanRow.revision).where(
    PlanRow.workspace_id == bindparam("workspace_id"), PlanRow.id == bindparam("plan_id")
)


class Written:
    """The bytes of the plans that were answered last, `most_bytes` of them at most."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self.size = most_bytes, 0
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = Lock()

    def find(self, plan_id: str, revision: int) -> bytes | None:
        """What was written of a plan's revision."""
        with self._lock:
            return self._kept.get((plan_id, revision))

    def keep(self, plan_id: str, revision: int, body: bytes) -> None:
        """Keep it instead of what was kept first."""
        with self._lock:
            self.size += len(body) - len(self._kept.pop((plan_id, revision), b""))
            self._kept[plan_id, revision] = body
            while self.size > self.most_bytes:
                self.size -= len(self._kept.popitem(last=False)[1])


def read(session: Session, caller: Caller, plan_id: str, known: str | None, written: Written) -> Response:
    """The plan, or 304 where the caller's `If-None-Match` knows its revision; raises `NotFoundError`."""
    query = select(PlanRow.revision).where(PlanRow.workspace_id == caller.workspace_id, PlanRow.id == plan_id)
    revision = session.scalar(query)
    if revision is None:
        raise NotFoundError("There is no such plan.")
    if versions.is_known(known, revision):
        return _answer(b"", revision, 304)
    body = written.find(plan_id, revision)
    if body is None:
        row = repository.get(session, caller, plan_id)
        written.keep(plan_id, revision, body := written_out(row))
    return _answer(body, revision)


def made(row: PlanRow) -> Response:
    """A version that was just drafted, and where it is found."""
    response = _answer(written_out(row), row.revision, 201)
    response.headers["Location"] = f"/v1/plans/{row.id}"
    return response


def moved(row: PlanRow) -> Response:
    """A plan whose state was just changed."""
    return _answer(written_out(row), row.revision)


def written_out(row: PlanRow) -> bytes:
    """The plan as JSON, checked against what the API promises."""
    kept = PlanSummary.model_validate(row).model_dump()
    currency = row.reply["currency"]
    kept |= {
        "rolled_reserve": money.from_minor(row.rolled, currency),
        "base_id": row.base_id,
        "spent_before": {name: money.from_minor(spent, currency) for name, spent in row.spent.items()},
    }
    return PlanRead.model_validate(row.reply | kept).model_dump_json().encode()


def _answer(body: bytes, revision: int, status: int = 200) -> Response:
    response = Response(body, status, media_type=None if status == 304 else JSON)
    versions.show(response, revision)
    return response
