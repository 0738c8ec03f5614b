"""Lift tests on pages: those there are, one entered or corrected, and one planned by a click."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels import repository as channels
from app.db.tables import ExperimentRow, HistoryTableRow
from app.experiments import repository
from app.experiments.schemas import StoredExperimentInput
from app.history.repository import SHOP
from app.web.experiments_view import experiment_row, fields_of
from app.web.forms import ATyped, Typed
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from optimizer import NINE_IN_TEN

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HERE = "/experiments"


def names_of(session: Session, caller: Caller) -> dict[str, str]:
    """What every channel of the workspace is called, by id: those listed, and those seen in its history."""
    mine = HistoryTableRow.workspace_id == caller.workspace_id
    seen = session.scalars(select(HistoryTableRow.channel).where(mine).distinct())
    listed = {channel.id: channel.name or channel.id for channel in channels.every(session, caller)}
    return {name: name for name in sorted(seen) if name != SHOP} | listed


@router.get(HERE)
def every(visit: AVisit, session: ReadPage) -> Response:
    """The workspace's tests, and the form for one more."""
    return _every(visit, session, Typed({}))


def _every(visit: Visit, session: Session, form: Typed) -> Response:
    caller = visit.known()
    figures, names = Figures(visit.language, caller.currency), names_of(session, caller)
    tests = repository.every(session, caller)
    rows = [experiment_row(test, names, caller.at.date(), figures) for test in tests]
    shown = {"rows": rows, "names": list(names.items()), "form": form, "figures": figures}
    return page(visit, "experiments.html", form.status, **shown)


def wished(typed: Typed) -> StoredExperimentInput:
    """The test that the form tells of; raises `InputError` when it is none."""
    typed.homes = {"standard_error": "within"}
    told: dict[str, object] = {name: typed.number(name) for name in ("incremental_revenue", "expected_error")}
    within = typed.number("within")
    told["standard_error"] = None if within is None else within / NINE_IN_TEN
    if (change := typed.number("spend_change")) is not None:
        told["spend_change"] = change
    plain = {name: typed.text(name) or "" for name in ("channel", "start", "end")}
    return typed.checked(StoredExperimentInput, told | plain | {"name": typed.text("name")})


@router.post(HERE)
def store(sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """Keep a test, finished or planned; or the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    with typed.stored(session):
        repository.add(session, caller, wished(typed))
    return _every(sender, session, typed) if typed.is_refused else goto(HERE)


@router.get(HERE + "/{experiment_id}")
def one(experiment_id: str, visit: AVisit, session: ReadPage) -> Response:
    """One test, to be corrected or given its result."""
    row = repository.get(session, visit.known(), experiment_id)
    return _one(visit, session, row, Typed(fields_of(repository.read(row, visit.known().currency))))


def _one(visit: Visit, session: Session, row: ExperimentRow, form: Typed) -> Response:
    caller = visit.known()
    test = repository.read(row, caller.currency)
    figures, names = Figures(visit.language, caller.currency), names_of(session, caller)
    line = experiment_row(test, names, caller.at.date(), figures)
    names = {test.channel: test.channel} | names
    shown = {"row": line, "names": list(names.items()), "form": form, "figures": figures}
    return page(visit, "experiment.html", form.status, **shown)


@router.post(HERE + "/{experiment_id}")
def correct(experiment_id: str, sender: Sender, typed: ATyped, session: WritePage) -> Response:
    """A test corrected, or what a planned one found; or the form again with what is wrong."""
    caller = sender.known()
    caller.check("plan")
    row = repository.get(session, caller, experiment_id)
    with typed.stored(session):
        typed.version.check(row.version)
        repository.keep(session, caller, row, wished(typed))
    return _one(sender, session, row, typed) if typed.is_refused else goto(HERE)


@router.post(HERE + "/{experiment_id}/remove")
def remove(experiment_id: str, sender: Sender, session: WritePage) -> Response:
    """Later plans do without it."""
    caller = sender.known()
    caller.check("plan")
    repository.remove(session, caller, repository.get(session, caller, experiment_id))
    return goto(HERE)
