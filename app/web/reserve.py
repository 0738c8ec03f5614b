"""The reserve of a month: its ledger, who gets the next unit, and releases asked for and granted."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response

from app.plans import repository as plans
from app.reserve import repository, service
from app.reserve.schemas import BEST, ReleaseInput
from app.reserve.service import Proposal
from app.web.forms import amount
from app.web.navigation import ways
from app.web.rendering import PageRoute, goto, page
from app.web.reserve_view import reserve_view
from app.web.visits import AVisit, ReadPage, Sender, WritePage, check_key
from app.workspace import repository as workspace
from optimizer import Fault, InputError

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans/{plan_id}/reserve")
def look(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """The reserve of a stored plan."""
    caller = visit.known()
    row = plans.get(session, caller, plan_id)
    four_eyes = workspace.get(session, caller).four_eyes
    ledger = service.ledger(session, caller, row)
    view = reserve_view(row, ledger, caller, visit.language, four_eyes=four_eyes)
    return page(visit, "reserve.html", plan=row, ways=ways(f"/plans/{plan_id}"), view=view)


def wished(
    wanted: Annotated[str, Form(alias="amount", max_length=40)],
    reason: Annotated[str, Form(max_length=1000)],
    channel: Annotated[str, Form(max_length=100)] = BEST,
) -> ReleaseInput:
    """What the form asks for; raises `InputError`."""
    value = amount(wanted, "amount")
    if not value or value <= 0 or not reason.strip():
        raise InputError([Fault(("amount",), "Say how much, and why.")])
    return ReleaseInput(amount=value, channel=channel, reason=reason)


def thought(plan_id: str, sender: Sender, wish: Annotated[ReleaseInput, Depends(wished)]) -> Proposal:
    """Where the money would go, found before the form takes its turn to write."""
    caller = sender.known()
    caller.check("plan")
    with sender.request.app.state.database.reading() as session:
        return service.propose(session, caller, plans.get(session, caller, plan_id), wish)


@router.post("/plans/{plan_id}/reserve")
def ask(
    plan_id: str,
    sender: Sender,
    wish: Annotated[ReleaseInput, Depends(wished)],
    found: Annotated[Proposal, Depends(thought)],
    session: WritePage,
) -> Response:
    """Ask to spend some of the reserve; someone else has to grant it."""
    caller = sender.known()
    service.ask(session, caller, plans.get(session, caller, plan_id), wish, found)
    return goto(f"/plans/{plan_id}/reserve")


@router.post("/plans/{plan_id}/reserve/{release_id}/{decision}")
def decide(
    plan_id: str,
    release_id: str,
    decision: Literal["approve", "reject"],
    *,
    sender: Sender,
    session: WritePage,
    key: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Grant or refuse what another person asked for; the key is asked for again."""
    caller = sender.known()
    caller.check("approve")
    check_key(sender, session, key)
    plan = plans.get(session, caller, plan_id)
    row = repository.release(session, plan, release_id)
    service.decide(session, caller, plan, row, grants=decision == "approve")
    return goto(f"/plans/{plan_id}/reserve")
