"""How to connect a spreadsheet: steps with pictures for each program, files to paste, a key to read with."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from app.access import service
from app.access.schemas import KeyInput
from app.sessions import KeySecret
from app.sheets.connectors import connector
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, Sender, Visit, WritePage

router = APIRouter(route_class=PageRoute, include_in_schema=False)
OWN_KEY = "…"  # where the reader puts a key


@dataclass(frozen=True)
class Step:
    """One thing to do: which picture shows it, and the text in that picture; by default the file's name."""

    picture: str
    words: str | None = None


@dataclass(frozen=True)
class Program:
    """One way of one program: its texts bear its name, and its file is pasted into it."""

    name: str
    file: str
    steps: tuple[Step, ...]


CODE, SHEETS, RESULT = Step("code"), Step("sheets"), Step("result")
PROGRAMS = (
    Program(
        "excel_read",
        "read_plan.pq",
        (Step("menu", "excel_menu"), CODE, Step("choice", "excel_key"), RESULT),
    ),
    Program(
        "excel_plan",
        "plan_month.pq",
        (Step("tables", "named_at"), Step("menu", "excel_menu"), CODE, Step("choice", "excel_open"), RESULT),
    ),
    Program("office", "office_script.ts", (SHEETS, Step("menu", "office_menu"), CODE, RESULT)),
    Program(
        "google",
        "apps_script.gs",
        (
            Step("menu", "google_menu"),
            CODE,
            Step("menu", "google_key_menu"),
            Step("cell", "google_cell"),
            SHEETS,
            Step("menu", "google_plan_menu"),
        ),
    ),
    Program(
        "libre",
        "budget_plan.py",
        (Step("folder", "libre_folder"), SHEETS, Step("menu", "libre_menu"), RESULT),
    ),
)
FORMULAS = (
    ("excel", '=NUMBERVALUE(WEBSERVICE("{address}/sheets/latest/value?channel=douyin&sig={key}"),".")'),
    ("google", '=IMPORTDATA("{address}/sheets/latest/allocations.csv?sig={key}")'),
    ("libre", '=NUMBERVALUE(WEBSERVICE("{address}/sheets/latest/value?channel=douyin&sig={key}");".")'),
)


@router.get("/sheets/connect")
def connect(visit: AVisit, request: Request) -> Response:
    """The page of steps, with this service's own address wherever one is needed."""
    return _shown(visit, request)


@router.post("/sheets/connect/key")
def make_key(sender: Sender, request: Request, session: WritePage, secret: KeySecret) -> Response:
    """A new key of the role sheet, shown this once, and the formulas with it."""
    caller = sender.known()
    caller.check("manage")
    _, key = service.create_key(session, caller, KeyInput(name="sheet", role="sheet"), secret)
    return _shown(sender, request, key)


@router.get("/sheets/connect/{file}")
def one(file: str, request: Request) -> Response:
    """One file, to be saved or pasted."""
    return PlainTextResponse(
        connector(file, _address(request)),
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


def _shown(visit: Visit, request: Request, made: str | None = None) -> Response:
    """The page; `made` is a key that was made just now."""
    address = _address(request)
    texts = {program.file: connector(program.file, address) for program in PROGRAMS}
    formulas = [(name, formula.format(address=address, key=made or OWN_KEY)) for name, formula in FORMULAS]
    return page(visit, "connect.html", programs=PROGRAMS, texts=texts, formulas=formulas, made=made)


def _address(request: Request) -> str:
    return str(request.base_url).rstrip("/")
