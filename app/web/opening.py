"""The first minute: the sample shop's plan before anything is asked, then one's own from a dropped file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile

from app.errors import NotFoundError
from app.history import service as history
from app.history.cells import CellFault, letters
from app.history.files import HistoryFile, read_history
from app.history.mapping import ColumnMapping
from app.imports import service as imports
from app.web.desk import MEANINGS, SAMPLE, Desk, Trial, Wish
from app.web.month import month_view
from app.web.navigation import ways
from app.web.rendering import PageRoute, goto, page
from app.web.trials import Reader, sample, tried
from app.web.visits import AVisit, Sender, Visit, WritePage
from optimizer import Fault

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_FAULTS = 200


@dataclass(frozen=True)
class FaultRow:
    """A fault by its place in the file."""

    sheet: str
    row: str
    column: str
    reason: str


def desk(request: Request) -> Desk:
    """Where plans that nobody asked to keep lie."""
    found: Desk = request.app.state.desk
    return found


ADesk = Annotated[Desk, Depends(desk)]


def trial_at(place: str, desk: Desk) -> Trial:
    """A trial by its place; the sample shop's is always there."""
    return sample() if place == SAMPLE else desk.get(place)


@router.get("/")
def first(visit: AVisit) -> Response:
    """The sample shop's next month; whoever has signed in sees their own months instead."""
    return goto("/plans") if visit.caller else shown(visit, SAMPLE, sample())


@router.get("/sample")
def sample_shop(visit: AVisit) -> Response:
    """The sample shop's next month, for everyone."""
    return shown(visit, SAMPLE, sample())


def wished(
    month: Annotated[str, Form(max_length=20)] = "",
    budget: Annotated[str, Form(max_length=40)] = "",
    currency: Annotated[str, Form(pattern="^[A-Z]{3}$")] = "CNY",
) -> Wish:
    """What the form asks for beside the file."""
    return Wish(month.strip(), budget.strip(), currency)


@router.post("/desk")
def drop(
    sender: Sender,
    desk: ADesk,
    file: Annotated[UploadFile, File()],
    wish: Annotated[Wish, Depends(wished)],
) -> Response:
    """Read a file and plan from it; it lies on the desk, and nothing is stored."""
    trial = tried(file.filename or "file", file.file.read(), wish, sender.language, reader=reader_for(sender))
    return goto(f"/desk/{desk.put(trial)}")


def reader_for(visit: Visit) -> Reader:
    """How the visitor's files are read: as her workspace read files of their kind before."""
    caller = visit.caller
    if caller is None:
        return read_history

    def read(data: bytes, name: str, *, mapping: ColumnMapping | None = None) -> HistoryFile:
        with visit.request.app.state.database.reading() as session:
            return imports.read(session, caller, data, name, mapping=mapping)

    return read


@router.get("/desk/{place}")
def look(place: str, visit: AVisit, desk: ADesk) -> Response:
    """A trial's plan, or what stands in its way."""
    return shown(visit, place, trial_at(place, desk))


@router.post("/desk/{place}/mapping")
def read_again(
    place: str,
    sender: Sender,
    desk: ADesk,
    header: Annotated[list[str], Form()],
    meaning: Annotated[list[str], Form()],
) -> Response:
    """Read the same file with its columns taken for something else."""
    trial = desk.get(place)
    columns = dict(zip(header, meaning, strict=False))
    mapping = replace(trial.mapping or ColumnMapping(), columns=columns)
    desk.put(tried(trial.name, trial.data, trial.wish, sender.language, mapping), place)
    return goto(f"/desk/{place}")


@router.post("/desk/{place}/wish")
def plan_again(place: str, sender: Sender, desk: ADesk, wish: Annotated[Wish, Depends(wished)]) -> Response:
    """Plan from the same file for another month, budget or currency."""
    trial = desk.get(place)
    again = tried(
        trial.name, trial.data, wish, sender.language, trial.mapping if trial.read else None,
        reader=reader_for(sender),
    )  # fmt: skip
    desk.put(again, place)
    return goto(f"/desk/{place}")


@router.post("/desk/{place}/store")
def store(place: str, sender: Sender, desk: ADesk, session: WritePage) -> Response:
    """Keep the file's rows as the workspace's history, now that she says so."""
    caller = sender.known()
    caller.check("plan")
    read = trial_at(place, desk).read
    if read is None:
        raise NotFoundError("There is nothing to store: the file could not be read.")
    counts = history.store_file(session, caller, read)
    imports.remember(session, caller, read)
    return goto(f"/plans?stored={counts.added + counts.changed}")


def shown(visit: Visit, place: str, trial: Trial) -> Response:
    """A trial on its page."""
    view: dict[str, Any] = {"trial": trial, "place": place, "meanings": MEANINGS}
    view["ways"] = ways(f"/desk/{place}")
    if trial.planned is None:
        form = replace(trial.wish.form, place="wish-")
        of_form, of_file = _told_apart(trial.faults[:MOST_FAULTS])
        form.add(of_form)
        faults, drop = [_fault_row(each) for each in of_file], Wish().form
        return page(visit, "desk_faults.html", faults=faults, form=form, drop=drop, **view)
    month = month_view(trial.planned.reply(visit.language), trial.planned.evidence, visit.language)
    request, is_sample = trial.planned.request, place == SAMPLE
    count = len(request.history) + len(request.outcomes)
    form = Wish().form if is_sample else trial.wish.form
    return page(visit, "desk.html", month=month, count=count, is_sample=is_sample, form=form, **view)


def _told_apart(faults: Sequence[Fault]) -> tuple[list[Fault], list[Fault]]:
    """The faults of what was asked for beside the file, and those of the file."""
    sides: tuple[list[Fault], list[Fault]] = [], []
    for fault in faults:
        sides[fault.path[:1] not in {("month",), ("budget",)}].append(fault)
    return sides


def _fault_row(fault: Fault) -> FaultRow:
    reason = fault.message.partition(": ")[2] if isinstance(fault, CellFault) else fault.message
    if not isinstance(fault, CellFault):
        return FaultRow("", "", "", reason)
    column = letters(fault.column) if fault.column else ""
    return FaultRow(fault.sheet, str(fault.row or ""), column, reason or fault.message)
