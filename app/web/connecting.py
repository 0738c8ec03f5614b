"""How to connect a spreadsheet: steps with pictures for each program, and the files to paste."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from app.sheets.connectors import connector
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Program:
    """One way of one program: its texts bear its name, and its file is pasted into it."""

    name: str
    file: str
    steps: int


PROGRAMS = (
    Program("excel_read", "read_plan.pq", 4),
    Program("excel_plan", "plan_month.pq", 4),
    Program("office", "office_script.ts", 4),
    Program("google", "apps_script.gs", 5),
    Program("libre", "budget_plan.py", 4),
)
FORMULAS = (
    ("excel", '=NUMBERVALUE(WEBSERVICE("{address}/sheets/latest/value?channel=douyin&sig=…"),".")'),
    ("google", '=IMPORTDATA("{address}/sheets/latest/allocations.csv?sig=…")'),
    ("libre", '=NUMBERVALUE(WEBSERVICE("{address}/sheets/latest/value?channel=douyin&sig=…");".")'),
)


@router.get("/sheets/connect")
def connect(visit: AVisit, request: Request) -> Response:
    """The page of steps, with this service's own address wherever one is needed."""
    address = _address(request)
    texts = {program.file: connector(program.file, address) for program in PROGRAMS}
    formulas = [(name, formula.format(address=address)) for name, formula in FORMULAS]
    return page(visit, "connect.html", programs=PROGRAMS, texts=texts, formulas=formulas)


@router.get("/sheets/connect/{file}")
def one(file: str, request: Request) -> Response:
    """One file, to be saved or pasted."""
    return PlainTextResponse(
        connector(file, _address(request)),
        headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
    )


def _address(request: Request) -> str:
    return str(request.base_url).rstrip("/")
