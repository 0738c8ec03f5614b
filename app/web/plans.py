"""A workspace's months: the plan that each runs by, its versions, and what is done with them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.plans import repository
from app.plans.schemas import PlanSummary
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/plans")
def months(visit: AVisit, session: ReadPage) -> Response:
    """Every month's plans, the latest first."""
    caller = visit.known()
    rows = session.scalars(repository.of(caller))
    plans = sorted((PlanSummary.model_validate(row) for row in rows), key=lambda plan: plan.id, reverse=True)
    return page(visit, "plans.html", plans=plans, figures=Figures(visit.language, caller.currency))
