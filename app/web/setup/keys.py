"""Keys: who holds which, since when and until when; made, replaced and ended by an admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import service
from app.access.callers import Caller
from app.access.schemas import KeyInput, RotationInput
from app.db.tables import KeyRow
from app.plans import repository as plans
from app.sessions import KeySecret
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ROLES = ("viewer", "planner", "approver", "admin", "sheet")
OVERLAPS = ("24", "0", "72", "168")  # hours
LASTING = ("", "30", "90", "365")  # days
SOON = timedelta(days=14)


@dataclass(frozen=True)
class KeyLine:
    """A key in the list, without its secret."""

    id: str
    name: str
    person: str
    role: str
    prefix: str
    made: str
    used: str
    ends: str
    state: str
    is_live: bool
    is_own: bool


@router.get("/setup/keys")
def every(visit: AVisit, session: ReadPage) -> Response:
    """All keys, those that live first."""
    return _page(visit, session, Typed({"role": "viewer"}))


@router.post("/setup/keys")
def make(sender: Sender, typed: ATyped, session: WritePage, secret: KeySecret) -> Response:
    """A new key, shown this once; whoever makes it says again who they are."""
    caller = sender.known()
    caller.check("manage")
    made = None
    with typed.stored(session):
        wish = typed.checked(KeyInput, _body(typed))
        typed.check_key(sender, session)
        if wish.plan_id is not None:
            plans.get(session, caller, wish.plan_id)
        made = service.create_key(session, caller, wish, secret)
    return _shown(sender, *made) if made else _page(sender, session, typed)


@router.post("/setup/keys/rotate")
def rotate(sender: Sender, typed: ATyped, session: WritePage, secret: KeySecret) -> Response:
    """A new key in another's place, which works on for the hours of overlap."""
    caller = sender.known()
    caller.check("manage")
    made = None
    with typed.stored(session):
        wish = typed.checked(RotationInput, {"overlap_hours": typed.whole("overlap_hours")})
        typed.check_key(sender, session)
        made = service.rotate_key(session, caller, typed.texts.get("id", ""), wish.overlap_hours, secret)
    return _shown(sender, *made) if made else _rotation(sender, session, typed)


@router.get("/setup/key")
def one(visit: AVisit, session: ReadPage, id: str = "") -> Response:  # noqa: A002  the query's own name
    """What can be done with one key: replaced, or ended."""
    visit.known().check("manage")
    return _rotation(visit, session, Typed({"id": id, "overlap_hours": "24"}))


@router.post("/setup/keys/revoke")
def revoke(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """End a key at once."""
    caller = sender.known()
    caller.check("manage")
    with typed.stored(session):
        service.revoke_key(session, caller, typed.texts.get("id", ""))
    return _rotation(sender, session, typed) if typed.is_refused else goto("/setup/keys")


def _body(typed: Typed) -> dict[str, object]:
    body: dict[str, object] = {
        "name": typed.text("name") or "",
        "role": typed.text("role"),
        "person": typed.text("person"),
    }
    return body | {"expires_days": typed.whole("expires_days"), "plan_id": typed.text("plan_id")}


def _page(visit: Visit, session: Session, form: Typed) -> Response:
    caller = visit.known()
    caller.check("manage")
    rows = session.scalars(select(KeyRow).where(KeyRow.workspace_id == caller.workspace_id))
    lines = [_line(row, caller, visit) for row in rows]
    lines.sort(key=lambda line: (not line.is_live, line.person.lower(), line.id))
    choices = {
        "roles": [(role, visit.say(f"keys.{role}_may")) for role in ROLES],
        "lasting": [
            (days, visit.say("keys.for_days", days=days) if days else visit.say("keys.no_end"))
            for days in LASTING
        ],
    }
    return page(
        visit, "setup/keys.html", form.status, form=form, lines=lines, **choices, **setup_view(visit, "keys")
    )


def _rotation(visit: Visit, session: Session, form: Typed) -> Response:
    caller = visit.known()
    row = service.get_key(session, caller, form.texts.get("id", ""))
    overlaps = [(hours, visit.say("keys.hours", hours=hours)) for hours in OVERLAPS]
    view = {"form": form, "line": _line(row, caller, visit), "overlaps": overlaps}
    return page(visit, "setup/key.html", form.status, **view, **setup_view(visit, "keys"))


def _shown(visit: Visit, row: KeyRow, key: str) -> Response:
    line = _line(row, visit.known(), visit)
    return page(visit, "setup/new_key.html", 201, line=line, key=key, **setup_view(visit, "keys"))


def _line(row: KeyRow, caller: Caller, visit: Visit) -> KeyLine:
    figures = Figures(visit.language, caller.currency)
    is_live = service.is_live(row, caller.at)
    state = "live" if is_live else "revoked" if row.revoked_at else "expired"
    if is_live and row.expires_at and row.expires_at - caller.at < SOON:
        state = "ends_soon"
    end = row.revoked_at or row.expires_at
    return KeyLine(
        id=row.id,
        name=row.name,
        person=row.person,
        role=visit.say(f"keys.{row.role}"),
        prefix=row.prefix,
        made=figures.day(row.created_at),
        used=figures.moment(row.used_at) if row.used_at else visit.say("keys.never"),
        ends=figures.moment(end) if end else visit.say("keys.no_end"),
        state=state,
        is_live=is_live,
        is_own=row.id == caller.key_id,
    )
