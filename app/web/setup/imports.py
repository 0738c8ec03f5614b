"""How files are read, on pages: what columns, channels and campaigns of known exports were taken for."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels import repository as channels
from app.db.tables import ImportRow
from app.history import repository as history
from app.imports import repository, service
from app.imports.schemas import ImportInput
from app.web.desk import MEANINGS
from app.web.forms import ATyped, Typed
from app.web.navigation import setup_view
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Kind:
    """A kind of file in the list."""

    id: str
    file: str
    platform: str
    used: str
    columns: list[str]
    renamed: list[tuple[str, str]]


@router.get("/setup/imports")
def every(visit: AVisit, session: ReadPage) -> Response:
    """Each kind of file that was stored, the latest first."""
    kinds = [_kind(row, visit) for row in repository.latest(session, visit.known())]
    return page(visit, "setup/imports.html", kinds=kinds, **setup_view(visit, "imports"))


@router.get("/setup/import")
def one(visit: AVisit, session: ReadPage, id: str = "") -> Response:  # noqa: A002  the query's own name
    """The form of one kind of file."""
    visit.known().check("plan")
    row = repository.get(session, visit.known(), id)
    return _form(visit, session, Typed(texts_of(row)), row)


@router.post("/setup/import")
def keep(sender: Sender, typed: ATyped, session: WritePage, id: str = "") -> Response:  # noqa: A002
    """From the next file of this kind on it is read as typed; or the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    row = repository.get(session, caller, id)
    with typed.stored(session):
        service.change(session, caller, id, wish_of(typed, row), typed.version)
    return _form(sender, session, typed, row) if typed.is_refused else goto("/setup/imports")


@router.post("/setup/import/forget")
def forget(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Read the next file of this kind by itself again."""
    caller = sender.known()
    caller.check("plan")
    service.forget(session, caller, typed.texts.get("id", ""))
    return goto("/setup/imports")


def texts_of(row: ImportRow) -> dict[str, str]:
    """The form's fields as they are remembered, columns and names by their place."""
    columns = {f"column{place}": says for place, says in enumerate(row.columns.values())}
    names = {f"name{place}": channel for place, channel in enumerate(row.names.values())}
    return {"version": str(row.version), "channel": row.channel or "", **columns, **names}


def wish_of(typed: Typed, row: ImportRow) -> ImportInput:
    """What is typed; raises `InputError`. A name left empty is a channel of its own."""
    columns = {
        header: typed.text(f"column{place}") or says
        for place, (header, says) in enumerate(row.columns.items())
    }
    names = {name: typed.text(f"name{place}") or name for place, name in enumerate(row.names)}
    return typed.checked(ImportInput, {"columns": columns, "channel": typed.text("channel"), "names": names})


def _kind(row: ImportRow, visit: Visit) -> Kind:
    figures = Figures(visit.language, "")
    return Kind(
        id=row.id,
        file=row.file,
        platform=row.platform or "",
        used=f"{row.used_by} · {figures.moment(row.used_at)}",
        columns=[header for header, says in row.columns.items() if says not in {"ignored", "detail"}],
        renamed=[(name, channel) for name, channel in row.names.items() if name != channel],
    )


def _form(visit: Visit, session: Session, form: Typed, row: ImportRow) -> Response:
    columns = list(enumerate(row.columns.items()))
    return page(
        visit,
        "setup/import.html",
        form.status,
        form=form,
        row=row,
        columns=[(f"column{place}", header, _choices(says, visit)) for place, (header, says) in columns],
        names=[(f"name{place}", name) for place, name in enumerate(row.names)],
        channels=_channels(session, visit.known()),
        **setup_view(visit, "imports"),
    )


def _choices(says: str, visit: Visit) -> list[tuple[str, str]]:
    """What a column can be taken for; what it is taken for now among them."""
    known = [(meaning, visit.say(f"desk.{meaning}")) for meaning in MEANINGS]
    return known if says in MEANINGS else [(says, visit.say.either(f"imports.{says}", says)), *known]


def _channels(session: Session, caller: Caller) -> list[str]:
    """The channels that a name may stand for."""
    stored = {channel.id for channel in channels.every(session, caller)}
    return sorted(stored | history.channels(session, caller))
