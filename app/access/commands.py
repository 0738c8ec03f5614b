"""What the operator of a server does at its terminal: workspaces and the trail."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from app.db.commands import opened

workspace_app = typer.Typer(help="Workspaces: one shop each, with its own keys.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@workspace_app.command()
def create(
    name: Annotated[str, typer.Argument(help="The shop's name.")],
    *,
    currency: Annotated[str, typer.Option(help="ISO 4217 code; it stays.")] = "CNY",
    time_zone: Annotated[str, typer.Option(help="Where its months begin, e.g. Asia/Shanghai.")] = "UTC",
    person: Annotated[str, typer.Option(help="Who holds the first key.")] = "admin",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a workspace and print its first admin key, this once."""
    from app.access import service
    from app.access.schemas import WorkspaceInput

    with opened() as (settings, database), database.writing() as session:
        wish = WorkspaceInput(name=name, currency=currency, time_zone=time_zone, person=person)
        workspace, key = service.create_workspace(session, wish, settings.key_secret)
    if as_json:
        sys.stdout.write(json.dumps({"workspace": workspace.id, "key": key}) + "\n")
    else:
        typer.echo(f"Workspace {workspace.id} ({name}, {currency}). Its admin key, shown this once:\n{key}")


@audit_app.command()
def verify() -> None:
    """Check every workspace's trail; exit code 1 when one was tampered with."""
    from sqlalchemy import select

    from app.access import audit
    from app.db.tables import WorkspaceRow

    is_whole = True
    with opened() as (_, database), database.reading() as session:
        for workspace in session.scalars(select(WorkspaceRow).order_by(WorkspaceRow.id)):
            broken = audit.broken_link(session, workspace.id)
            is_whole &= broken is None
            typer.echo(f"{workspace.id}: {broken or f'{workspace.audit_count} entries, whole'}")
    raise typer.Exit(0 if is_whole else 1)
