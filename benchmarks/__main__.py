"""Run a benchmark by name: `python -m benchmarks plan_quality --family festival`."""

from __future__ import annotations

import typer

from benchmarks import (
    allocators,
    cells,
    concurrency,
    contract,
    crash,
    odd_files,
    pages,
    plan_quality,
    powercut,
    proof,
    reading,
    recovery,
    rolling_year,
    screens,
    speed,
    states,
    upload,
)

app = typer.Typer(help=__doc__, no_args_is_help=False, add_completion=False)
app.command("plan_quality")(plan_quality.main)
app.command("rolling_year")(rolling_year.main)
app.command("recovery")(recovery.main)
app.command("speed")(speed.main)
app.command("allocators")(allocators.main)
app.command("cells")(cells.main)
app.command("contract")(contract.main)
app.command("proof")(proof.main)
app.command("odd_files")(odd_files.main)
app.command("concurrency")(concurrency.main)
app.command("crash")(crash.main)
app.command("powercut")(powercut.main)
app.command("states")(states.main)
app.command("reading")(reading.main)
app.command("upload")(upload.main)
app.command("pages")(pages.main)
app.command("screens")(screens.main)


@app.callback(invoke_without_command=True)
def all_short(context: typer.Context) -> None:
    """All benchmarks in their short form, unless one is named."""
    if context.invoked_subcommand is None:
        plan_quality.main(worlds=2)
        rolling_year.main(worlds=1)
        speed.main(plans=3)
        allocators.main(seeds=3, sizes="5,20,100")
        contract.main(cases=20)
        cells.main(reads=200, cells=100)


if __name__ == "__main__":
    app()
