"""Whose plan an address means, and whether its key opens it.

A spreadsheet's cell can send no header, so under `/sheets/` a key may stand in the address: `?sig=`. Such
addresses are passed on and written down, therefore only keys of the role `sheet` are taken there: they read
cells, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Path, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app import sessions
from app.access.callers import Caller
from app.access.service import DEAD_KEY
from app.db.engine import Database
from app.db.tables import PlanRow
from app.errors import ForbiddenError, NotFoundError, UnauthorizedError
from app.optimize.replies import PlanReply
from app.sheets.cells.lane import Memory
from app.sheets.cells.remembered import Answer
from app.sheets.cells.standing import Standing

LATEST, MONTH = "latest", re.compile(r"[0-9]{4}-[0-9]{2}")
GONE = ("rejected", "superseded")
IN_FORCE = case({"active": 0, "closed": 1, "approved": 2}, value=PlanRow.state, else_=3)
EXPOSED = "Only a key of the role sheet may stand in an address; end this one, others may have seen it."


class Looked(NamedTuple):
    """A plan that somebody looks at, and what it says."""

    request: Request
    standing: Standing
    digest: str
    plan: PlanRow
    reply: PlanReply

    @property
    def caller(self) -> Caller:
        """Who looks."""
        return self.standing.caller(datetime.now(UTC))

    def answer(self, body: bytes, media_type: str, name: str | None = None) -> Response:
        """Tell the cell, and remember what it was told; `name` is that of a file to be saved."""
        told = Answer.of(body, media_type, name, self.request.scope.get("route"))
        memory: Memory = self.request.app.state.cells
        memory.keep(self.request, self.digest, self.standing.head, told)
        return told.response(self.request.headers.get("if-none-match", ""))


class Sight(NamedTuple):
    """What a request wants to look at, and the key that it sent as a header."""

    request: Request
    plan: str
    credentials: HTTPAuthorizationCredentials | None

    def looked(self) -> Looked:
        """The plan, remembered or read, for whoever holds a key of its workspace.

        Raises `NotFoundError` for any other's plan.
        """
        memory: Memory = self.request.app.state.cells
        standing, digest = self._standing(memory)
        name = (standing.workspace_id, standing.plan_id, self.plan)
        if (seen := memory.plans.find(name, standing.head)) is None:
            with self._session() as session:
                row = find(session, standing, self.plan)
                seen = row, PlanReply.model_validate(row.reply)
            memory.plans.keep(name, standing.head, seen)
        return Looked(self.request, standing, digest, *seen)

    @contextmanager
    def opened(self) -> Iterator[tuple[Looked, Session]]:
        """The plan as `looked` gives it, with a session by which more of it can be read."""
        standing, digest = self._standing(self.request.app.state.cells)
        with self._session() as session:
            row = find(session, standing, self.plan)
            reply = PlanReply.model_validate(row.reply)
            yield Looked(self.request, standing, digest, row, reply), session

    def _session(self) -> AbstractContextManager[Session]:
        database: Database = self.request.app.state.database
        return database.reading()

    def _standing(self, memory: Memory) -> tuple[Standing, str]:
        """How the request's key stands; raises `UnauthorizedError` or `ForbiddenError`."""
        header = None if self.credentials is None else self.credentials.credentials
        key = self.request.query_params.get("sig") if header is None else header
        if key is None:
            raise UnauthorizedError("Send a key: Authorization: Bearer …, or a sheet key as ?sig=…")
        digest = memory.standings.digest_of(key)
        if digest is None or (standing := memory.standings.look(digest)) is None:
            sessions.count_failure(self.request)
            raise UnauthorizedError(DEAD_KEY)
        if header is None and standing.role != "sheet":
            raise ForbiddenError(EXPOSED)
        standing.caller(datetime.now(UTC)).check("sheets")
        memory.uses.note(standing.caller(datetime.now(UTC)))
        return standing, digest


async def sight(  # asynchronous, though nothing is waited for: that saves a cell a change of threads
    plan: Annotated[str, Path(max_length=100, description="A plan's id, `latest`, or a month: `2026-12`.")],
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(sessions.bearer)],
) -> Sight:
    """What the address means, not yet looked at."""
    return Sight(request, plan, credentials)


def find(session: Session, standing: Standing, name: str) -> PlanRow:
    """A plan by its id; or the one that counts, of a month or of the latest month that has any.

    What counts of a month: the active plan, else the closed, else the approved one, else the newest version
    that is neither rejected nor superseded. A key of one plan knows no other.
    """
    is_month = MONTH.fullmatch(name) is not None
    query = select(PlanRow).where(PlanRow.workspace_id == standing.workspace_id)
    if is_month:
        query = query.where(PlanRow.month == name)
    if standing.plan_id is not None:
        query = query.where(PlanRow.id == standing.plan_id)
    elif is_month or name == LATEST:
        query = query.where(PlanRow.state.not_in(GONE))
    if not is_month and name != LATEST:
        query = query.where(PlanRow.id == name)
    order = (PlanRow.month.desc(), IN_FORCE, PlanRow.version.desc())
    if (row := session.scalars(query.order_by(*order).limit(1)).first()) is None:
        raise NotFoundError("There is no such plan.")
    return row


ASight = Annotated[Sight, Depends(sight)]
