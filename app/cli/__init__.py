"""The same plans from a terminal: `budget plan`, `compare`, `sweep`, `fit`, `backtest` and others.

Heavy libraries are loaded by the command that needs them, so that help and mistakes answer at once.
"""

from __future__ import annotations

import typer

from app.access.commands import audit_app, workspace_app
from app.cli import asking, learning, planning, serving, workbooks
from app.db.commands import db_app
from app.schedule.commands import jobs_app

app = typer.Typer(
    help="Next month's marketing budget, by channel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    planning.plan,
    planning.outlook,
    asking.compare,
    asking.sweep,
    learning.fit,
    learning.curves,
    learning.backtest,
    planning.demo,
    workbooks.workbook,
    serving.serve,
):
    app.command()(command)
app.add_typer(workspace_app, name="workspace")
app.add_typer(db_app, name="db")
app.add_typer(audit_app, name="audit")
app.add_typer(jobs_app, name="jobs")


def main() -> None:
    """The entry point of `budget`."""
    app(prog_name="budget")
