"""The months behind a plan: forecast and planned again from what was known then, beside the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from markupsafe import Markup

from app.backtest import service
from app.backtest.schemas import BacktestRequest
from app.backtest.telling import backtest_reply
from app.errors import NotFoundError
from app.optimize.known import Known
from app.plans import repository
from app.web.behind_view import behind_view
from app.web.kept import Ground
from app.web.navigation import ways
from app.web.opening import ADesk, trial_at
from app.web.rendering import PageRoute, page, rendered, working
from app.web.visits import AVisit, ReadPage, Visit
from app.web.writing import Figures
from optimizer import Backtest

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Span = Annotated[Literal["6", "12"], Query()]


@router.get("/plans/{plan_id}/behind")
def look(plan_id: str, visit: AVisit, session: ReadPage, months: Span = "6") -> Response:
    """What a stored plan's history says of the planner and of its forecasts."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    ground: Ground = visit.request.app.state.grounds.of(session, caller, row)
    return _shown(visit, ground, f"/plans/{plan_id}", months)


@router.get("/desk/{place}/behind")
def look_at_trial(place: str, visit: AVisit, desk: ADesk, months: Span = "6") -> Response:
    """The same of a plan on the desk."""
    trial = trial_at(place, desk)
    if trial.planned is None:
        raise NotFoundError("There is no plan yet: the file could not be read.")
    return _shown(visit, trial.ground, f"/desk/{place}", months)


@dataclass(frozen=True, eq=False)
class Past:
    """A backtest that is worked out or kept, and for whom it is put into words."""

    request: BacktestRequest
    hash: str
    visit: Visit
    figures: Figures

    def shown(self, tried: Backtest) -> Markup:
        """The page's part that has to be worked out."""
        reply = backtest_reply(self.request, tried, self.visit.language, self.hash)
        names = {channel.id: channel.name or channel.id for channel in self.request.every_channel.values()}
        view = behind_view(reply, names, self.figures)
        return rendered(self.visit, "behind_found.html", view=view, figures=self.figures)


def _shown(visit: Visit, ground: Ground, path: str, months: str) -> Response:
    asked = ground.request
    figures = Figures(visit.language, asked.currency, asked.objective)
    view = {"ways": ways(path), "title": figures.say("behind.title", month=figures.month(asked.month)),
            "figures": figures, "span": months, "has_history": bool(asked.history)}  # fmt: skip
    if not asked.history:
        return page(visit, "behind.html", 200, work="", **view)
    request = past_of(ground, int(months))
    past = Past(request, request.inputs_hash, visit, figures)
    works = visit.request.app.state.works
    work = works.of(("behind", past.hash), partial(service.replanned, request))
    return working(visit, "behind.html", work, past.shown, **view)


def past_of(ground: Ground, months: int) -> BacktestRequest:
    """What the plan was made from, as a backtest takes it: curves that were given do not count."""
    known = {name: getattr(ground.request, name) for name in Known.model_fields} | {"months": months}
    bare: dict[str, object] = {"curve": None, "curves": {}}
    channels = [channel.model_copy(update=bare) for channel in ground.request.channels]
    return BacktestRequest.model_validate(known | {"channels": channels})
