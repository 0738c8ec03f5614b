"""`Idempotency-Key`: a write sent twice is done once, and answered twice alike.

The answer is kept in the write's own transaction, so that it exists exactly if the write does. Refusals
are not kept: they changed nothing, and may be tried again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from email.message import Message
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.bodies import StrictRoute
from app.db.tables import AnswerRow
from app.errors import IdempotencyError

KEY = re.compile(r"[\x21-\x7e]{1,100}")
KEPT_HEADERS = ("content-type", "etag", "location")
SHOWN_ONCE = "key"


class AnsweredBefore(Exception):  # noqa: N818  no error: it carries the answer
    """This very write was done before; here is its answer."""

    def __init__(self, row: AnswerRow) -> None:
        self.status, self.headers, self.body = row.status, dict(row.headers), row.body


class OnceRoute(APIRoute):
    """A route that stores; an `Idempotency-Key` makes it safe to send again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            if (key := request.headers.get("idempotency-key")) is None:
                return await handle(request)
            if not KEY.fullmatch(key):
                raise IdempotencyError("An Idempotency-Key is 1 to 100 printable ASCII letters.")
            request.state.asked = asked(request, await request.body())
            response = await handle(request)
            if (session := getattr(request.state, "session", None)) is not None:
                await run_in_threadpool(_keep, session, request, response)
            return response

        return handle_once


class StoredRoute(OnceRoute, StrictRoute):
    """A route that stores what a JSON body says."""


def check_new(session: Session, request: Request, caller: Caller) -> None:
    """Raise `AnsweredBefore` when this write was done, `IdempotencyError` when its key stands for another."""
    if (key := request.headers.get("idempotency-key")) is None:
        return
    row = session.get(AnswerRow, (caller.workspace_id, key))
    if row is not None and row.fingerprint != fingerprint(caller, request.state.asked):
        raise IdempotencyError("This Idempotency-Key was used for another request.")
    if row is not None:
        raise AnsweredBefore(row)


def answer_again(_: Request, answer: Exception) -> Response:
    """The first answer, marked as such."""
    assert isinstance(answer, AnsweredBefore)
    headers = {**answer.headers, "Idempotency-Replayed": "true"}
    return Response(answer.body, answer.status, headers)


def fingerprint(caller: Caller, asked: str) -> str:
    """Who asked for what: nobody is answered what was another's to do."""
    return hashlib.sha256(f"{caller.person}\n{asked}".encode()).hexdigest()


def asked(request: Request, body: bytes) -> str:
    """What is asked: method, path, query and body (without the random seams of a multipart one)."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    boundary = message.get_param("boundary")
    if isinstance(boundary, str):
        body = body.replace(boundary.encode(), b"")
    found = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    found.update(body)
    return found.hexdigest()


def _keep(session: Session, request: Request, response: Response) -> None:
    caller: Caller = request.state.caller
    session.add(
        AnswerRow(
            workspace_id=caller.workspace_id,
            idempotency_key=request.headers["idempotency-key"],
            fingerprint=fingerprint(caller, request.state.asked),
            status=response.status_code,
            headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
            body=_without_secret(bytes(response.body)),
            created_at=datetime.now(UTC),
        )
    )
    session.flush()


def _without_secret(body: bytes) -> str:
    """The body as it is kept: a new key is shown once and never stored."""
    read = json.loads(body) if body else None
    if isinstance(read, dict) and SHOWN_ONCE in read:
        return json.dumps(read | {SHOWN_ONCE: None}, ensure_ascii=False)
    return body.decode()
