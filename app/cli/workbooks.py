"""`budget workbook`: one to fill in, or one with the plan made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli import options, screen

Language = Annotated[str | None, typer.Option(help="en or zh; by default the workbook's own, or en.")]
Out = Annotated[Path, typer.Argument(dir_okay=False, help="The workbook that is written.", metavar="[OUT]")]
FilledIn = Annotated[
    Path | None,
    typer.Option("--from", exists=True, dir_okay=False, help="A filled-in workbook to plan from."),
]


def workbook(
    out: Out = Path("budget.xlsx"),
    *,
    filled_in: FilledIn = None,
    currency: options.Currency = "CNY",
    lang: Language = None,
) -> None:
    """Write a workbook to fill in; or, from a filled-in one, the workbook with the plan.

    Where cells are wrong they are named, and OUT is a copy with these cells marked.
    """
    with screen.explained(lang or "en"):
        from app.sheets.workbook.marking import marked_copy
        from app.sheets.workbook.refusals import WorkbookClashError, WorkbookError
        from app.sheets.workbook.service import plan_workbook
        from app.sheets.workbook.writing import empty_workbook

        language = options.language(lang) if lang else None
        if filled_in is None:
            out.write_bytes(empty_workbook(language or "en", currency))
            return
        data = filled_in.read_bytes()
        try:
            out.write_bytes(screen.with_progress(lambda: plan_workbook(data, filled_in.name, language)).data)
        except (WorkbookError, WorkbookClashError) as error:
            if copy := marked_copy(data, filled_in.name, error.faults):
                out.write_bytes(copy)
            raise
