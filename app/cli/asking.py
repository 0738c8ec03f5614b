"""`budget compare` and `budget sweep`: what if."""

from __future__ import annotations

from typing import Any

from app.cli import options, reading, screen, terms


def compare(
    file: options.MaybeFile = None,
    *,
    budget: options.Money,
    also: options.Also,
    month: options.Month = None,
    reserve: options.Band = "10-15",
    bounds: options.Bounds = None,
    curves: options.Curves = None,
    channel: options.Channels = None,
    group: options.Groups = None,
    rules: options.Rules = None,
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
) -> None:
    """Plan the month as asked, and again with changes: side by side, and what differs."""
    with screen.explained(lang):
        from app.scenarios import service
        from app.scenarios.schemas import CompareRequest
        from app.scenarios.tables import compare_view

        language = options.language(lang)
        given: dict[str, Any] = {"curves": curves, "channel": channel, "group": group, "rules": rules}
        given |= {"reserve": reserve, "bounds": bounds, "currency": currency, "objective": objective}
        given |= {"country": country, "event": event}
        body = reading.request(file, budget=budget, month=month, **given)
        scenarios = [terms.named(text, "--also") for text in also]
        wish = {"base": body, "scenarios": [{"name": name, "changes": made} for name, made in scenarios]}
        request = CompareRequest.model_validate(wish)
        reply = screen.with_progress(lambda: service.compared(request, language))
        screen.show(reply, lambda _: compare_view(reply, language), as_json=as_json)


def sweep(
    file: options.MaybeFile = None,
    *,
    budget: options.Money,
    budgets: options.Budgets = None,
    month: options.Month = None,
    reserve: options.Band = "10-15",
    bounds: options.Bounds = None,
    curves: options.Curves = None,
    channel: options.Channels = None,
    group: options.Groups = None,
    rules: options.Rules = None,
    currency: options.Currency = "CNY",
    country: options.Country = None,
    event: options.Events = None,
    objective: options.Objective = "revenue",
    lang: options.Lang = "en",
    as_json: options.AsJson = False,
) -> None:
    """What each budget of a range brings at best, and the best budget of all."""
    with screen.explained(lang):
        from app.scenarios import service
        from app.scenarios.schemas import SweepRequest
        from app.scenarios.tables import sweep_view

        language = options.language(lang)
        given: dict[str, Any] = {"curves": curves, "channel": channel, "group": group, "rules": rules}
        given |= {"reserve": reserve, "bounds": bounds, "currency": currency, "objective": objective}
        given |= {"country": country, "event": event}
        body = reading.request(file, budget=budget, month=month, **given)
        body["budgets"] = options.budgets(budgets) if budgets else []
        request = SweepRequest.model_validate(body)
        reply = screen.with_progress(lambda: service.swept(request, language))
        screen.show(reply, lambda width: sweep_view(reply, language, width), as_json=as_json)
