"""The same plans from a terminal: `budget plan`, `fit`, `curves`, `backtest`, `demo`, `serve`.

Heavy libraries are loaded by the command that needs them, so that help and mistakes answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from app.access.commands import audit_app, workspace_app
from app.db.commands import db_app

if TYPE_CHECKING:
    from app.dependencies import Language
    from app.optimize.replies import PlanReply

Made = TypeVar("Made")

app = typer.Typer(
    help="Next month's marketing budget, by channel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(workspace_app, name="workspace")
app.add_typer(db_app, name="db")
app.add_typer(audit_app, name="audit")
SAMPLE_MONTH, SAMPLE_BUDGET = "2026-12", 1_000_000

File = Annotated[
    Path,
    typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX of spend and results.", metavar="FILE"),
]
Month = Annotated[
    str | None, typer.Option(help="The month to plan, 2026-12; by default the one after the file's last day.")
]
Money = Annotated[float, typer.Option(min=0.01, help="What may be spent in the month, the reserve included.")]
Band = Annotated[str, typer.Option(help="Held back, per cent of the budget: 10-15, or 10.")]
Bounds = Annotated[
    str | None, typer.Option(help="Each channel's spend as multiples of last month's: 0.5-1.5.")
]
Lang = Annotated[str, typer.Option(help="Language of the words: en or zh.")]
Currency = Annotated[str, typer.Option(help="ISO 4217 code.")]
Objective = Annotated[str, typer.Option(help="revenue, conversions or new_customers.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the API's reply instead of a table.")]
CsvOut = Annotated[Path | None, typer.Option("--csv", help="Write the plan to this CSV file.")]
XlsxOut = Annotated[Path | None, typer.Option("--xlsx", help="Write the plan to this XLSX file.")]


@app.command()
def plan(
    file: File,
    *,
    budget: Money,
    month: Month = None,
    reserve: Band = "10-15",
    bounds: Bounds = None,
    currency: Currency = "CNY",
    objective: Objective = "revenue",
    lang: Lang = "en",
    as_json: AsJson = False,
    csv: CsvOut = None,
    xlsx: XlsxOut = None,
) -> None:
    """Plan a month from a file of history: how much for each channel, how much to hold back, and why."""
    with _explained():
        body = _known(file, month)
        low, high = _band(reserve, "--reserve")
        body |= {"budget": Decimal(repr(budget)), "currency": currency, "objective": objective}
        body["reserve"] = {"min_share": low / 100, "max_share": high / 100}
        if bounds:
            body["channels"] = _bounded(body, _band(bounds, "--bounds"))
        _show(_planned(body, _language(lang)), _language(lang), as_json=as_json, csv=csv, xlsx=xlsx)


@app.command()
def fit(
    file: File,
    *,
    month: Month = None,
    currency: Currency = "CNY",
    objective: Objective = "revenue",
    lang: Lang = "en",
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option(help="Draw the curves on this HTML page.")] = None,
) -> None:
    """Fit each channel's response curve from a file of history."""
    with _explained():
        from app.optimize import service
        from app.optimize.curve_page import curves_page
        from app.optimize.curve_view import curves_view
        from app.optimize.known import CurvesRequest

        body = _known(file, month) | {"currency": currency, "objective": objective}
        language = _language(lang)
        reply = _with_progress(lambda: service.curves(CurvesRequest.model_validate(body), language))
        if html:
            html.write_text(curves_page(reply, language), "utf-8")
        if as_json:
            sys.stdout.write(reply.model_dump_json(indent=2) + "\n")
        else:
            terminal().print(curves_view(reply, language))


@app.command()
def backtest(
    file: File,
    *,
    months: Annotated[int, typer.Option(min=1, max=24, help="How many past months to plan again.")] = 6,
    change: Annotated[float, typer.Option(min=0, max=1, help="Largest change against last month.")] = 0.5,
    currency: Currency = "CNY",
    objective: Objective = "revenue",
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Plan past months from what was known then: what it would have been worth, forecast against actual."""
    with _explained():
        from app.backtest import service
        from app.backtest.schemas import BacktestRequest
        from app.backtest.tables import backtest_tables

        body = _known(file, None) | {"currency": currency, "objective": objective}
        request = BacktestRequest.model_validate(body | {"months": months, "max_change_share": change})
        language = _language(lang)
        with _counted("Planning past months …") as on_month:
            reply = service.tried(request, language, on_month)
        if as_json:
            sys.stdout.write(reply.model_dump_json(indent=2) + "\n")
        else:
            terminal().print(backtest_tables(reply, language))


@app.command()
def curves(
    file: File,
    *,
    month: Annotated[str, typer.Option(help="The month to plan, 2026-12.")],
    days: Annotated[float | None, typer.Option(help="How many days the file's spend covers.")] = None,
    lang: Lang = "en",
) -> None:
    """Read response curves that another tool exported, as `channels` of a request to the API."""
    with _explained():
        from app.curves.service import imported
        from optimizer import Period

        wanted = Period.parse(month)
        reply = imported(file.read_bytes(), file.name, wanted, days, _language(lang))
        for note in reply.notes:
            _tell(note, "yellow")
        sys.stdout.write(reply.model_dump_json(indent=2, include={"channels"}) + "\n")


@app.command()
def demo(*, lang: Lang = "en", as_json: AsJson = False) -> None:
    """Plan the sample shop's next month."""
    from sample_data import FOLDER

    history = FOLDER / "history_weekly.csv"
    plan(history, budget=SAMPLE_BUDGET, month=SAMPLE_MONTH, lang=lang, as_json=as_json)


@app.command()
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
        f"Serving on http://{host}:{port} (its page: http://{host}:{port}/docs); Ctrl-C stops it."
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


def terminal(*, stderr: bool = False) -> Console:
    """As wide as the terminal; a hundred columns where there is none."""
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, width=None if is_terminal or "COLUMNS" in os.environ else 100)


