"""From a template and a view to an answer: the environment, the headers of every page, and error pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from app import problems
from app.errors import ServiceError, UnauthorizedError
from app.web import assets, charts
from app.web.navigation import entries
from app.web.visits import LANGUAGE_COOKIE, YEAR_SECONDS, Visit, visit
from optimizer import InputError, OptimizerError

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # Plotly writes styles of its own
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",  # none at all would hide the Origin that forms are checked by
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "private, no-store",
    "Vary": "Accept-Language, Cookie",
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates that escape everything, and fail on a name that is not there."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"asset": assets.address, "drawn": charts.drawn, "spec": charts.spec}
    return made


def page(visit: Visit, template: str, status: int = 200, **view: object) -> HTMLResponse:
    """A page of the product in the visitor's language; `view` is what its template needs."""
    shown = (
        environment()
        .get_template(template)
        .render(visit=visit, say=visit.say, language=visit.language, navigation=entries(visit), **view)
    )
    answer = HTMLResponse(shown, status, {**HEADERS, "Content-Language": visit.language})
    if visit.has_chosen:
        answer.set_cookie(
            LANGUAGE_COOKIE, visit.language, YEAR_SECONDS, samesite="lax", secure=visit.is_https
        )
    return answer


def goto(path: str) -> RedirectResponse:
    """The page to look at after a form was taken."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


class PageRoute(APIRoute):
    """A route of the pages: whatever is refused is told on a page, and strangers are asked to sign in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except (OptimizerError, ServiceError, RequestValidationError, HTTPException) as error:
                return await run_in_threadpool(told, request, error)

        return handle_or_tell


def told(request: Request, error: Exception) -> Response:
    """An error as a page in the visitor's language."""
    if isinstance(error, UnauthorizedError) and request.method == "GET":
        asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
        return goto(f"/sign-in?next={quote(asked)}")
    kind = problems.kind_of(error)
    status = error.status_code if isinstance(error, HTTPException) else kind.status
    if isinstance(error, RequestValidationError):
        kind, status = problems.Kind(422, "invalid-input", ""), 422
    name = problems.Kind(status, {404: "not-found"}.get(status, kind.name), kind.title).name
    detail = "" if isinstance(error, HTTPException) or status == 500 else _detail(error)
    visitor = visit(request)
    title = visitor.say.either(f"errors.{name}", visitor.say("errors.other"))
    return page(visitor, "error.html", status, title=title, detail=detail)


def _detail(error: Exception) -> str:
    """What the error says, fault by fault."""
    if isinstance(error, RequestValidationError):
        return " ".join(fault.message for fault in problems.schema_faults(error.errors()))
    return " ".join(fault.message for fault in error.faults) if isinstance(error, InputError) else str(error)
