"""Answers to spreadsheets: cheap to ask for again, kept by nobody on the way, errors readable in a cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute

from app import problems
from app.errors import ServiceError
from app.sheets.cells.remembered import Answer, Remembered, asked_of, standing
from optimizer import OptimizerError

known_answers = Remembered()
HEADERS = {
    "Cache-Control": "private, no-cache",  # may be kept by the asker, and must be asked for again
    "Referrer-Policy": "no-referrer",  # an address may hold a key
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class SheetRoute(APIRoute):
    """A route that a cell asks; with `errors=text` it is told what is wrong in words, as a good answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_for_a_cell(request: Request) -> Response:
            asked = asked_of(request)
            head = await run_in_threadpool(standing, request) if asked else None
            if asked and head and (known := known_answers.find(asked, head)):
                return answer(request, *known)
            response = await handle_in_words(request)
            if asked and head and (told := getattr(request.state, "told", None)):
                known_answers.keep(asked, head, told)
            return response

        async def handle_in_words(request: Request) -> Response:
            if request.query_params.get("errors") != "text":
                return await handle(request)
            try:
                return await handle(request)
            except RequestValidationError as error:
                return _in_words(problems.refused(request, error))
            except (ServiceError, OptimizerError) as error:
                return _in_words(problems.answer(request, error))

        return handle_for_a_cell


def answer(request: Request, body: bytes, media_type: str, name: str | None = None) -> Response:
    """The body with its tag, or 304 when the asker has it already; `name` is that of a file to be saved."""
    request.state.told = Answer(body, media_type, name)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    if name:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    if _has(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


def _has(request: Request, tag: str) -> bool:
    held = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in held or "*" in held


def _in_words(problem: Response) -> Response:
    told = json.loads(bytes(problem.body))
    faults = "; ".join(f"{fault['pointer']}: {fault['message']}" for fault in told.get("errors", []))
    text = f"Error {told['status']}: {faults or told['detail']}"
    return PlainTextResponse(text, headers={**HEADERS, "Cache-Control": "no-store"})
