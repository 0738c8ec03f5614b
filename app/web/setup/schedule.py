"""The schedule on its page: when months draft themselves, the next dates, how the last ones went."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import RunRow, ScheduleRow
from app.schedule import repository, setting
from app.schedule.schemas import ScheduleInput
from app.web.forms import ATyped, Typed, per_cent, written
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.setup.workspace import zones
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from app.workspace import repository as workspace

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN_COMING, SHOWN_RUNS = 3, 12
HOMES = {"budget": "rule"}


@dataclass(frozen=True)
class Run:
    """A month's run, due or over."""

    month: str
    when: str
    state: str = ""
    plan_id: str = ""
    message: str = ""


@router.get("/setup/schedule")
def look(visit: AVisit, session: ReadPage) -> Response:
    """The schedule, or what one would look like."""
    caller = visit.known()
    row = repository.find(session, caller)
    zone = workspace.get(session, caller).time_zone
    wish = ScheduleInput.model_validate(row.wish) if row else ScheduleInput(is_on=False).filled(zone)
    return _page(visit, session, Typed(texts_of(wish, row)), row)


@router.post("/setup/schedule")
def keep(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Store the schedule as typed, or show the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    row = repository.find(session, caller)
    with typed.stored(session):
        setting.put(session, caller, wish_of(typed, row), typed.version)
    return _page(sender, session, typed, row) if typed.is_refused else goto("/setup/schedule?kept=yes")


def texts_of(wish: ScheduleInput, row: ScheduleRow | None) -> dict[str, str]:
    """The form's fields as a stored schedule fills them."""
    texts = {"day": str(wish.day), "hour": str(wish.hour), "time_zone": wish.time_zone or ""}
    texts |= {"month": wish.month or "", "action": wish.action, "language": wish.language}
    texts |= {"rule": wish.budget.rule, "share": per_cent(wish.budget.share)}
    texts["amount"] = "" if wish.budget.amount is None else written(wish.budget.amount)
    texts |= {"url": wish.webhook.url if wish.webhook else "", "secret": ""}
    texts["version"] = str(row.version) if row else ""
    return texts | ({"is_on": "yes"} if wish.is_on else {})


def wish_of(typed: Typed, row: ScheduleRow | None) -> ScheduleInput:
    """The schedule as typed; raises `InputError` with every fault, each by its field."""
    typed.homes = HOMES
    rule = typed.text("rule") or ""
    figures = {"amount": typed.amount("amount"), "share": typed.share("share")}
    body: dict[str, Any] = {
        "day": typed.whole("day"),
        "hour": typed.whole("hour"),
        "time_zone": typed.text("time_zone"),
        "month": typed.text("month"),
        "budget": {"rule": rule} | {name: figures[name] for name in figures if name == rule},
        "action": typed.text("action") or "",
        "language": typed.text("language") or "",
        "webhook": _webhook(typed, row),
        "is_on": typed.is_ticked("is_on"),
    }
    return typed.checked(ScheduleInput, body)


def _webhook(typed: Typed, row: ScheduleRow | None) -> dict[str, str] | None:
    """Who is told; a secret that is not typed again stays with its address."""
    if (url := typed.text("url")) is None:
        return None
    before = (row.wish.get("webhook") if row else None) or {}
    kept = str(before.get("secret", "")) if before.get("url") == url else ""
    return {"url": url, "secret": typed.text("secret") or kept}


def _page(visit: Visit, session: Session, form: Typed, row: ScheduleRow | None) -> Response:
    caller = visit.known()
    return page(
        visit,
        "setup/schedule.html",
        form.status,
        form=form,
        schedule=setting.read(row, caller) if row else None,
        zones=zones(form.texts.get("time_zone", "")),
        coming=_coming(row, caller, visit),
        runs=_runs(session, caller, visit),
        is_kept=not form.is_refused and visit.request.query_params.get("kept") == "yes",
        **setup_view(visit, "schedule"),
    )


def _coming(row: ScheduleRow | None, caller: Caller, visit: Visit) -> list[Run]:
    """The next months that will be due, where the schedule's clock stands."""
    if row is None or not row.is_on:
        return []
    calendar, figures = ScheduleInput.model_validate(row.wish).calendar, Figures(visit.language, "")
    zone = ZoneInfo(calendar.time_zone)
    return [
        Run(figures.month(month), figures.moment(moment.astimezone(zone)))
        for month, moment in islice(calendar.coming(caller.at), SHOWN_COMING)
    ]


def _runs(session: Session, caller: Caller, visit: Visit) -> list[Run]:
    """What became of the months that were due, the latest first."""
    figures = Figures(visit.language, "")
    rows = session.scalars(repository.runs(caller).order_by(RunRow.period.desc()).limit(SHOWN_RUNS))
    return [
        Run(
            figures.month(row.period),
            figures.moment(row.ended_at) if row.ended_at else "",
            row.outcome or row.state,
            row.plan_id or "",
            visit.tell(row.message or ""),
        )
        for row in rows
    ]
