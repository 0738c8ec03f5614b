"""Which test is worth most, worked out beside the page from the curves of the workspace's latest plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow
from app.experiments import service
from app.experiments.schemas import DesignReply, DesignRequest
from app.optimize.curve_requests import CurvesRequest
from app.plans import repository
from app.web.experiments import HERE, names_of
from app.web.experiments_view import proposal_row
from app.web.kept import Ground
from app.web.rendering import PageRoute, page, rendered, working
from app.web.visits import AVisit, ReadPage, Visit
from app.web.works import OnStep
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, eq=False)
class Design:
    """Proposals for one plan's month, in one language."""

    visit: Visit
    names: dict[str, str]
    figures: Figures

    def shown(self, reply: DesignReply) -> Markup:
        """The table of proposals."""
        today = self.visit.known().at.date()
        rows = [proposal_row(one, self.names, today, self.figures) for one in reply.proposals]
        return rendered(self.visit, "proposals.html", rows=rows, figures=self.figures)


@router.get(HERE + "/design")
def design(visit: AVisit, session: ReadPage) -> Response:
    """The tests that would improve the next plans most."""
    caller = visit.known()
    plan = latest(session, caller)
    if plan is None:
        return page(visit, "experiment_design.html", month="", work="")
    ground: Ground = visit.request.app.state.grounds.of(session, caller, plan)
    figures = Figures(visit.language, caller.currency, ground.request.objective)
    key = ("design", caller.workspace_id, plan.id, visit.language)
    work = visit.request.app.state.works.of(key, partial(proposed, ground, visit))
    shown = Design(visit, names_of(session, caller), figures).shown
    return working(visit, "experiment_design.html", work, shown, month=figures.month(plan.month))


def latest(session: Session, caller: Caller) -> PlanRow | None:
    """The newest plan of the workspace: of the last month, its last version."""
    return session.scalars(repository.of(caller).order_by(PlanRow.id.desc()).limit(1)).first()


def proposed(ground: Ground, visit: Visit, on_step: OnStep) -> DesignReply:
    """Tests proposed from what the plan was made from."""
    on_step(0, 0)
    known = {
        name: getattr(ground.request, name)
        for name in CurvesRequest.model_fields
        if name in type(ground.request).model_fields
    }
    request = DesignRequest.model_validate(known | {"budget": ground.request.budget})
    return service.proposed(request, visit.language, ground.studies)