def main() -> None:
    """The entry point of `budget`."""
    app(prog_name="budget")


def _known(file: Path, month: str | None) -> dict[str, Any]:
    """The part of a request that a file of history gives: rows before the plan month."""
    from app.history.files import read_history
    from app.optimize.known import month_after
    from optimizer import Period

    read = read_history(file.read_bytes(), file.name)
    for note in read.notes:
        _tell(note.message, "yellow")
    periods = [*(row.period for row in read.rows), *(row.period for row in read.outcomes)]
    wanted = Period.parse(month) if month else month_after(periods)
    rows = [row for row in read.rows if row.period.start < wanted.start]
    outcomes = [row for row in read.outcomes if row.period.start < wanted.start]
    if left_out := len(periods) - len(rows) - len(outcomes):
        _tell(f"{left_out} rows from {wanted} on were left out.", "yellow")
    return {
        "month": wanted,
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
    }


def _bounded(body: dict[str, Any], band: tuple[float, float]) -> list[dict[str, Any]]:
    """Each channel with a least and a most spend, as multiples of last month's, in whole cents."""
    from optimizer import HistoryRow, gather, last_spend

    history = gather([HistoryRow(**row) for row in body["history"]])
    return [
        {
            "id": name,
            "min_spend": Decimal(f"{band[0] * spent:.2f}"),
            "max_spend": Decimal(f"{band[1] * spent:.2f}"),
        }
        for name, spent in last_spend(history, body["month"]).items()
    ]


def _planned(body: dict[str, Any], language: Language) -> PlanReply:
    from app.optimize import service
    from app.optimize.schemas import PlanRequest

    return _with_progress(lambda: service.plan(PlanRequest.model_validate(body), language))


def _show(
    reply: PlanReply, language: Language, *, as_json: bool, csv: Path | None, xlsx: Path | None
) -> None:
    """Print the plan, as a table or as the API's reply, and write the files asked for."""
    from app.optimize import exports
    from app.optimize.tables import PlanView

    if csv:
        csv.write_bytes(exports.plan_csv(reply))
    if xlsx:
        xlsx.write_bytes(exports.plan_xlsx(reply))
    if as_json:
        sys.stdout.write(reply.model_dump_json(indent=2) + "\n")
    else:
        screen = terminal()
        screen.print(PlanView(reply, language).render(screen.width))


def _with_progress(make: Callable[[], Made]) -> Made:
    """Run something that may take seconds, with a clock beside it on a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=terminal(stderr=True), transient=True) as progress:
        progress.add_task("Fitting curves and planning …", total=None)
        return make()


@contextmanager
def _counted(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal that is told how many steps are done, of how many."""
    from rich.progress import Progress

    with Progress(console=terminal(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever is wrong with the input into a line per fault on standard error, and exit code 1."""
    from pydantic import ValidationError

    from app import problems
    from optimizer import InputError, OptimizerError

    try:
        yield
    except ValidationError as error:
        faults = problems.schema_faults(error.errors())
        _fail([f"{problems.pointer(fault.path)}: {fault.message}" for fault in faults])
    except InputError as error:
        _fail([fault.message for fault in error.faults])
    except OptimizerError as error:
        _fail([str(error)])


def _fail(lines: list[str]) -> None:
    for line in lines:
        _tell(line, "red")
    raise typer.Exit(1)


def _tell(line: str, colour: str) -> None:
    terminal(stderr=True).print(line, style=colour, markup=False, highlight=False)


def _band(text: str, option: str) -> tuple[float, float]:
    """Two numbers as in 10-15, or one for both."""
    low, _, high = text.replace("%", "").partition("-")
    try:
        band = float(low), float(high or low)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no range such as 10-15.", param_hint=option) from None
    if not 0 <= band[0] <= band[1]:
        raise typer.BadParameter(f"{text!r} must rise from 0 or more.", param_hint=option)
    return band


def _language(lang: str) -> Language:
    if lang not in {"en", "zh"}:
        raise typer.BadParameter(f"{lang!r} is neither en nor zh.", param_hint="--lang")
    return lang  # type: ignore[return-value]


if __name__ == "__main__":
    main()
