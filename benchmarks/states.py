"""Do plans, reserves and the schedule ever reach a state that the rules do not allow, whatever people try?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.db.engine import Database
from app.settings import Settings
from benchmarks.crash import database_of
from tests.app.databases import ENGINES
from tests.app.served import served
from tests.journeys.machine import walk

STEPS_A_WALK, WALKS_AT_ONCE = 50, 10


def main(
    steps: Annotated[int, typer.Option(help="Steps on each engine.")] = 20_000,
    first: Annotated[int, typer.Option(help="The step to go on from.")] = 0,
    only: Annotated[str, typer.Option(help="One engine: sqlite or postgresql; both by default.")] = "",
) -> None:
    """Random walks of drafts, moves, wishes, decisions and the clock against a model; a surprise is shown."""
    for engine in [only] if only else ENGINES:
        with database_of(engine) as url:
            walked(url, engine, first, steps)


def walked(url: str, engine: str, first: int, steps: int) -> None:
    """Walk on one database, some walks at a time, and tell how far that is."""
    database, stride = Database(url), STEPS_A_WALK * WALKS_AT_ONCE
    with served(Settings(database_url=url, threads=4, tick_seconds=0)) as client:
        for start in range(first, steps, stride):
            walk((client, database), examples=WALKS_AT_ONCE, steps=STEPS_A_WALK, start=start)
            typer.echo(f"{engine}: {start + stride:,} of {steps:,} steps, no illegal state")
    database.close()
