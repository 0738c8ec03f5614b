"""Errors that a person can read in a cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute

from app import problems
from app.errors import ServiceError
from app.sheets.cells.remembered import HEADERS
from optimizer import OptimizerError


class SheetRoute(APIRoute):
    """A route that a cell asks; with `errors=text` it is told what is wrong in words, as a good answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_in_words(request: Request) -> Response:
            if request.query_params.get("errors") != "text":
                return await handle(request)
            try:
                return await handle(request)
            except RequestValidationError as error:
                return _in_words(problems.refused(request, error))
            except (ServiceError, OptimizerError) as error:
                return _in_words(problems.answer(request, error))

        return handle_in_words


def _in_words(problem: Response) -> Response:
    told = json.loads(bytes(problem.body))
    faults = "; ".join(f"{fault['pointer']}: {fault['message']}" for fault in told.get("errors", []))
    word = "错误" if problem.headers["Content-Language"] == "zh" else "Error"
    text = f"{word} {told['status']}: {faults or told['detail']}"
    return PlainTextResponse(text, headers={**HEADERS, "Cache-Control": "no-store"})
