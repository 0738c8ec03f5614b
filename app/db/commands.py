"""What the operator does to the database at a terminal: bring it up to date, back it up, restore it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.db.engine import Database
    from app.settings import Settings

db_app = typer.Typer(help="The database that BUDGET_DATABASE_URL names.", no_args_is_help=True)
BackupFile = Annotated[Path, typer.Argument(dir_okay=False, metavar="FILE")]


@db_app.command()
def upgrade() -> None:
    """Bring the schema up to date; a server also does so by itself before it first stores."""
    with opened() as (_, database):
        database.upgrade()
    typer.echo("The schema is up to date.")


@db_app.command()
def backup(file: BackupFile) -> None:
    """Write everything that is stored to one file, as it is at one moment; the server may go on."""
    from app.db import backup as backups

    with opened() as (_, database):
        made = backups.write(database, file)
    typer.echo(f"{made.rows:,} rows backed up to {file} (schema {made.schema}).")


@db_app.command()
def restore(file: BackupFile) -> None:
    """Restore a backup of any engine into an empty database; a damaged file restores nothing."""
    from app.db import backup as backups

    try:
        with opened() as (_, database):
            made = backups.restore(database, file)
    except backups.BackupError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{made.rows:,} rows of {made.made_at} restored. `budget audit verify` checks the trail.")


@contextmanager
def opened() -> Iterator[tuple[Settings, Database]]:
    """The settings and the database they name, closed at the end."""
    from app.db.engine import Database
    from app.settings import Settings

    settings = Settings()
    database = Database(settings.database_url)
    try:
        yield settings, database
    finally:
        database.close()
