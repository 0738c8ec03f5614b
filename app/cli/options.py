"""What commands are told: the options that several of them share, and how each is read."""

from __future__ import annotations

from decimal import Decimal
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
MaybeFile = Annotated[
    Path | None,
    typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX of spend and results.", metavar="[FILE]"),
]
Curves = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Curves from this file, as `budget curves` reads it."),
]
Channels = Annotated[
    list[str] | None,
    typer.Option("--channel", help="Limits of a channel: '抖音: max_spend=300000 max_change_share=30%'."),
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", help="Limits that channels share: 'live: channels=抖音,快手 max_share=60%'."),
]
Rules = Annotated[
    str | None, typer.Option(help="What the plan has to bring: 'min_roi=2.5 max_cost_per_conversion=80'.")
]
Target = Annotated[
    float | None, typer.Option(help="Reach this with the least budget; --budget is then the most there is.")
]
Also = Annotated[
    list[str],
    typer.Option("--also", help="A scenario: 'a fifth more: budget=1200000 reserve.max_share=20%'."),
]
Budgets = Annotated[
    str | None, typer.Option(help="500000-1500000 (eleven steps), 500000-1500000/21, or 600000,900000.")
]
Lang = Annotated[str, typer.Option(help="Language of the words: en or zh.")]
Currency = Annotated[str, typer.Option(help="ISO 4217 code.")]
Country = Annotated[
    str | None,
    typer.Option(help="ISO 3166 code of the country whose festivals count; by default the currency's."),
]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", help="A promotion, past or coming: '店庆: start=2026-12-20 end=2026-12-26'."),
]
Objective = Annotated[
    str,
    typer.Option(
        help="revenue, profit, conversions, new_customers; or several weighed: revenue=0.6,new_customers=0.4."
    ),
]
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


def budgets(text: str) -> list[Decimal]:
    """Budgets one by one, or a range in even steps, to the whole unit."""
    listed, _, steps = text.partition("/")
    low, dash, high = listed.partition("-")
    try:
        if not dash:
            return [Decimal(part) for part in listed.split(",")]
        count = int(steps or 11)
        first, last = Decimal(low), Decimal(high)
        return [round(first + (last - first) * k / (count - 1)) * Decimal(1) for k in range(count)]
    except (ArithmeticError, ValueError):
        message = f"{text!r} is no range such as 500000-1500000/11."
        raise typer.BadParameter(message, param_hint="--budgets") from None


def language(lang: str) -> Language:
    """One of the languages that sentences come in."""
    if lang not in {"en", "zh"}:
        raise typer.BadParameter(f"{lang!r} is neither en nor zh.", param_hint="--lang")
    return lang  # type: ignore[return-value]
