"""`budget fit`, `curves` and `backtest`: what the past teaches, and how far to trust it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli import options, reading, screen


def fit(
    file: options.File,
    *,
    month: options.Month = None,
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
    html: Annotated[Path | None, typer.Option(help="Draw the curves on this HTML page.")] = None,
    png: Annotated[Path | None, typer.Option(help="Draw the curves, at most forty, as this PNG.")] = None,
) -> None:
    """Fit each channel's response curve from a file of history."""
    with screen.explained(lang):
        from app.optimize import service
        from app.optimize.curve_page import curves_page
        from app.optimize.curve_picture import curves_picture
        from app.optimize.curve_requests import CurvesRequest
        from app.optimize.curve_view import curves_view

        body = reading.known(file, month) | {"currency": currency, "objective": objective}
        body |= reading.calendar(country, event)
        language = options.language(lang)
        reply = screen.with_progress(lambda: service.curves(CurvesRequest.model_validate(body), language))
        if html:
            html.write_text(curves_page(reply, language), "utf-8")
        if png:
            png.write_bytes(curves_picture(reply, language))
        screen.show(reply, lambda _: curves_view(reply, language), as_json=as_json)


def backtest(
    file: options.File,
    *,
    months: Annotated[int, typer.Option(min=1, max=24, help="How many past months to plan again.")] = 6,
    change: Annotated[float, typer.Option(min=0, max=1, help="Largest change against last month.")] = 0.5,
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
) -> None:
    """Plan past months from what was known then: what it would have been worth, forecast against actual."""
    with screen.explained(lang):
        from app.backtest import service
        from app.backtest.schemas import BacktestRequest
        from app.backtest.tables import backtest_tables

        body = reading.known(file, None) | {"currency": currency, "objective": objective}
        body |= reading.calendar(country, event)
        request = BacktestRequest.model_validate(body | {"months": months, "max_change_share": change})
        language = options.language(lang)
        with screen.counted() as on_month:
            reply = service.tried(request, language, on_month)
        screen.show(reply, lambda _: backtest_tables(reply, language), as_json=as_json)


def curves(
    file: options.File,
    *,
    month: Annotated[str, typer.Option(help="The month to plan, 2026-12.")],
    days: Annotated[float | None, typer.Option(help="How many days the file's spend covers.")] = None,
    lang: options.Lang = "en",
) -> None:
    """Read response curves that another tool exported, as `channels` of a request to the API."""
    with screen.explained(lang):
        from app.curves.service import imported
        from optimizer import Period

        wanted = Period.parse(month)
        reply = imported(file.read_bytes(), file.name, wanted, days, options.language(lang))
        for note in (*reply.notes, *(warning.message for warning in reply.warnings)):
            screen.tell(note)
        sys.stdout.write(reply.model_dump_json(indent=2, include={"channels"}) + "\n")
