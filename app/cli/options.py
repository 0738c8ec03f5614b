"""What commands are told: the options that several of them share, and how each is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.dependencies import Language

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
XlsxOut = Annotated[
    Path | None, typer.Option("--xlsx", help="Write the plan, with all its inputs, into this workbook.")
]


def band(text: str, option: str) -> tuple[float, float]:
    """Two numbers as in 10-15, or one for both."""
    low, _, high = text.replace("%", "").partition("-")
    try:
        read = float(low), float(high or low)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no range such as 10-15.", param_hint=option) from None
    if not 0 <= read[0] <= read[1]:
        raise typer.BadParameter(f"{text!r} must rise from 0 or more.", param_hint=option)
    return read


def language(lang: str) -> Language:
    """One of the languages that sentences come in."""
    if lang not in {"en", "zh"}:
        raise typer.BadParameter(f"{lang!r} is neither en nor zh.", param_hint="--lang")
    return lang  # type: ignore[return-value]
