"""From a template and a view to an answer: the environment, the headers of every page, and error pages."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException

from app import problems
from app.dependencies import Language
from app.dependencies import asked as language_of
from app.errors import ServiceError, UnauthorizedError
from app.web import assets, charts
from app.web.navigation import entries
from app.web.visits import LANGUAGE_COOKIE, YEAR_SECONDS, Visit, visit
from app.web.works import Work
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
PLACE, BEGIN, END = Markup("<!-- work -->"), Markup('<div class="working">'), Markup("</div>")
LOOKED_AT_SECONDS = 0.1
EXPECTED = (OptimizerError, ServiceError, RequestValidationError, HTTPException)
TITLES = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
MACHINES = ("/v1/", "/sheets/", "/static/", "/healthz", "/readyz", "/metrics", "/openapi.json")
log = logging.getLogger("budget")


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
    made.globals["narrowed"] = charts.narrowed
    return made


def page(visit: Visit, template: str, status: int = 200, **view: object) -> Response:
    """A page of the product in the visitor's language; `view` is what its template needs."""
    shown = rendered(visit, template, navigation=entries(visit), **view)
    return _dressed(HTMLResponse(shown, status), visit)


def rendered(visit: Visit, template: str, **view: object) -> Markup:
    """A template, or a part of a page, filled in."""
    made = environment().get_template(template)
    return Markup(made.render(visit=visit, say=visit.say, language=visit.language, **view))


def _dressed(answer: Response, visit: Visit) -> Response:
    """The answer with what every page bears."""
    answer.headers.update({**HEADERS, "Content-Language": visit.language})
    if visit.has_chosen:
        answer.set_cookie(
            LANGUAGE_COOKIE, visit.language, YEAR_SECONDS, samesite="lax", secure=visit.is_https
        )
    return answer


def working(
    visit: Visit, template: str, work: Work, shown: Callable[[Any], Markup], **view: object
) -> Response:
    """A page with the part that `shown` makes of the work's result, in the template's place `{{ work }}`.

    While the work goes on, the page is sent as far as it stands, with the progress, and ends with the
    result: no script, no second request. What failed is told in its place.
    """
    if work.is_over and not work.has_failed:
        return page(visit, template, 200, work=shown(work.future.result()), **view)
    whole = rendered(visit, template, navigation=entries(visit), work=PLACE, **view)
    head, _, tail = whole.partition(PLACE)
    parts = _parts(visit, work, shown, head, tail)
    unheld = {"X-Accel-Buffering": "no"}  # a proxy in front would keep the progress to itself
    return _dressed(StreamingResponse(parts, 200, unheld, "text/html; charset=utf-8"), visit)


async def _parts(
    visit: Visit, work: Work, shown: Callable[[Any], Markup], head: Markup, tail: Markup
) -> AsyncIterator[str]:
    """The page's beginning, its progress while the work goes on, and the end."""
    yield head + BEGIN
    told: tuple[int, int] | None = None
    while not work.is_over:
        if told != (work.done, work.of):
            told = (work.done, work.of)
            yield rendered(visit, "working.html", done=work.done, of=work.of)
        await asyncio.sleep(LOOKED_AT_SECONDS)
    yield END + await run_in_threadpool(_ended, visit, work, shown) + tail


def _ended(visit: Visit, work: Work, shown: Callable[[Any], Markup]) -> Markup:
    """What came of the work, or why nothing did."""
    try:
        return shown(work.future.result())
    except OptimizerError as error:
        return rendered(
            visit, "work_failed.html", detail=" ".join(visit.tell(sentence) for sentence in _said(error))
        )
    except Exception:
        log.exception("work for a page failed")
        return rendered(visit, "work_failed.html", detail="")


def goto(path: str) -> RedirectResponse:
    """The page to look at after a form was taken."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


class PageRoute(APIRoute):
    """A route of the pages: whatever goes wrong is told on a page, and strangers are asked to sign in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_or_tell(request: Request) -> Response:
            try:
                return await handle(request)
            except EXPECTED as error:
                return await run_in_threadpool(told, request, error)
            except Exception as error:
                log.exception("unhandled error", extra={"facts": getattr(error, "dump", {})})
                return await run_in_threadpool(told, request, error)

        return handle_or_tell


def told(request: Request, error: Exception) -> Response:
    """An error as a page in the visitor's language; a bug says nothing about itself."""
    if isinstance(error, HTTPException) and isinstance(error.__cause__, ServiceError):
        error = error.__cause__  # the framework's "cannot parse", for a body too large or too slow
    if isinstance(error, UnauthorizedError) and request.method == "GET":
        asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
        return goto(f"/sign-in?next={quote(asked)}")
    visitor, (status, name) = _visitor(request), _kind(error)
    shown = page(
        visitor,
        "error.html",
        status,
        title=visitor.say.either(f"errors.{name}", visitor.say("errors.other")),
        details=[] if status == 500 else [visitor.tell(sentence) for sentence in _said(error)],
        is_ours=status == 500,
        sign_in=f"/sign-in?next={quote(_came_from(request))}" if status == 401 else "",
    )
    shown.headers.update(getattr(error, "headers", None) or {})
    if status == 405:
        shown.headers["Allow"] = ", ".join(problems.offered(request))
    return shown


def _came_from(request: Request) -> str:
    """The page that a form stood on."""
    return urlsplit(request.headers.get("referer", "")).path or "/plans"


def _visitor(request: Request) -> Visit:
    """Who sees the error; a stranger, when what is broken is the very knowing."""
    chosen = cast(Language | None, request.query_params.get("lang"))
    try:
        return visit(request, chosen if chosen in {"en", "zh"} else None)
    except Exception:
        log.exception("no visitor")
        return Visit(request, language_of(request), has_chosen=False)


def _kind(error: Exception) -> tuple[int, str]:
    """An error's status, and the name of the text that is its title."""
    if isinstance(error, RequestValidationError):
        return 422, "invalid-input"
    if isinstance(error, HTTPException):
        return error.status_code, TITLES.get(error.status_code, "other")
    kind = problems.kind_of(error)
    return kind.status, kind.name


def _said(error: Exception) -> list[str]:
    """What the error says, fault by fault."""
    if isinstance(error, HTTPException):
        return []
    if isinstance(error, RequestValidationError):
        return [fault.message for fault in problems.schema_faults(error.errors())]
    return [fault.message for fault in error.faults] if isinstance(error, InputError) else [str(error)]


def answer(request: Request, error: Exception) -> Response:
    """An error outside every route: a page for whoever looks with a browser, a problem for everyone else."""
    if is_for_people(request):
        return told(request, error)
    if isinstance(error, HTTPException):
        return problems.http_error(request, error)
    return problems.answer(request, error)


def is_for_people(request: Request) -> bool:
    """Whether a page is wanted: by a browser, at an address that no machine asks."""
    is_html = "text/html" in request.headers.get("accept", "")
    return is_html and not request.url.path.startswith(MACHINES)
