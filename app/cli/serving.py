"""`budget serve`: the pages and the API, until stopped."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Annotated

import typer

from app.cli.screen import terminal


def serve(
    port: Annotated[int | None, typer.Option(help="By default BUDGET_PORT, 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="By default BUDGET_HOST, 127.0.0.1.")] = None,
    opens: Annotated[bool, typer.Option("--open", help="Open a browser, where there is a desktop.")] = False,
) -> None:
    """Serve the pages and the API until stopped."""
    import uvicorn

    from app.main import create_app
    from app.observability import set_up_logging
    from app.settings import Settings

    settings = Settings()
    host, port = host or settings.host, port or settings.port
    set_up_logging(settings.log_level)
    terminal().print(
        f"Open http://{host}:{port}/ in a browser (the API: http://{host}:{port}/docs); Ctrl-C stops it."
    )
    if opens and has_desktop():
        threading.Thread(target=_open, args=(f"http://{host}:{port}",), daemon=True).start()
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_keep_alive=5,
        timeout_graceful_shutdown=30,
    )


def has_desktop() -> bool:
    """Whether someone sits in front of this terminal with a browser that has windows."""
    has_windows = sys.platform in {"darwin", "win32"} or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()
    return sys.stdout.isatty() and bool(has_windows)


def _open(address: str) -> None:
    """Open the first page as soon as the service can plan."""
    import webbrowser

    import httpx

    for _ in range(300):
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                webbrowser.open(f"{address}/")
                return
        except httpx.HTTPError:
            time.sleep(0.2)
