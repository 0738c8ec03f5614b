"""A finished test read from its series, a file or pasted rows; stored when she says so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile
from sqlalchemy.orm import Session

from app.experiments import repository, service
from app.experiments.schemas import ReadRequest
from app.experiments.series import Parts, read_series
from app.web.experiments import HERE, names_of
from app.web.experiments_view import fields_of, found_view
from app.web.forms import ATyped, Typed
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage, Sender, Visit
from app.web.writing import Figures
from optimizer import Fault, InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_TOLD = 20  # faults of a file
HALF = 0.5
EXAMPLE = [("2026-07-20", "101,300", "50,400"), ("2026-07-27", "99,100", "48,900"), ("…", "…", "…")]
EXAMPLE += [("2026-08-17", "121,000", "50,300"), ("2026-08-24", "118,000", "49,100")]


@router.get(HERE + "/series")
def ask(visit: AVisit, session: ReadPage, of: str = "") -> Response:
    """The form; `of` names a planned test whose dates and channel it starts from."""
    caller = visit.known()
    caller.check("plan")
    texts = {"treated_share": "50", "of": of}
    if of:
        test = repository.read(repository.get(session, caller, of), caller.currency)
        texts |= fields_of(test) | {"spend_change": f"{HALF * test.spend_change:.2f}".removesuffix(".00")}
    return _form(visit, session, Typed(texts))


def _form(visit: Visit, session: Session, form: Typed) -> Response:
    names = list(names_of(session, visit.known()).items())
    shown = {"names": names, "form": form, "figures": _figures(visit), "example": EXAMPLE}
    return page(visit, "experiment_series.html", form.status, **shown)


def wished(typed: Typed, file: UploadFile | None) -> ReadRequest:
    """What the form tells of a test, its series read; raises `InputError` with every fault."""
    nothing = {"during": [0.0]}
    known: dict[str, object] = {name: typed.text(name) or "" for name in ("channel", "start", "end")}
    if (change := typed.number("spend_change")) is not None:
        known |= {"spend_change": change}
    part = typed.share("treated_share")
    body = {**known, "treated": nothing, "controls": [nothing]}
    asked = typed.checked(ReadRequest, body | {"treated_share": HALF if part is None else part})
    treated, controls = _series(typed.text("rows"), file, asked)
    return asked.model_copy(update={"treated": treated, "controls": controls})


def _series(rows: str | None, file: UploadFile | None, asked: ReadRequest) -> Parts:
    """The series of a file, or of pasted rows; every cell at fault is told at the field it came by."""
    field, data, name = "rows", (rows or "").encode(), "rows"
    if file is not None and file.filename:
        field, data, name = "file", file.file.read(), file.filename
    if not data.strip():
        raise InputError([Fault((field,), "Choose a file, or paste the rows.")])
    try:
        return read_series(data, name, asked.start, asked.end)
    except InputError as error:
        told = "\n".join(fault.message for fault in error.faults[:MOST_TOLD])
        raise InputError([Fault((field,), told)]) from error


@router.post(HERE + "/series")
def read(
    sender: Sender, typed: ATyped, session: ReadPage, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """What the series say; nothing is stored yet."""
    sender.known().check("plan")
    typed.texts = {"file": ""} | dict(typed.texts)
    figures, found = _figures(sender), None
    with typed.heard():
        wish = wished(typed, file)
        found = found_view(service.read(wish, sender.language), typed.text("name") or "", figures)
    if found is None:
        return _form(sender, session, typed)
    of, version = typed.texts.get("of", ""), typed.texts.get("version", "")
    path = f"{HERE}/{of}" if of else HERE
    fields = found.fields | {"version": version}
    return page(
        sender,
        "experiment_found.html",
        found=found,
        fields=fields,
        path=path,
        channel=wish.channel,
        figures=figures,
    )


def _figures(visit: AVisit) -> Figures:
    return Figures(visit.language, visit.known().currency)
