"""A draft: what is asked for, completed by what is stored, planned as `/v1/optimize` plans it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels import repository as channels
from app.dependencies import Language
from app.events import repository as events
from app.experiments import repository as experiments
from app.goals import repository as goals
from app.history import repository as history
from app.optimize import service
from app.optimize.evidence import Evidence
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from app.plans.schemas import DraftInput


@dataclass(frozen=True)
class Draft:
    """A plan that is not yet stored, and all it was made from."""

    request: PlanRequest
    reply: PlanReply
    evidence: Evidence
    language: Language


def make(session: Session, caller: Caller, wish: DraftInput, language: Language) -> Draft:
    """Plan the month from what is stored and what is asked for."""
    request = complete(session, caller, wish)
    made = service.made(request, language)
    return Draft(request, made.reply(language), made.evidence(), language)


def complete(session: Session, caller: Caller, wish: DraftInput) -> PlanRequest:
    """The whole request; raises what `/v1/optimize` answers to it when it cannot be planned."""
    given = wish.model_dump(mode="json", exclude_unset=True)
    rows, outcomes = history.rows_before(session, caller, wish.month)
    stored: dict[str, Any] = {
        "currency": caller.currency,
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
        "events": [
            {"name": row.name, "start": row.start.isoformat(), "end": row.end.isoformat()}
            for row in events.every(session, caller)
        ],
    }
    known = {
        row.id: row.model_dump(mode="json", exclude={"version"}) for row in channels.every(session, caller)
    }
    for channel in given.pop("channels", []):
        known[channel["id"]] = known.get(channel["id"], {}) | channel
    names = {*known, *(row.channel for row in rows)}
    stored["experiments"] = [
        test.model_dump(mode="json", exclude={"id", "version"})
        for test in experiments.before(session, caller, wish.month)
        if test.channel in names
    ]
    given["rules"] = goals.rules_for(session, caller, wish.month) | given.get("rules", {})
    try:
        return PlanRequest.model_validate(stored | given | {"channels": list(known.values())})
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


def content_hash(reply: dict[str, Any]) -> str:
    """SHA-256 over what a plan says; how long the solver took is not part of it."""
    said = reply | {"certificate": {k: v for k, v in reply["certificate"].items() if k != "seconds"}}
    written = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()
