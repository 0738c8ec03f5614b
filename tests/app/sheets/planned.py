"""A shop with a plan that cells can read, and an evil name in it."""

from __future__ import annotations

from typing import Any

import httpx

from app.db.engine import Database
from tests.app.shop import Shop

EVIL = '=HYPERLINK("http://x","抖音")'
CHANNELS: list[dict[str, Any]] = [
    {"id": "douyin", "name": "抖音", "last_spend": 20000, "curve": {"points": [[0, 0], [50000, 120000.5]]}},
    {"id": "jd", "name": "京东", "max_spend": 30000, "curve": {"points": [[0, 0], [50000, 90000]]}},
    {"id": "evil", "name": EVIL, "max_spend": 0, "curve": {"points": [[0, 0], [50000, 90000]]}},
]
HISTORY = [
    {"channel": "douyin", "period": f"2026-{month:02}", "spend": 20000 + 500 * month, "revenue": 40000}
    for month in range(6, 12)
]
WISH = {"month": "2026-12", "budget": 80000.5, "channels": CHANNELS}


class PlannedShop(Shop):
    """A workspace with one draft for December 2026, and its sheet key."""

    def __init__(self, client: httpx.Client, database: Database, **wish: Any) -> None:
        super().__init__(client, database)
        self.admin.post("/v1/history", {"rows": HISTORY})
        self.plan = self.admin.post("/v1/plans", WISH | wish, 201)
        self.sig = self.sheet_key()

    def sheet_key(self, **bound: str) -> str:
        """A new key of the role sheet."""
        return str(self.admin.post("/v1/keys", {"name": "sheet", "role": "sheet", **bound}, 201)["key"])

    def ask(self, path: str, sig: str | None = None, method: str = "GET", **query: str) -> httpx.Response:
        """What an address under /sheets/ answers to a cell."""
        asked = {"sig": self.sig if sig is None else sig, **query}
        return self.client.request(method, f"/sheets/{path}", params=asked)

    def read(self, path: str, **query: str) -> str:
        """The text that a cell gets; it must get one."""
        reply = self.ask(path, **query)
        assert reply.status_code == 200, reply.text
        return reply.text
