"""Phases of the months ahead, such as a launch: asked for by the page's address, drawn over their months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError
from starlette.datastructures import QueryParams

from app import problems
from app.outlook.schemas import OutlookRequest, PhaseInput
from app.web.forms import Typed
from app.web.gantt import Group, Row, TimeLine
from optimizer import Fault

FIELDS = ("name", "first", "last", "channel", "min_spend", "max_spend", "min_response")
AMOUNTS = ("min_spend", "max_spend")
MOST = 12


@dataclass(frozen=True)
class Phases:
    """The form's lines as they were typed, an empty one last, and the request with the phases they make."""

    lines: list[Typed]
    request: OutlookRequest

    @property
    def is_refused(self) -> bool:
        """Whether any line is at fault."""
        return any(line.is_refused for line in self.lines)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells these phases from others."""
        return tuple(phase.model_dump_json() for phase in self.request.phases)


def phases_of(query: QueryParams, request: OutlookRequest) -> Phases:
    """What the address asks for; every fault is kept beside its field, and then there are no phases."""
    asked = [query.getlist(name)[:MOST] for name in FIELDS]
    texts = [dict(zip(FIELDS, line, strict=False)) for line in zip(*asked, strict=False)]
    named = [line for line in texts if any(line[name].strip() for name in ("name", *FIELDS[4:]))]
    lines = [Typed(line, place=f"phase{place}-") for place, line in enumerate(named)]
    found = []
    for line in lines:
        line.homes = {"channels": "channel"}
        with line.heard():
            found.append(_phase(line))
    if found and len(found) == len(lines):
        request = _with(request, found, lines)
    first = str(request.month)
    empty = Typed({"first": first, "last": first}, place=f"phase{len(lines)}-")
    return Phases([*lines, *([empty] if len(lines) < MOST else [])], request)


def _phase(line: Typed) -> PhaseInput:
    body: dict[str, object] = {name: line.text(name) or "" for name in ("name", "first", "last")}
    body |= {name: line.amount(name) for name in AMOUNTS} | {"min_response": line.number("min_response")}
    if not any(body[name] is not None for name in (*AMOUNTS, "min_response")):
        line.add([Fault(("name",), "Say what the phase must spend or bring.")])
    channel = line.text("channel")
    return line.checked(PhaseInput, body | {"channels": [channel] if channel else []})


def _with(request: OutlookRequest, found: Sequence[PhaseInput], lines: Sequence[Typed]) -> OutlookRequest:
    """The request with these phases; as it was when they do not fit it, each fault told at its line."""
    known = {name: getattr(request, name) for name in request.model_fields_set}
    try:
        return OutlookRequest.model_validate(known | {"phases": list(found)})
    except ValidationError as error:
        for fault in problems.schema_faults(error.errors()):
            place = next((step for step in fault.path if isinstance(step, int)), 0)
            lines[place].add([fault])
        return request


def drawn(line: TimeLine, phases: Sequence[PhaseInput], prices: dict[str, float]) -> Group:
    """A row per phase over its months; what it must spend or bring is written beside, and what that costs."""
    say = line.figures.say
    rows = []
    for phase in phases:
        last = date.fromordinal(phase.last.end - 1)
        told = say("month.comma").join(_limits(line, phase, prices.get(phase.name, 0.0)))
        bars = [replace(bar, label=told) for bar in line.bar("stretch", told, phase.first.first, last)]
        rows.append(Row(phase.name, bars))
    return Group(say("ahead.phases"), rows)


def _limits(line: TimeLine, phase: PhaseInput, price: float) -> list[str]:
    figures = line.figures
    told = [
        figures.say(f"ahead.{name}", amount=figures.money(amount))
        for name in AMOUNTS
        if (amount := getattr(phase, name)) is not None
    ]
    if phase.min_response is not None:
        told.append(figures.say("ahead.min_response", amount=figures.response(phase.min_response)))
    if phase.channels:
        told.insert(0, phase.channels[0])
    if price > 0:
        told.append(figures.say("ahead.phase_price", unit=figures.unit, gain=figures.gain(price)))
    return told
