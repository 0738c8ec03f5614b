"""The what-if pages: of a stored plan, and of one on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app import money
from app.errors import NotFoundError
from app.optimize.replies import PlanReply
from app.plans import drafting, repository, service
from app.plans.repository import Draft
from app.plans.schemas import DraftInput
from app.web.desk import Desk
from app.web.frontier import frontier
from app.web.kept import Ground, Grounds
from app.web.navigation import ways
from app.web.opening import ADesk, trial_at
from app.web.plan_view import reply_of
from app.web.rendering import PageRoute, goto, page
from app.web.visits import AVisit, ReadPage, Sender, Visit, WritePage
from app.web.what_if import changed_request, fields_of, what_if

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAST = {"history", "outcomes", "events", "experiments"}
KEPT_OUT = {"lang", "form_token", "frontier"}


@router.get("/desk/{place}/what-if")
def of_trial(place: str, visit: AVisit, desk: ADesk) -> Response:
    """What if, from a file on the desk or the sample shop."""
    ground, now = _trial_ground(place, desk, visit)
    return _shown(visit, ground, now, f"/desk/{place}")


@router.get("/plans/{plan_id}/what-if")
def of_plan(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """What if, from a stored plan."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    ground = _grounds(visit).of(session, caller, row)
    can_keep = caller.may("plan")
    return _shown(visit, ground, reply_of(row), f"/plans/{plan_id}", can_keep=can_keep)


@router.get("/desk/{place}/frontier")
def frontier_of_trial(place: str, visit: AVisit, desk: ADesk) -> Response:
    """What each budget brings, from a file on the desk."""
    ground, _ = _trial_ground(place, desk, visit)
    view = frontier(ground, visit.language)
    return page(visit, "frontier.html", view=view, path=f"/desk/{place}", ways=ways(f"/desk/{place}"))


@router.get("/plans/{plan_id}/frontier")
def frontier_of_plan(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """What each budget brings, from a stored plan."""
    caller = visit.known()
    ground = _grounds(visit).of(session, caller, repository.get(session, caller, plan_id))
    view = frontier(ground, visit.language)
    return page(visit, "frontier.html", view=view, path=f"/plans/{plan_id}", ways=ways(f"/plans/{plan_id}"))


async def asked_in_form(request: Request) -> dict[str, str]:
    """The fields of the form."""
    return _texts(await request.form())


def thought(plan_id: str, sender: Sender, asked: Annotated[dict[str, str], Depends(asked_in_form)]) -> Draft:
    """The draft that the what-if asks for, planned before the form takes its turn to write."""
    caller = sender.known()
    caller.check("plan")
    with sender.request.app.state.database.reading() as session:
        row = repository.get(session, caller, plan_id)
        ground = _grounds(sender).of(session, caller, row)
        request = changed_request(ground.request, fields_of(ground.request) | asked)
        kept = {name: getattr(request, name) for name in DraftInput.model_fields if name not in PAST}
        kept["budget"] -= money.from_minor(row.rolled, caller.currency)  # the draft adds it again
        return drafting.make(session, caller, DraftInput(**kept), sender.language)


@router.post("/plans/{plan_id}/what-if")
def keep(made: Annotated[Draft, Depends(thought)], sender: Sender, session: WritePage) -> Response:
    """Keep the what-if as a new version of the month's plan."""
    return goto(f"/plans/{service.keep(session, sender.known(), made).id}")


def _shown(visit: Visit, ground: Ground, now: PlanReply, path: str, *, can_keep: bool = False) -> Response:
    found = what_if(ground, now, _texts(visit.request.query_params), visit.language)
    steps = ways(path)
    return page(visit, "what_if.html", what=found, path=path, ways=steps, can_keep=can_keep)


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {
        name: value[:40] for name, value in fields.items() if isinstance(value, str) and name not in KEPT_OUT
    }


def _grounds(visit: Visit) -> Grounds:
    found: Grounds = visit.request.app.state.grounds
    return found


def _trial_ground(place: str, desk: Desk, visit: Visit) -> tuple[Ground, PlanReply]:
    trial = trial_at(place, desk)
    if trial.planned is None:
        raise NotFoundError("There is no plan yet: the file could not be read.")
    return trial.ground, trial.planned.reply(visit.language)
