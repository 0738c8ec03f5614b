"""A finished test read from its series, a file or pasted rows; stored when she says so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile

from app.experiments import repository, service
from app.experiments.schemas import ReadRequest
from app.experiments.series import read_series
from app.web.experiments import HERE, names_of
from app.web.experiments_view import fields_of, found_view
from app.web.forms import amount, checked, share
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage, Sender
from app.web.writing import Figures
from optimizer import Fault, InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LONGEST_PASTE = 500_000
HALF = 0.5
EXAMPLE = [("2026-07-20", "101,300", "50,400"), ("2026-07-27", "99,100", "48,900"), ("…", "…", "…")]
EXAMPLE += [("2026-08-17", "121,000", "50,300"), ("2026-08-24", "118,000", "49,100")]


@router.get(HERE + "/series")
def ask(visit: AVisit, session: ReadPage, of: str = "") -> Response:
    """The form; `of` names a planned test whose dates and channel it starts from."""
    caller = visit.known()
    caller.check("plan")
    fields = {"treated_share": "50"}
    if of:
        test = repository.read(repository.get(session, caller, of), caller.currency)
        fields |= fields_of(test) | {"spend_change": f"{HALF * test.spend_change:.2f}".removesuffix(".00")}
    names = names_of(session, caller)
    view = {"names": names, "fields": fields, "of": of, "figures": _figures(visit), "example": EXAMPLE}
    return page(visit, "experiment_series.html", 200, **view)


def wished(
    channel: Annotated[str, Form(max_length=100)],
    start: Annotated[str, Form(max_length=20)],
    end: Annotated[str, Form(max_length=20)],
    spend_change: Annotated[str, Form(max_length=40)],
    treated_share: Annotated[str, Form(max_length=10)] = "50",
    *,
    rows: Annotated[str, Form(max_length=LONGEST_PASTE)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> ReadRequest:
    """What the form tells of a test, its series read; raises with every fault."""
    changed, part = amount(spend_change, "spend_change"), share(treated_share, "treated_share")
    known = {"channel": channel, "start": start, "end": end, "treated_share": HALF if part is None else part}
    known |= {} if changed is None else {"spend_change": float(changed)}
    nothing = {"during": [0.0]}
    dates = checked(ReadRequest, known | {"treated": nothing, "controls": [nothing]})
    data, name = (
        (file.file.read(), file.filename or "file") if file and file.filename else (rows.encode(), "rows")
    )
    if not data.strip():
        raise InputError([Fault(("rows",), "Choose a file, or paste the rows.")])
    treated, controls = read_series(data, name, dates.start, dates.end)
    return dates.model_copy(update={"treated": treated, "controls": controls})


@router.post(HERE + "/series")
def read(
    wish: Annotated[ReadRequest, Depends(wished)],
    sender: Sender,
    name: Annotated[str, Form(max_length=100)] = "",
    of: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """What the series say; nothing is stored yet."""
    sender.known().check("plan")
    figures = _figures(sender)
    found = found_view(service.read(wish, sender.language), name.strip(), figures)
    path = f"{HERE}/{of}" if of else HERE
    return page(
        sender, "experiment_found.html", found=found, path=path, channel=wish.channel, figures=figures
    )


def _figures(visit: AVisit) -> Figures:
    return Figures(visit.language, visit.known().currency)
