"""A draft: what is asked for, completed by what is stored, planned as `/v1/optimize` plans it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.channels import repository as channels
from app.dependencies import Language
from app.events import repository as events
from app.experiments import repository as experiments
from app.goals import repository as goals
from app.history import repository as history
from app.optimize import service
from app.optimize.schemas import PlanRequest
from app.plans import rolling
from app.plans.repository import Draft
from app.plans.schemas import DraftInput


def make(session: Session, caller: Caller, wish: DraftInput, language: Language) -> Draft:
    """Plan the month from what is stored and what is asked for."""
    rolled = rolling.into(session, caller, str(wish.month))
    request = complete(session, caller, wish, rolled)
    made = service.made(request, language)
    return Draft(request, made.reply(language), made.evidence, language, rolled)


def complete(session: Session, caller: Caller, wish: DraftInput, rolled: int) -> PlanRequest:
    """The whole request; raises what `/v1/optimize` answers to it when it cannot be planned.

    `rolled` minor units of the last reserve are added to the budget, and stay held back.
    """
    given = wish.model_dump(mode="json", exclude_unset=True) | _with_rolled(wish, rolled, caller.currency)
    rows, outcomes = history.rows_before(session, caller, wish.month)
    stored: dict[str, Any] = {
        "currency": caller.currency,
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
        "events": calendar(session, caller),
    }
    known = {
        row.id: row.model_dump(mode="json", exclude={"version"}) for row in channels.every(session, caller)
    }
    seen = known.keys() | {row.channel for row in rows}
    for name, spend in rolling.last_spends(session, caller, wish.month).items():
        if name in seen:
            known[name] = known.get(name, {"id": name}) | {"last_spend": spend}
    for channel in given.pop("channels", []):
        known[channel["id"]] = known.get(channel["id"], {}) | channel
    names = {*known, *(row.channel for row in rows)}
    stored["experiments"] = [
        test.model_dump(mode="json")
        for test in experiments.before(session, caller, wish.month)
        if test.channel in names
    ]
    given["rules"] = goals.rules_for(session, caller, wish.month) | given.get("rules", {})
    try:
        return PlanRequest.model_validate(stored | given | {"channels": list(known.values())})
    except ValidationError as error:
        raise refusal(error) from error


def calendar(session: Session, caller: Caller) -> list[dict[str, str]]:
    """The stored events, as a request takes them."""
    return [
        {"name": row.name, "start": row.start.isoformat(), "end": row.end.isoformat()}
        for row in events.every(session, caller)
    ]


def whole(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units."""
    return money.from_minor(money.to_minor(amount, currency), currency)


def _with_rolled(wish: DraftInput, rolled: int, currency: str) -> dict[str, Any]:
    """What of the wish a rolled reserve changes."""
    if not rolled:
        return {}
    budget = money.to_minor(wish.budget, currency) + rolled
    band = rolling.kept_back(wish.reserve, rolled, budget)
    return {"budget": money.from_minor(budget, currency), "reserve": band.model_dump()}


def refusal(error: ValidationError) -> RequestValidationError:
    """Faults of a completed request, as faults of the body that was sent."""
    return RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()])
