"""The reserve of a month: its ledger, who gets the next unit, and releases asked for and granted."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from app.db.tables import PlanRow
from app.plans import repository as plans
from app.reserve import repository, service
from app.reserve.schemas import BEST, ReleaseInput
from app.reserve.service import Proposal
from app.web.forms import ATyped, Typed
from app.web.navigation import ways
from app.web.rendering import PageRoute, goto, page
from app.web.reserve_view import reserve_view
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.workspace import repository as workspace

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans/{plan_id}/reserve")
def look(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """The reserve of a stored plan."""
    return _page(visit, session, plans.get(session, visit.known(), plan_id), Typed({}))


def _page(visit: Visit, session: Session, row: PlanRow, form: Typed) -> Response:
    """The page; `form` is the one that was tried: a wish's, told by its place, or that for a new wish."""
    caller = visit.known()
    four_eyes = workspace.get(session, caller).four_eyes
    ledger = service.ledger(session, caller, row)
    view = reserve_view(row, ledger, caller, visit.language, four_eyes=four_eyes)
    forms = {wish.id: Typed({}, place=wish.id) for wish in view.releases} | {"": Typed({}), form.place: form}
    shown = {"plan": row, "ways": ways(f"/plans/{row.id}"), "view": view, "forms": forms, "tried": form}
    return page(visit, "reserve.html", form.status, **shown)


def wished(typed: Typed) -> ReleaseInput:
    """What the form asks for; raises `InputError`."""
    body: dict[str, object] = {"channel": typed.text("channel") or BEST, "reason": typed.text("reason") or ""}
    return typed.checked(ReleaseInput, body | typed.given("amount"))


def thought(plan_id: str, sender: Sender, typed: ATyped) -> tuple[ReleaseInput, Proposal] | None:
    """Where the money would go, found before the form takes its turn to write; None where it is refused."""
    caller = sender.known()
    caller.check("plan")
    with typed.heard(), sender.request.app.state.database.reading() as session:
        wish = wished(typed)
        return wish, service.propose(session, caller, plans.get(session, caller, plan_id), wish)
    return None


@router.post("/plans/{plan_id}/reserve")
def ask(
    plan_id: str,
    sender: Sender,
    typed: ATyped,
    found: Annotated[tuple[ReleaseInput, Proposal] | None, Depends(thought)],
    session: WritePage,
) -> Response:
    """Ask to spend some of the reserve; someone else has to grant it."""
    caller = sender.known()
    row = plans.get(session, caller, plan_id)
    if found is not None:
        with typed.stored(session):
            service.ask(session, caller, row, *found)
    return _page(sender, session, row, typed) if typed.is_refused else goto(f"/plans/{plan_id}/reserve")


@router.post("/plans/{plan_id}/reserve/{release_id}/{decision}")
def decide(
    plan_id: str,
    release_id: str,
    decision: Literal["approve", "reject"],
    *,
    sender: Sender,
    typed: ATyped,
    session: WritePage,
) -> Response:
    """Grant or refuse what another person asked for; the key is asked for again."""
    caller = sender.known()
    caller.check("approve")
    plan = plans.get(session, caller, plan_id)
    row = repository.release(session, plan, release_id)
    with typed.stored(session):
        typed.check_key(sender, session)
        service.decide(session, caller, plan, row, grants=decision == "approve")
    if typed.is_refused:
        return _page(sender, session, plan, replace(typed, place=release_id))
    return goto(f"/plans/{plan_id}/reserve")
