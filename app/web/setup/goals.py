"""Goals by month, quarter and year: what shall come, what it may cost, and what plans are held to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import GoalRow
from app.errors import ConflictError
from app.goals import repository, service
from app.goals.schemas import GoalInput, GoalRead
from app.versions import Match
from app.web.forms import ATyped, Typed, per_cent, written
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from optimizer import Fault, InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/setup/goals"
PERIOD = re.compile("[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?")
AMOUNTS = ("spend", "revenue")
NUMBERS = ("conversions", "new_customers", "min_roi", "max_cost_per_conversion")
SHARE = "max_spend_to_revenue"


@dataclass(frozen=True)
class GoalLine:
    """A goal in the list: what shall be reached, and what plans are held to."""

    period: str
    name: str
    reach: list[str]
    hold: list[str]


@router.get(HERE)
def every(visit: AVisit, session: ReadPage) -> Response:
    """All goals, the latest period first."""
    caller = visit.known()
    order = GoalRow.first.desc(), GoalRow.last
    rows = session.scalars(repository.of(caller).order_by(*order))
    figures = Figures(visit.language, caller.currency)
    lines = [_line(repository.read(row, caller.currency), figures) for row in rows]
    return page(visit, "setup/goals.html", lines=lines, **setup_view(visit, "goals"))


@router.get("/setup/goal")
def one(visit: AVisit, session: ReadPage, period: str = "") -> Response:
    """The form of a period's goal; empty for a new one."""
    caller = visit.known()
    caller.check("plan")
    row = repository.get(session, caller, period) if period else None
    texts = texts_of(repository.read(row, caller.currency)) if row else {}
    return _form(visit, Typed(texts), period)


@router.post("/setup/goal")
def keep(sender: Sender, typed: ATyped, session: WritePage, period: str = "") -> Response:
    """Store the goal as typed, or show the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    with typed.stored(session):
        _keep(session, caller, typed, period)
    return _form(sender, typed, period) if typed.is_refused else goto(HERE)


@router.post("/setup/goal/remove")
def remove(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Later plans do without it."""
    caller = sender.known()
    caller.check("plan")
    service.remove(session, caller, typed.texts.get("period", ""), Match(None))
    return goto(HERE)


def _keep(session: Session, caller: Caller, typed: Typed, stored: str) -> None:
    period = stored or typed.text("period") or ""
    if not PERIOD.fullmatch(period):
        message = f"'{period[:40]}' is not a month (2026-12), a quarter (2026-Q4) or a year (2026)."
        typed.add([Fault(("period",), message)])
    body: dict[str, object] = {name: typed.amount(name) for name in AMOUNTS}
    body |= {name: typed.number(name) for name in NUMBERS} | {SHARE: typed.share(SHARE)}
    goal = typed.checked(GoalInput, body)
    if not any(value is not None for value in body.values()):
        raise InputError([Fault((), "Say at least one thing that shall be reached or kept to.")])
    if not stored and repository.find(session, caller, period):
        raise ConflictError(f"There is a goal for {period} already; change that one.")
    service.put(session, caller, period, goal, typed.version)


def texts_of(goal: GoalRead) -> dict[str, str]:
    """The form's fields as a stored goal fills them."""
    texts = {"version": str(goal.version), "period": goal.period}
    texts |= {name: "" if (v := getattr(goal, name)) is None else written(v) for name in AMOUNTS}
    texts |= {name: "" if (v := getattr(goal, name)) is None else f"{v:.10g}" for name in NUMBERS}
    return texts | {SHARE: per_cent(goal.max_spend_to_revenue)}


def _line(goal: GoalRead, figures: Figures) -> GoalLine:
    amounts = {name: figures.money(v) for name in AMOUNTS if (v := getattr(goal, name)) is not None}
    counts = {name: f"{v:,.0f}" for name in NUMBERS[:2] if (v := getattr(goal, name)) is not None}
    rules = {} if goal.min_roi is None else {"min_roi": f"{goal.min_roi:g}"}
    if goal.max_cost_per_conversion is not None:
        rules["max_cost_per_conversion"] = figures.exact(goal.max_cost_per_conversion)
    if goal.max_spend_to_revenue is not None:
        rules[SHARE] = figures.told_share(goal.max_spend_to_revenue)
    reach, hold = _said(amounts | counts, figures), _said(rules, figures)
    return GoalLine(goal.period, figures.period(goal.period), reach, hold)


def _said(facts: dict[str, str], figures: Figures) -> list[str]:
    return [
        figures.say("channels.says", what=figures.say(f"goals.{name}"), value=value)
        for name, value in facts.items()
    ]


def _form(visit: Visit, form: Typed, period: str) -> Response:
    figures = Figures(visit.language, visit.known().currency)
    view = {"form": form, "period": period, "name": figures.period(period) if period else ""}
    return page(visit, "setup/goal.html", form.status, **view, **setup_view(visit, "goals"))
