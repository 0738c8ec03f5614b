"""`budget jobs run-due`: what cron calls, and whoever does not want to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from app.db.commands import opened

jobs_app = typer.Typer(help="What is done by itself.", no_args_is_help=True)


@jobs_app.callback()
def jobs() -> None:
    """What is done by itself."""


@jobs_app.command("run-due")
def run_due(
    *,
    now: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z"],
            help="Instead of now: 2027-01-01T00:00:00Z.",
        ),
    ] = None,
) -> None:
    """Draft every month that is due, of every workspace, each once; exit code 1 when one failed."""
    from app.observability import set_up_logging
    from app.schedule import webhooks
    from app.schedule.jobs import run_due

    began = datetime.now(UTC)
    wanted = began if now is None else now.replace(tzinfo=now.tzinfo or UTC)

    def clock() -> datetime:
        return wanted + (datetime.now(UTC) - began)

    failed = 0
    with opened() as (settings, database):
        set_up_logging(settings.log_level)
        for ended in run_due(database, clock):
            failed += ended.outcome == "failed"
            typer.echo(
                f"{ended.workspace} {ended.period}: {ended.outcome} {ended.plan_id or ended.message or ''}"
            )
        webhooks.tell(database, clock(), may_be_private=settings.private_webhooks)
    raise typer.Exit(1 if failed else 0)
