"""Lift tests on pages: those there are, one entered or corrected, and one planned by a click."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels import repository as channels
from app.db.tables import HistoryTableRow
from app.experiments import repository
from app.experiments.schemas import StoredExperimentInput
from app.history.repository import SHOP
from app.web.experiments_view import NINE_IN_TEN, experiment_row, fields_of
from app.web.forms import amount, checked
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, WritePage
from app.web.writing import Figures

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
    caller = visit.known()
    figures, names = Figures(visit.language, caller.currency), names_of(session, caller)
    tests = repository.every(session, caller)
    rows = [experiment_row(test, names, caller.at.date(), figures) for test in tests]
    return page(visit, "experiments.html", rows=rows, names=names, fields={}, figures=figures)


def wished(
    channel: Annotated[str, Form(max_length=100)],
    start: Annotated[str, Form(max_length=20)],
    end: Annotated[str, Form(max_length=20)],
    spend_change: Annotated[str, Form(max_length=40)],
    *,
    name: Annotated[str, Form(max_length=100)] = "",
    incremental_revenue: Annotated[str, Form(max_length=40)] = "",
    within: Annotated[str, Form(max_length=40)] = "",
    expected_error: Annotated[str, Form(max_length=40)] = "",
) -> StoredExperimentInput:
    """The test that the form tells of; raises when it is none."""
    texts = {"spend_change": spend_change, "incremental_revenue": incremental_revenue, "within": within}
    typed = {field: amount(text, field) for field, text in texts.items()}
    told = {field: float(value) for field, value in typed.items() if value is not None}
    if "within" in told:
        told["standard_error"] = told.pop("within") / NINE_IN_TEN
    if expected := amount(expected_error, "expected_error"):
        told["expected_error"] = float(expected)
    plain = {"channel": channel, "start": start, "end": end, "name": name.strip() or None}
    return checked(StoredExperimentInput, {**plain, **told})


Wished = Annotated[StoredExperimentInput, Depends(wished)]


@router.post(HERE)
def store(test: Wished, sender: Sender, session: WritePage) -> Response:
    """Keep a test, finished or planned."""
    caller = sender.known()
    caller.check("plan")
    repository.add(session, caller, test)
    return goto(HERE)


@router.get(HERE + "/{experiment_id}")
def one(experiment_id: str, visit: AVisit, session: ReadPage) -> Response:
    """One test, to be corrected or given its result."""
    caller = visit.known()
    test = repository.read(repository.get(session, caller, experiment_id), caller.currency)
    figures, names = Figures(visit.language, caller.currency), names_of(session, caller)
    row = experiment_row(test, names, caller.at.date(), figures)
    names = {test.channel: test.channel} | names
    fields = fields_of(test)
    return page(visit, "experiment.html", row=row, names=names, fields=fields, figures=figures)


@router.post(HERE + "/{experiment_id}")
def correct(experiment_id: str, test: Wished, sender: Sender, session: WritePage) -> Response:
    """A test corrected, or what a planned one found."""
    caller = sender.known()
    caller.check("plan")
    repository.keep(session, caller, repository.get(session, caller, experiment_id), test)
    return goto(HERE)


@router.post(HERE + "/{experiment_id}/remove")
def remove(experiment_id: str, sender: Sender, session: WritePage) -> Response:
    """Later plans do without it."""
    caller = sender.known()
    caller.check("plan")
    repository.remove(session, caller, repository.get(session, caller, experiment_id))
    return goto(HERE)
