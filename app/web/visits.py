"""Who looks at a page, in which language, and whether a form really comes from one of our pages."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Form, Query, Request
from sqlalchemy.orm import Session

from app.access import service, sign_ins
from app.access.callers import Caller
from app.chinese import in_language
from app.db.tables import SignInRow, WorkspaceRow
from app.dependencies import Language, preferred
from app.errors import ForbiddenError, UnauthorizedError
from app.sessions import turn
from app.web.texts import Say

COOKIE, LANGUAGE_COOKIE = "budget_sign_in", "budget_language"
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Visit:
    """One look at a page; `caller` is None for whoever has not signed in."""

    request: Request
    language: Language
    has_chosen: bool
    caller: Caller | None = None
    sign_in: SignInRow | None = None

    @property
    def say(self) -> Say:
        """Texts in the visitor's language."""
        return Say(self.language)

    def tell(self, sentence: str) -> str:
        """What an error or a note says, in the visitor's language."""
        return in_language(sentence, self.language)

    @property
    def form_token(self) -> str:
        """What every form of a signed-in person carries."""
        return self.sign_in.form_token if self.sign_in else ""

    @property
    def is_https(self) -> bool:
        """Whether cookies can be kept from plain connections."""
        return self.request.url.scheme == "https"

    def known(self) -> Caller:
        """Who this is; raises `UnauthorizedError` for a stranger."""
        if self.caller is None:
            raise UnauthorizedError("Sign in first.")
        return self.caller

    def switched(self, language: Language) -> str:
        """This page in another language."""
        return str(self.request.url.include_query_params(lang=language).replace(scheme="", netloc=""))


def visit(request: Request, lang: Annotated[Language | None, Query()] = None) -> Visit:
    """The visitor, by the cookie; one whose sign-in has ended is a stranger."""
    asked = request.cookies.get(LANGUAGE_COOKIE)
    liked = cast(Language, asked) if asked in {"en", "zh"} else None
    language = lang or liked or preferred(request.headers.get("accept-language", ""))
    has_chosen = lang is not None and lang != liked
    token = request.cookies.get(COOKIE)
    if not token:
        return Visit(request, language, has_chosen)
    state = request.app.state
    try:
        with state.database.reading() as session:
            caller, row = sign_ins.find(session, token, state.settings.key_secret, datetime.now(UTC))
    except UnauthorizedError:
        return Visit(request, language, has_chosen)
    return Visit(request, language, has_chosen, caller, row)


AVisit = Annotated[Visit, Depends(visit)]


def from_here(request: Request) -> None:
    """Raise `ForbiddenError` unless a browser says that the form stood on a page of this very origin."""
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host"):
        raise ForbiddenError("This form was sent from another site.")


def with_token(visit: AVisit, request: Request, form_token: Annotated[str, Form()] = "") -> Visit:
    """The visitor who sent a form that this very sign-in was given."""
    from_here(request)
    if form_token and visit.caller is None:
        raise UnauthorizedError("Your sign-in has ended. Sign in again, then fill in the form once more.")
    if not hmac.compare_digest(form_token.encode(), visit.form_token.encode()):
        raise ForbiddenError("This form is from before you signed in; open the page again.")
    return visit


Sender = Annotated[Visit, Depends(with_token)]


def reading(visit: AVisit) -> Iterator[Session]:
    """A session that only reads, for someone signed in."""
    visit.known().check("read")
    with visit.request.app.state.database.reading() as session:
        yield session


def writing(sender: Sender, _: Annotated[None, Depends(turn, scope="function")]) -> Iterator[Session]:
    """A session whose changes are committed before the answer is sent; writers of a workspace take turns."""
    caller = sender.known()
    with sender.request.app.state.database.writing() as session:
        session.get_one(WorkspaceRow, caller.workspace_id, with_for_update=True)
        service.note_use(session, caller)
        yield session


ReadPage = Annotated[Session, Depends(reading, scope="function")]
WritePage = Annotated[Session, Depends(writing, scope="function")]


def check_key(sender: Visit, session: Session, key: str) -> None:
    """Raise `ForbiddenError` unless it is the sender's own key; wrong ones are counted."""
    state = sender.request.app.state
    try:
        sign_ins.check_again(session, sender.known(), key.strip(), state.settings.key_secret)
    except ForbiddenError:
        state.failures.add(sender.request.client.host if sender.request.client else "")
        raise
