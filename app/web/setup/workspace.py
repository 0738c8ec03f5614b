"""The workspace's own settings, on a page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Response

from app.db.tables import WorkspaceRow
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from app.workspace import repository, service
from app.workspace.schemas import WorkspaceChange

router = APIRouter(route_class=PageRoute, include_in_schema=False)
USUAL_ZONES: tuple[str, ...] = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
)
USUAL_ZONES += ("Europe/London", "Europe/Berlin", "Europe/Paris", "America/New_York", "America/Chicago")
USUAL_ZONES += ("America/Los_Angeles", "Australia/Sydney", "UTC")


@router.get("/setup/workspace")
def look(visit: AVisit, session: ReadPage) -> Response:
    """The settings: a form for an admin, words for everyone else."""
    row = repository.get(session, visit.known())
    texts = {"name": row.name, "time_zone": row.time_zone, "reserve_policy": row.reserve_policy}
    texts |= {"version": str(row.settings_version)} | ({"four_eyes": "yes"} if row.four_eyes else {})
    return _form(visit, Typed(texts), row)


@router.post("/setup/workspace")
def keep(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Store the settings as typed, or show the form again with what is wrong."""
    caller = sender.known()
    caller.check("manage")
    body = {name: typed.text(name) or "" for name in ("name", "time_zone", "reserve_policy")}
    with typed.stored(session):
        wish = typed.checked(WorkspaceChange, body | {"four_eyes": typed.is_ticked("four_eyes")})
        service.change(session, caller, wish, typed.version)
    if typed.is_refused:
        return _form(sender, typed, repository.get(session, caller))
    return goto("/setup/workspace?kept=yes")


def _form(visit: Visit, form: Typed, row: WorkspaceRow) -> Response:
    now = datetime.now(ZoneInfo(row.time_zone))
    return page(
        visit,
        "setup/workspace.html",
        form.status,
        form=form,
        workspace=row,
        zones=zones(row.time_zone),
        now=Figures(visit.language, row.currency).moment(now),
        **setup_view(visit, "workspace"),
        is_kept=not form.is_refused and visit.request.query_params.get("kept") == "yes",
    )


def zones(chosen: str) -> list[tuple[str, str]]:
    """The time zones to choose from: the usual ones that this machine knows, and the chosen one."""
    return [(zone, zone) for zone in sorted({*USUAL_ZONES} & available_timezones() | {chosen})]
