"""A workspace's months: the plan that each runs by, its versions, and what is done with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.tables import HistoryTableRow, PlanRow
from app.optimize.exports import plan_csv
from app.plans import drafting, moves, repository, service
from app.plans.repository import Draft
from app.plans.schemas import ActInput, DraftInput
from app.sheets.workbook.routes import MEDIA_TYPE as XLSX
from app.sheets.workbook.service import workbook_of
from app.web.desk import Wish
from app.web.forms import ATyped, Typed
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
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.writing import Figures
from app.workspace import repository as workspace
from optimizer import Period

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans")
def months(visit: AVisit, session: ReadPage, stored: Annotated[int | None, Query(ge=0)] = None) -> Response:
    """Every month's plans, the latest first, and where the next one is drafted; what was just `stored`."""
    return _months(visit, session, Typed({"reserve_min": "10", "reserve_max": "15"}), stored)


def _months(visit: Visit, session: Session, form: Typed, stored: int | None = None) -> Response:
    caller = visit.known()
    figures = Figures(visit.language, caller.currency)
    last = session.scalar(
        select(func.max(HistoryTableRow.first)).where(HistoryTableRow.workspace_id == caller.workspace_id)
    )
    month = str(Period.month(last.year, last.month).next()) if last else ""
    return page(
        visit,
        "plans.html",
        form.status,
        form=replace(form, texts={"month": month} | dict(form.texts), place="draft-"),
        drop=Wish(currency=caller.currency).form,
        plans=versions(session, caller, figures),
        has_history=last is not None,
        stored=stored,
    )


def wished(typed: Typed) -> DraftInput:
    """What the form asks for; raises `InputError`."""
    typed.homes = {"min_share": "reserve_min", "max_share": "reserve_max"}
    band = {"min_share": typed.share("reserve_min"), "max_share": typed.share("reserve_max")}
    body: dict[str, object] = {"month": typed.text("month") or "", "reserve": band}
    return typed.checked(DraftInput, body | typed.given("budget"))


def thought(sender: Sender, typed: ATyped, request: Request) -> Draft | None:
    """The draft, planned before the form takes its turn to write; None where it is refused."""
    caller = sender.known()
    caller.check("plan")
    with typed.heard(), request.app.state.database.reading() as session:
        return drafting.make(session, caller, wished(typed), sender.language)
    return None


@router.post("/plans")
def draft(
    made: Annotated[Draft | None, Depends(thought)], sender: Sender, typed: ATyped, session: WritePage
) -> Response:
    """A new version of a month's plan, from all that is stored; or the form again with what is wrong."""
    if made is None:
        return _months(sender, session, typed)
    return goto(f"/plans/{service.keep(session, sender.known(), made).id}")


@router.get("/plans/{plan_id}")
def month(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """A plan on its month's page."""
    return _month(visit, session, repository.get(session, visit.known(), plan_id), Typed({}))


def _month(visit: Visit, session: Session, row: PlanRow, form: Typed) -> Response:
    """The page; `form` is that of the move which was tried, told by its place."""
    caller = visit.known()
    reply, figures = reply_of(row), Figures(visit.language, caller.currency, row.reply["objective"])
    of_month = versions(session, caller, figures, row.month, row.id)
    earlier = next((v for v in of_month if v.number < row.version), None)
    changed = []
    if earlier:
        older = repository.get(session, caller, earlier.id)
        changed = differences(reply_of(older), reply, figures, spent=(spent_before(older), spent_before(row)))
    moves = possible_moves(row, caller, figures, four_eyes=workspace.get(session, caller).four_eyes)
    forms = {move.name: Typed({}, place=f"{move.name}-") for move in moves}
    return page(
        visit,
        "month.html",
        form.status,
        plan=row,
        ways=ways(f"/plans/{row.id}"),
        month=month_view(reply, evidence_of(row), visit.language),
        rest=rest_told(row, figures),
        state=figures.say(f"plans.{row.state}"),
        deeds=deeds(session, caller, row, figures),
        moves=moves,
        tried=form,
        forms=forms | {form.place.removesuffix("-"): form},
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
    typed: ATyped,
    session: WritePage,
) -> Response:
    """One step of a plan's way; a decision asks for the key again."""
    caller = sender.known()
    caller.check(moves.RIGHTS[move])
    row = repository.get(session, caller, plan_id)
    with typed.stored(session):
        if moves.RIGHTS[move] == "approve":
            typed.check_key(sender, session)
        service.move(session, caller, row, move, typed.checked(ActInput, {"note": typed.text("note")}).note)
    if typed.is_refused:
        return _month(sender, session, row, replace(typed, place=f"{move}-"))
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
