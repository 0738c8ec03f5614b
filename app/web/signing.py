"""Signing in with a key, and out again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from app.access import service, sign_ins
from app.db.tables import WorkspaceRow
from app.errors import UnauthorizedError
from app.sessions import turn
from app.web.rendering import PageRoute, goto, page
from app.web.visits import COOKIE, AVisit, Sender, Visit, WritePage, from_here

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/sign-in")
def ask(visit: AVisit, next: str = "/plans") -> Response:  # noqa: A002  the query's own name
    """Where the key is asked for."""
    return _form(visit, next)


@router.post("/sign-in")
def sign_in(
    visit: AVisit,
    request: Request,
    _: Annotated[None, Depends(turn, scope="function")],
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "/plans",  # noqa: A002
) -> Response:
    """Exchange a key for a sign-in; the cookie is out of reach of scripts and of other sites."""
    from_here(request)
    state = request.app.state
    settings = state.settings
    try:
        with state.database.writing() as session:
            caller = service.find_caller(session, key.strip(), settings.key_secret, datetime.now(UTC))
            caller.check("read")
            session.get_one(WorkspaceRow, caller.workspace_id, with_for_update=True)
            token = sign_ins.begin(session, caller, settings.sign_in_hours, settings.key_secret)
            service.note_use(session, caller)
    except UnauthorizedError:
        state.failures.add(request.client.host if request.client else "")
        return _form(visit, next, is_wrong=True)
    answer = goto(_inside(next))
    seconds = int(settings.sign_in_hours * 3600)
    answer.set_cookie(COOKIE, token, seconds, httponly=True, samesite="lax", secure=visit.is_https)
    return answer


@router.post("/sign-out")
def sign_out(sender: Sender, session: WritePage) -> Response:
    """End the sign-in, here and on the server."""
    if sender.sign_in:
        sign_ins.end(session, sender.known(), sender.sign_in)
    answer = goto("/")
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=sender.is_https)
    return answer


def _form(visit: Visit, next_path: str, *, is_wrong: bool = False) -> Response:
    hours = f"{visit.request.app.state.settings.sign_in_hours:g}"
    status = 401 if is_wrong else 200
    return page(visit, "sign_in.html", status, next=_inside(next_path), is_wrong=is_wrong, hours=hours)


def _inside(path: str) -> str:
    """A path of this very service, whatever was asked for."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else "/plans"
