"""Scripts that spreadsheets run in a browser come from an origin of their own, and must be let in by name.

An Office Script's `fetch` is such a caller, and is only let in by `*`. That is safe where nothing is given
to whoever has a cookie: under `/sheets/` and at `/v1/optimize` a key is sent as a header or not at all.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DAY_SECONDS = 86400
METHODS = {"/sheets/": "GET, HEAD, OPTIONS", "/v1/optimize": "POST, OPTIONS"}


class AnyOrigin:
    """Lets scripts of any origin ask where no cookie counts, and answers OPTIONS there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        methods = next((METHODS[start] for start in METHODS if path.startswith(start)), None)
        if scope["type"] != "http" or methods is None:
            await self.app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await _may_ask(methods)(scope, receive, send)
        else:
            await self.app(scope, receive, _opened(send))


def _opened(send: Send) -> Send:
    async def send_opened(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Access-Control-Allow-Origin"] = "*"
        await send(message)

    return send_opened


def _may_ask(methods: str) -> Response:
    headers = {
        "Allow": methods,
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": str(DAY_SECONDS),
    }
    return Response(status_code=204, headers=headers)
