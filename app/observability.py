"""What operators see: a request id on every answer and log line, and logs as JSON lines.

A log line names the route, never the path, the query or the body, so that no personal data and no
key can end up in it; whatever else looks like a key in a line is struck out.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import metrics, problems
from app.errors import NotFoundError, TooBusyError, TooLargeError, TooSlowError
from optimizer import Fault, InputError

log = logging.getLogger("budget")
SECRET = re.compile(r"(sig=|budget_)[^&\s\"'\\]+")
VALUES = re.compile(r"^(DETAIL|CONTEXT):.*", re.MULTILINE)  # where PostgreSQL quotes what was stored
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
current_request: ContextVar[str | None] = ContextVar("current_request", default=None)


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, message, request id, and what the call adds as `facts`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if (request_id := current_request.get()) is not None:
            line["request_id"] = request_id
        line |= getattr(record, "facts", {})
        if record.exc_info:
            line["traceback"] = VALUES.sub(r"\1 …", self.formatException(record.exc_info))
        return SECRET.sub(r"\1…", json.dumps(line, ensure_ascii=False, default=str))


def set_up_logging(level: str) -> None:
    """Write JSON lines to standard error; uvicorn's own messages included, its access log not."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in ("budget", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level.upper())
    logging.getLogger("uvicorn.error").handlers = []


class Observed:
    """Gives each request an id and a log line, and keeps it within its limits.

    A body may have `max_body_bytes` and take `body_seconds` to arrive; at most `max_requests` that
    ask for work are let in at once. (FastAPI's own body limit answers in plain text.) What goes wrong before
    or beyond the routes is told by `answer`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_body_bytes: int,
        body_seconds: float,
        max_requests: int,
        answer: Callable[[Request, Exception], Response] = problems.answer,
    ) -> None:
        self.app, self.answer = app, answer
        self.max_body_bytes, self.body_seconds = max_body_bytes, body_seconds
        self.max_requests = max_requests
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.request_id = _request_id(request)
        token = current_request.set(request.state.request_id)
        deadline = asyncio.get_running_loop().time() + self.body_seconds
        exchange = _Exchange(scope, receive, send, self.max_body_bytes, deadline)
        try:
            await self._bounded(request, exchange)
        finally:
            exchange.write_line()
            current_request.reset(token)

    async def _bounded(self, request: Request, exchange: _Exchange) -> None:
        works = request.method not in {"GET", "HEAD", "OPTIONS"}
        if works and self.running >= self.max_requests:
            busy = TooBusyError(f"{self.max_requests} requests are already being worked on; try again.")
            await self.answer(request, busy)(request.scope, exchange.receive, exchange.send)
            return
        if (refusal := _refusal(request.scope)) is not None:
            await self.answer(request, refusal)(request.scope, exchange.receive, exchange.send)
            return
        self.running += works
        metrics.running.inc(works)
        try:
            await self.app(request.scope, exchange.receive, exchange.send)
        except Exception as error:
            log.exception("unhandled error", extra={"facts": getattr(error, "dump", {})})
            if not exchange.status:
                await self.answer(request, error)(request.scope, exchange.receive, exchange.send)
        finally:
            self.running -= works
            metrics.running.dec(works)


def _refusal(scope: Scope) -> Exception | None:
    """Why an address is nobody's; NUL is in no name, and one database refuses even to look for it."""
    if "\x00" in scope["path"]:
        return NotFoundError("There is nothing at this path.")
    if b"%00" in scope["query_string"]:
        return InputError([Fault(("query",), "The character NUL (%00) has no place here.")])
    return None


class _Exchange:
    """One request and its answer, watched."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, max_body_bytes: int, deadline: float
    ) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self.began = time.perf_counter()
        self.told_bytes = int(Request(scope).headers.get("content-length") or 0)
        self.max_body_bytes, self.deadline = max_body_bytes, deadline
        self.seen_bytes = 0
        self.body_is_whole = False
        self.status = 0

    async def receive(self) -> Message:
        """The next piece of the body; raises `TooSlowError` or `TooLargeError` at a limit."""
        if self.body_is_whole:
            return await self._receive()
        if self.told_bytes > self.max_body_bytes:
            raise TooLargeError("The body is larger than this server accepts.")
        try:
            async with asyncio.timeout_at(self.deadline):
                message = await self._receive()
        except TimeoutError as error:
            raise TooSlowError("The body did not arrive in time.") from error
        self.body_is_whole = not message.get("more_body", False)
        self.seen_bytes += len(message.get("body", b""))
        if self.seen_bytes > self.max_body_bytes:
            raise TooLargeError("The body is larger than this server accepts.")
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on, with the request's id."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            request_id = self.scope["state"]["request_id"].encode()
            message["headers"] = [*message.get("headers", []), (b"x-request-id", request_id)]
        await self._send(message)

    def write_line(self) -> None:
        """Log and count the answer."""
        method, seconds = self.scope["method"], time.perf_counter() - self.began
        route = getattr(self.scope.get("route"), "path_format", metrics.NO_ROUTE)
        facts = {"method": method, "route": route, "status": self.status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra={"facts": facts})
        metrics.count_request(method, route, self.status, seconds)


def _request_id(request: Request) -> str:
    """The caller's own id when it is a plain one, otherwise a new one."""
    given = request.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
