"""The short way for cells: what is remembered is answered before any route is looked for.

A remembered answer is given at the same address to the same key alone, while that key lives and nothing in
its workspace has changed (see `standing`); all else goes the long way, which remembers what it tells.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.uses import Uses
from app.db.tables import PlanRow
from app.optimize.replies import PlanReply
from app.sheets.cells.remembered import Answer, Remembered
from app.sheets.cells.standing import Standings

MOST_ANSWERS, LONGEST_BODY, MOST_PLANS = 5000, 16_384, 100
PREFIX = "/sheets/"


class Memory:
    """What cells were told and which plans were read for them, by this process."""

    def __init__(self, standings: Standings, uses: Uses) -> None:
        self.standings, self.uses = standings, uses
        self.plans: Remembered[tuple[PlanRow, PlanReply]] = Remembered(MOST_PLANS)
        self._answers: Remembered[Answer] = Remembered(MOST_ANSWERS)

    async def answer_to(self, request: Request) -> Answer | None:
        """What this address was told before with this key, if that is still so."""
        if (digest := self.digest_of(request)) is None or not self._answers.has(
            asked := _asked(request, digest)
        ):
            return None
        standing = self.standings.known(digest) or await run_in_threadpool(self.standings.look, digest)
        if standing is None:
            return None
        self.uses.note(standing.caller(datetime.now(UTC)))
        return self._answers.find(asked, standing.head)

    def keep(self, request: Request, digest: str, head: str, answer: Answer) -> None:
        """Remember what an address was told with a key, read after the trail had this head."""
        if len(answer.body) <= LONGEST_BODY:
            self._answers.keep(_asked(request, digest), head, answer)

    def digest_of(self, request: Request) -> str | None:
        """The digest of the key that a request carries, as a header or in its address."""
        return self.standings.digest_of(key_of(request) or "")


class Lane:
    """Answers cells from memory; FastAPI sees what is not remembered."""

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self.app, self.memory = app, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if (
            scope["type"] == "http"
            and scope["method"] in {"GET", "HEAD"}
            and scope["path"].startswith(PREFIX)
        ):
            request = Request(scope)
            if known := await self.memory.answer_to(request):
                scope["route"] = known.route  # for the log
                app = known.response(request.headers.get("if-none-match", ""))
        await app(scope, receive, send)


def join(app: FastAPI) -> None:
    """Give the app its memory of cells, once it has its database."""
    state = app.state
    state.cells = Memory(Standings(state.database, state.settings.key_secret), state.uses)
    app.add_middleware(Lane, memory=state.cells)


def key_of(request: Request) -> str | None:
    """The key that a request carries, as a header or in its address."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key else request.query_params.get("sig")


def _asked(request: Request, digest: str) -> bytes:
    """What is asked with which key; HEAD asks what GET asks."""
    whole = "\n".join([digest, request.headers.get("authorization", ""), request.url.path, request.url.query])
    return hashlib.sha256(whole.encode()).digest()
