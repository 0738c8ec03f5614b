"""The calendar: the festivals that every plan knows, by country, and the shop's own promotions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.events import repository, service
from app.optimize.known import EventInput
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from app.workspace import repository as workspace
from optimizer import AFTERMATH, shopping_calendar

router = APIRouter(route_class=PageRoute, include_in_schema=False)
COUNTRIES = ("CN", "HK", "MO", "TW", "SG", "US", "GB", "DE", "FR", "JP", "KR")
FIELDS = ("name", "start", "end")


@dataclass(frozen=True)
class Span:
    """An event of the calendar, as it is read."""

    id: str
    name: str
    days: str
    is_over: bool


@router.get("/setup/events")
def every(visit: AVisit, session: ReadPage, country: Annotated[str, Query(max_length=2)] = "") -> Response:
    """The shop's own events, and a country's festivals of this year and the next."""
    caller = visit.known()
    today = workspace.today(session, caller)
    home = country if country in COUNTRIES else caller.currency[:2]
    return page(
        visit,
        "setup/events.html",
        own=[
            _span(row.id, row.name, (row.start, row.end), today, visit)
            for row in reversed(repository.every(session, caller))
        ],
        public=festivals(home, today, visit),
        country=home,
        countries=[(code, visit.say(f"events.{code}")) for code in COUNTRIES],
        **setup_view(visit, "events"),
    )


@router.get("/setup/event")
def one(visit: AVisit, session: ReadPage, id: str = "") -> Response:  # noqa: A002  the query's own name
    """The form of an event; empty for a new one."""
    caller = visit.known()
    caller.check("plan")
    if not id:
        return _form(visit, Typed({}), "")
    row = repository.get(session, caller, id)
    return _form(visit, Typed({name: str(getattr(row, name)) for name in (*FIELDS, "version")}), id)


@router.post("/setup/event")
def keep(sender: Sender, typed: ATyped, session: WritePage, id: str = "") -> Response:  # noqa: A002
    """Store the event as typed, or show the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    with typed.stored(session):
        _keep(session, caller, typed, id)
    return _form(sender, typed, id) if typed.is_refused else goto("/setup/events")


@router.post("/setup/event/remove")
def remove(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Take an event out of the calendar."""
    caller = sender.known()
    caller.check("plan")
    service.remove(session, caller, typed.texts.get("id", ""))
    return goto("/setup/events")


def _keep(session: Session, caller: Caller, typed: Typed, event_id: str) -> None:
    event = typed.checked(EventInput, {name: typed.text(name) or "" for name in FIELDS})
    if event_id:
        service.change(session, caller, event_id, event, typed.version)
    else:
        service.add(session, caller, event)


def festivals(country: str, today: date, visit: Visit) -> list[Span]:
    """The main days of a country's festivals that are not over, until the end of the next year."""
    words = Figures(visit.language, visit.known().currency).words
    known = [
        event for event in shopping_calendar(country, today.year, today.year + 1) if event.name != AFTERMATH
    ]
    coming = [event for event in known if event.end >= today and event.start.year <= today.year + 1]
    named = [(words.event(event.name), event) for event in coming]
    return [_span("", n[:1].upper() + n[1:], (e.start, e.end), today, visit) for n, e in named]


def _span(place: str, name: str, days: tuple[date, date], today: date, visit: Visit) -> Span:
    return Span(place, name, Figures(visit.language, "").span(*days), is_over=days[1] < today)


def _form(visit: Visit, form: Typed, event_id: str) -> Response:
    return page(
        visit, "setup/event.html", form.status, form=form, event_id=event_id, **setup_view(visit, "events")
    )
