"""The curves of a plan and what they rest on, on a page; nothing is fitted to look at it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.errors import NotFoundError
from app.optimize.evidence import Evidence
from app.optimize.known import ExperimentInput
from app.optimize.replies import PlanReply
from app.plans import repository
from app.web.evidence_view import evidence_view
from app.web.navigation import ways
from app.web.opening import ADesk, trial_at
from app.web.plan_view import evidence_of, reply_of
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage, Visit
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans/{plan_id}/evidence")
def look(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """What the curves of a stored plan rest on, as it was when the plan was drafted."""
    row = repository.get(session, visit.known(), plan_id)
    tests = [ExperimentInput.model_validate(test) for test in row.request["experiments"]]
    return _shown(visit, f"/plans/{plan_id}", reply_of(row), evidence_of(row), tests)


@router.get("/desk/{place}/evidence")
def look_at_trial(place: str, visit: AVisit, desk: ADesk) -> Response:
    """The same of a plan on the desk."""
    planned = trial_at(place, desk).planned
    if planned is None:
        raise NotFoundError("There is no plan yet: the file could not be read.")
    tests = planned.request.experiments
    return _shown(visit, f"/desk/{place}", planned.reply(visit.language), planned.evidence, tests)


def _shown(
    visit: Visit, path: str, reply: PlanReply, evidence: Evidence | None, tests: list[ExperimentInput]
) -> Response:
    figures = Figures(visit.language, reply.currency, reply.objective)
    view = evidence_view(reply, evidence, tests, figures) if evidence else None
    title = figures.say("evidence.title", month=figures.month(reply.month))
    return page(visit, "evidence.html", ways=ways(path), view=view, title=title, figures=figures)
