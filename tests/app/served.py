"""The real server in a thread, and a client to it: what is tested is what is run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from app.main import create_app
from app.settings import Settings


@contextmanager
def served(settings: Settings | None = None) -> Iterator[httpx.Client]:
    """A client of a server of its own on a free port; both end with the block."""
    app = create_app(settings or Settings())
    server = uvicorn.Server(uvicorn.Config(app, port=0, access_log=False, log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        yield client
    server.should_exit = True
    thread.join()
