"""`budget plan`, `outlook` and `demo`: what each channel gets next month, and in the months after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import options, reading, screen

if TYPE_CHECKING:
    from pathlib import Path

    from app.dependencies import Language
    from app.optimize.replies import PlanReply
    from app.optimize.schemas import PlanRequest

SAMPLE_MONTH, SAMPLE_BUDGET = "2026-12", 1_000_000


def plan(
    file: options.MaybeFile = None,
    *,
    budget: options.Money,
    month: options.Month = None,
    reserve: options.Band = "10-15",
    bounds: options.Bounds = None,
    curves: options.Curves = None,
    channel: options.Channels = None,
    group: options.Groups = None,
    rules: options.Rules = None,
    target: options.Target = None,
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
    csv: options.CsvOut = None,
    xlsx: options.XlsxOut = None,
) -> None:
    """Plan a month from history or curves: what each channel gets, what is held back, and why."""
    with screen.explained(lang):
        from app.optimize import service
        from app.optimize.schemas import PlanRequest
        from app.optimize.tables import PlanView

        language = options.language(lang)
        given: dict[str, Any] = {"curves": curves, "channel": channel, "group": group, "rules": rules}
        given |= {"reserve": reserve, "bounds": bounds, "currency": currency, "objective": objective}
        given |= {"country": country, "event": event}
        body = reading.request(file, budget=budget, month=month, **given)
        body["target"] = target and {"response": target}
        request = PlanRequest.model_validate(body)
        reply = screen.with_progress(lambda: service.plan(request, language))
        _write(request, reply, csv, xlsx, language)
        screen.show(reply, PlanView(reply, language).render, as_json=as_json)


def _write(
    request: PlanRequest, reply: PlanReply, csv: Path | None, xlsx: Path | None, language: Language
) -> None:
    """The plan as files, where they are asked for."""
    if csv:
        from app.optimize import exports

        csv.write_bytes(exports.plan_csv(reply))
    if xlsx:
        from app.sheets.workbook.service import workbook_of

        xlsx.write_bytes(workbook_of(request, reply, language))


def outlook(
    file: options.File,
    *,
    budget: options.Money,
    months: Annotated[int, typer.Option(min=1, max=12, help="How many, the plan month included.")] = 3,
    move: Annotated[float, typer.Option(min=0, max=1, help="Share of a budget that may move.")] = 0.0,
    change: Annotated[
        float | None, typer.Option(min=0, help="Largest change of a channel from month to month: 0.3.")
    ] = None,
    month: options.Month = None,
    reserve: options.Band = "10-15",
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
) -> None:
    """Plan several months together: the first is the decision, the others are the outlook."""
    with screen.explained(lang):
        from app.outlook import service
        from app.outlook.schemas import OutlookRequest
        from app.outlook.tables import outlook_tables

        language = options.language(lang)
        body = reading.known(file, month)
        low, high = options.band(reserve, "--reserve")
        body |= {"budget": Decimal(repr(budget)), "currency": currency, "objective": objective}
        body |= {"reserve": {"min_share": low / 100, "max_share": high / 100}}
        body |= {"months": months, "move_share": move} | reading.calendar(country, event)
        if change is not None:
            names = dict.fromkeys(row["channel"] for row in body["history"])
            body["channels"] = [{"id": name, "max_change_share": change} for name in names]
        request = OutlookRequest.model_validate(body)
        reply = screen.with_progress(lambda: service.planned(request, language))
        screen.show(reply, lambda _: outlook_tables(reply, language), as_json=as_json)


def demo(*, lang: options.Lang = "en", as_json: options.AsJson = False) -> None:
    """Plan the sample shop's next month."""
    from sample_data import FOLDER

    history = FOLDER / "history_weekly.csv"
    plan(history, budget=SAMPLE_BUDGET, month=SAMPLE_MONTH, lang=lang, as_json=as_json)
