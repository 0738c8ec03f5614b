"""`budget serve`: the API, until stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.screen import terminal


def serve(
    port: Annotated[int | None, typer.Option(help="By default BUDGET_PORT, 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="By default BUDGET_HOST, 127.0.0.1.")] = None,
) -> None:
    """Serve the API until stopped."""
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
