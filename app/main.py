"""The one place where the rooms are joined."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI, Response
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel

from app import metrics, problems, sessions
from app.access import routes as access
from app.backtest import routes as backtest
from app.channels import routes as channels
from app.curves import routes as curves
from app.events import routes as events
from app.experiments import routes as experiments
from app.goals import routes as goals
from app.history import routes as history
from app.imports import routes as imports
from app.observability import Observed
from app.optimize import routes as optimize
from app.origins import AnyOrigin
from app.outlook import routes as outlook
from app.plans import routes as plans
from app.plans.answering import Written
from app.rates import routes as rates
from app.reports import routes as reports
from app.reserve import routes as reserve
from app.scenarios import routes as scenarios
from app.schedule import routes as schedule
from app.schedule.ticker import ticking
from app.settings import Settings
from app.sheets.cells import lane
from app.sheets.cells import routes as cells
from app.sheets.workbook import routes as workbook
from app.tracking import routes as tracking
from app.web import paper, rendering
from app.web import routes as web
from app.workspace import routes as workspace
from optimizer import __version__

ROUTERS = (  # tried one after the other: what is asked most stands near the top
    optimize.router,
    *(workbook.router, paper.router),  # before the plans: a plan's .xlsx or .pdf is no plan's id
    *(plans.router, reserve.router, tracking.router),
    cells.router,
    *(scenarios.router, outlook.router, backtest.router, experiments.router, curves.router),
    *(access.router, workspace.router, channels.router, events.router, goals.router, history.router),
    imports.router,
    *(rates.router, schedule.router, reports.router),
    metrics.router,
)
COLLECTED_AFTER = (100_000, 20, 20)  # objects made, young looks, middle looks
DESCRIPTION = """
Next month's marketing budget, by channel: history or response curves in, a plan with its proof out.
Amounts are numbers in the plan's currency; shares are 0 to 1; a period is `2026-12`, `2026-W49` or
`2026-12-05`. Errors are `application/problem+json` (RFC 9457) and list every fault at once.
"""


class Health(BaseModel):
    """Whether the service lives, and which version of the model it plans with."""

    status: str
    model_version: str


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service, ready to be served; settings come from the environment unless given."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = settings.threads
        await to_thread.run_sync(optimize.warm_up)
        _collect_seldom()
        app.state.is_ready = True
        with ticking(app.state.database, settings, app.state.uses):
            yield
        app.state.is_ready = False
        app.state.database.close()

    app = FastAPIOffline(  # the API's page works without the internet
        redoc_url=None,
        title="Budget allocation",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.is_ready, app.state.written = False, Written()
    problems.join(app)
    sessions.join(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    web.join(app)
    lane.join(app)
    app.add_middleware(AnyOrigin)
    _observe(app, settings)
    _add_health(app)
    return app


def _observe(app: FastAPI, settings: Settings) -> None:
    """Give every request its id, its log line and its limits."""
    app.add_middleware(
        Observed,
        max_body_bytes=settings.max_body_bytes,
        body_seconds=settings.body_seconds,
        max_requests=settings.max_requests,
        answer=rendering.answer,
    )


def _collect_seldom() -> None:
    """Look for garbage less often, and never among what is loaded by now: a long look halts every answer.

    A file of 100,000 rows is a million objects at once, none of them garbage; reading it takes a third less.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def _add_health(app: FastAPI) -> None:
    """Answered on the event loop, so that plans being computed do not delay them."""

    @app.get("/healthz", tags=["machines"], summary="Is the process alive?")
    async def healthz() -> Health:
        return Health(status="alive", model_version=__version__)

    @app.get("/readyz", tags=["machines"], summary="Can it plan?")
    async def readyz(response: Response) -> Health:
        response.status_code = 200 if app.state.is_ready else 503
        return Health(status="ready" if app.state.is_ready else "starting", model_version=__version__)
