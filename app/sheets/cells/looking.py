"""Whose plan an address means, and whether its key opens it.

A spreadsheet's cell can send no header, so under `/sheets/` a key may stand in the address: `?sig=`. Such
addresses are passed on and written down, therefore only keys of the role `sheet` are taken there: they read
cells, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NamedTuple

from fastapi import Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy import case
from sqlalchemy.orm import Session

from app import sessions
from app.access.callers import Caller
from app.db.tables import PlanRow
from app.errors import ForbiddenError, NotFoundError, UnauthorizedError
from app.optimize.replies import PlanReply
from app.plans import repository

LATEST, MONTH = "latest", re.compile(r"[0-9]{4}-[0-9]{2}")
GONE = ("rejected", "superseded")
IN_FORCE = case({"active": 0, "closed": 1, "approved": 2}, value=PlanRow.state, else_=3)
EXPOSED = "Only a key of the role sheet may stand in an address; end this one, others may have seen it."


class Looked(NamedTuple):
    """A plan that somebody looks at."""

    caller: Caller
    plan: PlanRow
    session: Session

    @property
    def reply(self) -> PlanReply:
        """What the plan says."""
        return PlanReply.model_validate(self.plan.reply)


class Sight(NamedTuple):
    """What a request wants to look at, and the key that it sent as a header."""

    request: Request
    plan: str
    credentials: HTTPAuthorizationCredentials | None

    @contextmanager
    def opened(self) -> Iterator[Looked]:
        """The plan, for whoever holds a key of its workspace; raises `NotFoundError` for any other's."""
        caller = _caller(self.request, self.credentials)
        caller.check("sheets")
        with self.request.app.state.database.reading() as session:
            yield Looked(caller, find(session, caller, self.plan), session)


async def sight(  # asynchronous, though nothing is waited for: that saves a cell a change of threads
    plan: Annotated[str, Path(max_length=100, description="A plan's id, `latest`, or a month: `2026-12`.")],
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(sessions.bearer)],
) -> Sight:
    """What the address means, not yet looked at."""
    return Sight(request, plan, credentials)


def find(session: Session, caller: Caller, name: str) -> PlanRow:
    """A plan by its id; or the one that counts, of a month or of the latest month that has any.

    What counts of a month: the active plan, else the closed, else the approved one, else the newest version
    that is neither rejected nor superseded. A key of one plan knows no other.
    """
    is_month = MONTH.fullmatch(name) is not None
    query = repository.of(caller, name if is_month else None)
    if caller.plan_id is not None:
        query = query.where(PlanRow.id == caller.plan_id)
    elif is_month or name == LATEST:
        query = query.where(PlanRow.state.not_in(GONE))
    if not is_month and name != LATEST:
        query = query.where(PlanRow.id == name)
    order = (PlanRow.month.desc(), IN_FORCE, PlanRow.version.desc())
    if (row := session.scalars(query.order_by(*order).limit(1)).first()) is None:
        raise NotFoundError("There is no such plan.")
    return row


def _caller(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    if credentials is not None:
        return sessions.holder(request, credentials.credentials)
    if (sig := request.query_params.get("sig")) is None:
        raise UnauthorizedError("Send a key: Authorization: Bearer …, or a sheet key as ?sig=…")
    caller = sessions.holder(request, sig)
    if caller.role != "sheet":
        raise ForbiddenError(EXPOSED)
    return caller


ASight = Annotated[Sight, Depends(sight)]
