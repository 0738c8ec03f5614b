"""From error to answer: the one table of statuses, and bodies after RFC 9457 (`application/problem+json`).

Bodies stay short whatever was sent: at most `MOST_FAULTS` faults, each message and pointer cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ExceptionHandler

from app import errors
from app.chinese import in_language
from app.dependencies import Language, asked
from app.schemas import FaultyError
from optimizer import (
    Fault,
    InfeasibleError,
    InputError,
    OptimizerError,
    SelfCheckError,
    SolverTimeoutError,
)

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS, LONGEST_TEXT = 100, 300
RETRY_AFTER_SECONDS = 2
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True)
class Kind:
    """What an error family is over HTTP: status, the last part of `type`, and a title that never changes."""

    status: int
    name: str
    title: str


KINDS: dict[type[Exception], Kind] = {
    InputError: Kind(422, "invalid-input", "The request cannot be used as it stands"),
    InfeasibleError: Kind(422, "infeasible", "No plan obeys every rule"),
    SolverTimeoutError: Kind(503, "solver-timeout", "No proven plan within the time limit"),
    SelfCheckError: Kind(500, "self-check", "The answer failed its own check"),
    errors.NotFoundError: Kind(404, "not-found", "Not found"),
    errors.ConflictError: Kind(409, "conflict", "At odds with what is stored"),
    errors.StaleError: Kind(412, "stale", "Changed in between"),
    errors.UnconditionalError: Kind(428, "unconditional", "The change must name the version it changes"),
    errors.IdempotencyError: Kind(422, "idempotency-key", "The Idempotency-Key cannot be used"),
    errors.UnauthorizedError: Kind(401, "unauthorized", "A key is needed"),
    errors.ForbiddenError: Kind(403, "forbidden", "The role may not do this"),
    errors.TooManyError: Kind(429, "too-many", "Too many attempts"),
    errors.UnreadableError: Kind(400, "unreadable", "The body cannot be read"),
    errors.UnsupportedTypeError: Kind(415, "unsupported-type", "The body has the wrong type"),
    errors.NotInstalledError: Kind(501, "not-installed", "This machine lacks what it takes"),
    errors.TooLargeError: Kind(413, "too-large", "The body is too large"),
    errors.TooSlowError: Kind(408, "too-slow", "The body did not arrive in time"),
    errors.TooBusyError: Kind(503, "too-busy", "Too many requests at once"),
}
BUG = Kind(500, "internal", "Something went wrong here")


class FaultRead(BaseModel):
    """One fault: a JSON pointer into the body (RFC 6901), and what to do about it."""

    pointer: str
    message: str


class Problem(BaseModel):
    """An error body (RFC 9457)."""

    type: str = Field(examples=["/problems/invalid-input"])
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked.")
    request_id: str
    errors: list[FaultRead] = []
    clashes: list[dict[str, Any]] = Field(
        [], description="Rules that cannot hold together: of, whose, kind, limit, message."
    )
    remedies: list[dict[str, Any]] = Field(
        [], description="Changes, each of which alone is enough: of, whose, kind, now, needed, message."
    )


def described(texts: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """Problems by status, for the API's page."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": text, "content": content} for status, text in texts.items()}


RESPONSES = described(
    {
        400: "Not JSON",
        413: "Too large",
        415: "Wrong content type",
        422: "Faults in the body, all of them; or no plan obeys every rule (type …/infeasible)",
        503: "Busy, or no proven plan in time; retry",
    }
)
STORED_RESPONSES = RESPONSES | described(
    {
        401: "No key, or none that lives",
        403: "The key's role may not do this",
        404: "Nothing here by that name, or it belongs to another workspace",
        409: "At odds with what is stored",
        412: "Changed in between",
        428: "The change must name the version it changes",
        429: "Too many failed keys",
    }
)


def kind_of(error: Exception) -> Kind:
    """The kind of an error: its own, or that of the nearest class above it."""
    return next((KINDS[above] for above in type(error).__mro__ if above in KINDS), BUG)


