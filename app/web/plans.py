"""A workspace's months: the plan that each runs by, its versions, and what is done with them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlalchemy import func, select

from app.db.tables import HistoryTableRow
from app.optimize.exports import plan_csv
from app.optimize.wishes import ReserveInput
from app.plans import drafting, moves, repository, service
from app.plans.repository import Draft
from app.plans.schemas import DraftInput
from app.sheets.workbook.routes import MEDIA_TYPE as XLSX
from app.sheets.workbook.service import workbook_of
from app.web.desk import Wish
from app.web.forms import amount, share
from app.web.month import month_view
from app.web.navigation import ways
from app.web.plan_view import (
    deeds,
    differences,
    evidence_of,
    possible_moves,
    reply_of,
    rest_told,
    spent_before,
    versions,
)
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, WritePage, check_key
from app.web.writing import Figures
from app.workspace import repository as workspace
from optimizer import Fault, InputError, Period

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans")
def months(visit: AVisit, session: ReadPage) -> Response:
    """Every month's plans, the latest first, and where the next one is drafted."""
    caller = visit.known()
    figures = Figures(visit.language, caller.currency)
    last = session.scalar(
        select(func.max(HistoryTableRow.first)).where(HistoryTableRow.workspace_id == caller.workspace_id)
    )
    month = str(Period.month(last.year, last.month).next()) if last else ""
    plans = versions(session, caller, figures)
    wish = Wish(currency=caller.currency)
    known = last is not None
    return page(visit, "plans.html", wish=wish, plans=plans, has_history=known, next_month=month)


def wished(
    month: Annotated[str, Form(max_length=20)],
    budget: Annotated[str, Form(max_length=40)],
    reserve_min: Annotated[str, Form(max_length=10)] = "",
    reserve_max: Annotated[str, Form(max_length=10)] = "",
) -> DraftInput:
    """What the form asks for; raises `InputError`."""
    wanted = amount(budget, "budget")
    if not wanted or wanted <= 0:
        raise InputError([Fault(("budget",), "Say what the budget is.")])
    band = share(reserve_min, "reserve_min"), share(reserve_max, "reserve_max")
    if None not in band and band[0] > band[1]:  # type: ignore[operator]
        raise InputError([Fault(("reserve_max",), "The reserve's maximum is below its minimum.")])
    reserve = ReserveInput(min_share=band[0], max_share=band[1])
    return DraftInput(month=Period.parse(month.strip()), budget=wanted, reserve=reserve)


def thought(sender: Sender, wish: Annotated[DraftInput, Depends(wished)], request: Request) -> Draft:
    """The draft, planned before the form takes its turn to write."""
    caller = sender.known()
    caller.check("plan")
    with request.app.state.database.reading() as session:
        return drafting.make(session, caller, wish, sender.language)


@router.post("/plans")
def draft(made: Annotated[Draft, Depends(thought)], sender: Sender, session: WritePage) -> Response:
    """A new version of a month's plan, from all that is stored."""
    return goto(f"/plans/{service.keep(session, sender.known(), made).id}")


@router.get("/plans/{plan_id}")
def month(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """A plan on its month's page."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    reply, figures = reply_of(row), Figures(visit.language, caller.currency, row.reply["objective"])
    of_month = versions(session, caller, figures, row.month, row.id)
    earlier = next((v for v in of_month if v.number < row.version), None)
    changed = []
    if earlier:
        older = repository.get(session, caller, earlier.id)
        changed = differences(reply_of(older), reply, figures, spent=(spent_before(older), spent_before(row)))
    return page(
        visit,
        "month.html",
        plan=row,
        ways=ways(f"/plans/{row.id}"),
        month=month_view(reply, evidence_of(row), visit.language),
        rest=rest_told(row, figures),
        state=figures.say(f"plans.{row.state}"),
        deeds=deeds(session, caller, row, figures),
        moves=possible_moves(row, caller, figures, four_eyes=workspace.get(session, caller).four_eyes),
        versions=of_month,
        earlier=earlier,
        changed=changed,
    )


@router.post("/plans/{plan_id}/{move}")
def act(
    plan_id: str,
    move: Literal["submit", "approve", "reject", "activate", "close"],
    *,
    sender: Sender,
    session: WritePage,
    note: Annotated[str, Form(max_length=100)] = "",
    key: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """One step of a plan's way; a decision asks for the key again."""
    caller = sender.known()
    caller.check(moves.RIGHTS[move])
    if moves.RIGHTS[move] == "approve":
        check_key(sender, session, key)
    row = repository.get(session, caller, plan_id)
    service.move(session, caller, row, move, note.strip() or None)
    return goto(f"/plans/{plan_id}")


@router.get("/plans/{plan_id}/plan.{kind}")
def download(plan_id: str, kind: Literal["csv", "xlsx"], visit: AVisit, session: ReadPage) -> Response:
    """The plan as a file for a spreadsheet."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    content, media_type = plan_csv(reply_of(row)), "text/csv"
    if kind == "xlsx":
        ground = visit.request.app.state.grounds.of(session, caller, row)
        content = workbook_of(ground.request, reply_of(row), visit.language, ground.studies)
        media_type = XLSX
    name = f"plan-{row.month}-v{row.version}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
