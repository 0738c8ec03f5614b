"""Who calls, and the transaction that a request works in: kept whole before the answer, or not at all.

A write waits for its turn on the event loop, before it takes a thread. Writers that waited inside threads
for a lock could take all threads, and then the one that holds the lock would get none to finish on.
"""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app import retries
from app.access import service
from app.access.callers import Caller
from app.access.failures import Failures
from app.access.uses import Uses
from app.db.engine import Database
from app.db.tables import WorkspaceRow
from app.errors import UnauthorizedError
from app.settings import Settings

bearer = HTTPBearer(auto_error=False, description="An API key of a workspace: `Authorization: Bearer …`.")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def join(app: FastAPI, settings: Settings) -> None:
    """Give the app its database; nothing is opened or made before the first stored request."""
    app.state.settings = settings
    app.state.database = Database(settings.database_url)
    app.state.uses = Uses()
    app.state.failures = Failures(settings.failed_keys)
    writers = 1 if app.state.database.takes_one_writer else max(1, settings.threads - 1)
    app.state.turns = Semaphore(writers)
    app.add_exception_handler(retries.AnsweredBefore, retries.answer_again)


def caller(request: Request, credentials: Credentials) -> Caller:
    """The person whose key the request carries; raises `UnauthorizedError` without a live one."""
    return holder(request, _sent(credentials))


def holder(request: Request, key: str) -> Caller:
    """The person whose key this is; a failed one counts against the address, unless HEAD asks."""
    with request.app.state.database.reading() as session:
        return _found(request, session, key)


@contextmanager
def opened(request: Request, credentials: Credentials) -> Iterator[tuple[Caller, Session]]:
    """The caller, and a session that sees the moment in which the key was looked up: one trip for both."""
    with request.app.state.database.reading() as session:
        found = _found(request, session, _sent(credentials))
        found.check("read")
        yield found, session


def _sent(credentials: Credentials) -> str:
    if credentials is None:
        raise UnauthorizedError("Send an API key: Authorization: Bearer budget_…")
    return credentials.credentials


def _found(request: Request, session: Session, key: str) -> Caller:
    state = request.app.state
    try:
        found = service.find_caller(session, key, state.settings.key_secret, datetime.now(UTC))
    except UnauthorizedError:
        count_failure(request)
        raise
    request.state.caller = found
    state.uses.note(found)
    return found


def count_failure(request: Request) -> None:
    """Count a failed key against its address; HEAD is not counted, as cells ask with it before they read."""
    if request.method != "HEAD":
        request.app.state.failures.add(request.client.host if request.client else "")


def reading(request: Request, caller: Annotated[Caller, Depends(caller)]) -> Iterator[Session]:
    """A session that only reads."""
    caller.check("read")
    with request.app.state.database.reading() as session:
        yield session


async def turn(request: Request) -> AsyncIterator[None]:
    """The request's turn to write: one at a time on SQLite, fewer than there are threads on PostgreSQL."""
    async with request.app.state.turns:
        yield


def writing(
    request: Request,
    caller: Annotated[Caller, Depends(caller)],
    _: Annotated[None, Depends(turn, scope="function")],
) -> Iterator[Session]:
    """A session whose changes are committed before the answer is sent; writers of a workspace take turns.

    A write that was answered before, by its `Idempotency-Key`, is answered again instead.
    """
    with request.app.state.database.writing() as session:
        session.get_one(WorkspaceRow, caller.workspace_id, with_for_update=True)
        retries.check_new(session, request, caller)
        service.note_use(session, caller)
        request.state.session = session
        yield session


def key_secret(request: Request) -> str:
    """What keys are hashed with."""
    return str(request.app.state.settings.key_secret)


WhoCalls = Annotated[Caller, Depends(caller)]
ReadSession = Annotated[Session, Depends(reading, scope="function")]
WriteSession = Annotated[Session, Depends(writing, scope="function")]
KeySecret = Annotated[str, Depends(key_secret)]