def answer(request: Request, error: Exception) -> JSONResponse:
    """The problem of any error that the core or the service raises; a bug says nothing about itself."""
    kind = kind_of(error)
    is_ours = kind.status >= 500 and kind.status != 503
    detail = "This is a bug here, not in the request." if is_ours else str(error)
    more: dict[str, Any] = {"headers": dict(getattr(error, "headers", {}))}
    if isinstance(error, InputError):
        detail, more["errors"] = counted(len(error.faults)), faults_of(error.faults, asked(request))
    if isinstance(error, InfeasibleError):
        more["errors"] = faults_of(getattr(error, "faults", []), asked(request))
        more["clashes"], more["remedies"] = _plain(error.clashes), _plain(error.remedies)
    return reply(request, kind, detail, **more)


def refused(request: Request, error: RequestValidationError) -> JSONResponse:
    """The problem of a body, path or query that its schema refuses: every fault, none of the input."""
    faults = list(schema_faults(error.errors()))
    return reply(request, KINDS[InputError], counted(len(faults)), errors=faults_of(faults, asked(request)))


def http_error(request: Request, error: HTTPException) -> JSONResponse:
    """The problem of what the web framework itself refuses: unknown path, method, or size."""
    phrase = HTTPStatus(error.status_code).phrase
    kind = Kind(error.status_code, phrase.lower().replace(" ", "-"), phrase)
    details = {
        404: "There is nothing at this path.",
        405: f"{request.method} is not offered at this path.",
    }
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(offered(request))
    return reply(request, kind, details.get(error.status_code, error.detail), headers=headers)


def offered(request: Request) -> list[str]:
    """The methods of every route at the path; the framework names only those of the first."""
    scopes = ((method, {**request.scope, "method": method}) for method in METHODS)
    routes = request.app.routes
    return [m for m, scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def reply(
    request: Request, kind: Kind, detail: str, *, headers: dict[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A problem as an answer, in the language asked for; on 503 it says when to try again."""
    language = asked(request)
    problem = Problem(
        type=f"/problems/{kind.name}",
        title=in_language(kind.title, language),
        status=kind.status,
        detail=_short(in_language(detail, language), 2 * LONGEST_TEXT),
        instance=_short(request.url.path),
        request_id=getattr(request.state, "request_id", ""),
        **more,
    )
    headers = {"Content-Language": language, "Vary": "Accept-Language"} | (headers or {})
    if kind.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    body = problem.model_dump(mode="json", exclude_defaults=True)
    return JSONResponse(body, kind.status, headers, media_type=MEDIA_TYPE)


def counted(faults: int) -> str:
    """How many faults there are, in words."""
    return "There is one fault." if faults == 1 else f"There are {faults} faults."


def faults_of(faults: Sequence[Fault], language: Language = "en") -> list[FaultRead]:
    """The first faults, in order, as they are shown."""
    return [
        FaultRead(pointer=_short(pointer(fault.path)), message=_short(in_language(fault.message, language)))
        for fault in faults[:MOST_FAULTS]
    ]


def pointer(path: Iterable[str | int]) -> str:
    """The JSON pointer of a path, e.g. ("channels", 0, "id") → /channels/0/id."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def join(app: FastAPI) -> None:
    """Have every error of this app answered as a problem, and described as one on its page."""
    app.add_exception_handler(OptimizerError, answer)
    app.add_exception_handler(errors.ServiceError, answer)
    app.add_exception_handler(RequestValidationError, cast(ExceptionHandler, refused))
    app.add_exception_handler(HTTPException, cast(ExceptionHandler, http_error))
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        page = describe()
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        page["components"]["schemas"] |= schema.pop("$defs") | {"Problem": schema}
        return page

    app.openapi = openapi  # type: ignore[method-assign]


def schema_faults(found: Sequence[Any]) -> Iterable[Fault]:
    for line in found:
        path = tuple(line["loc"][1:]) if line["loc"][:1] == ("body",) else tuple(line["loc"])
        error = line.get("ctx", {}).get("error")
        if isinstance(error, FaultyError):
            yield from (Fault((*path, *fault.path), fault.message) for fault in error.faults)
        elif line["type"] == "extra_forbidden":
            yield Fault(path, "There is no such field.")
        else:
            yield Fault(path, line["msg"].removeprefix("Value error, "))


def _plain(facts: Iterable[object]) -> list[dict[str, Any]]:
    return [fact.model_dump(mode="json") if isinstance(fact, BaseModel) else vars(fact) for fact in facts]


def _short(text: str, longest: int = LONGEST_TEXT) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= longest else text[: longest - 1] + "…"
