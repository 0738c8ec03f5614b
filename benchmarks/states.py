"""Do plans, reserves and the schedule ever reach a state that the rules do not allow, whatever people try?"""

from __future__ import annotations

import tempfile
from typing import Annotated

import typer

from app.db.engine import Database
from app.settings import Settings
from tests.app.databases import ENGINES, new_database, postgresql, server_binaries
from tests.app.served import served
from tests.journeys.machine import walk

STEPS_A_WALK = 50


def main(steps: Annotated[int, typer.Option(help="Steps on each engine.")] = 20_000) -> None:
    """Random walks of drafts, moves, wishes, decisions and the clock against a model; a surprise is shown."""
    binaries = server_binaries()
    for engine in ENGINES:
        if engine == "sqlite":
            with tempfile.TemporaryDirectory() as folder:
                walked(f"sqlite:///{folder}/budget.db", steps)
        elif binaries:
            with postgresql(binaries) as address:
                walked(new_database(address), steps)
        typer.echo(f"{engine}: {steps:,} steps, no illegal state")


def walked(url: str, steps: int) -> None:
    """Walk on one database."""
    database = Database(url)
    with served(Settings(database_url=url, threads=4)) as client:
        walk((client, database), examples=steps // STEPS_A_WALK, steps=STEPS_A_WALK)
    database.close()
