"""What a forked server has from its parent: an app whose every route was tried, and all that plans load.

No thread runs here, so that a fork has all of it.
"""

from __future__ import annotations

import asyncio
import gc

import httpx
import uvicorn

from app.main import create_app
from app.optimize.routes import warm_up
from app.settings import Settings

app = create_app(Settings(database_url="sqlite://", threads=4))


async def _ask() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        assert (await client.get("/healthz")).status_code == 200


asyncio.run(_ask())
warm_up()
uvicorn.Config(app, log_config=None, ws="none").load()
gc.freeze()
