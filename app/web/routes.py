"""The pages, joined."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException

from app.web import (
    ahead,
    assets,
    behind,
    evidence,
    experiment_design,
    experiment_series,
    experiments,
    opening,
    paper,
    plans,
    progress,
    reserve,
    setup,
    signing,
    what_if_routes,
)
from app.web.connecting import router as connecting
from app.web.desk import Desk
from app.web.kept import Grounds
from app.web.rendering import answer
from app.web.works import Works

router = APIRouter()
router.include_router(connecting)
router.include_router(setup.router)
for room in (experiment_design, experiment_series, experiments, behind):
    router.include_router(room.router)
for room in (assets, opening, signing, reserve, progress, ahead, evidence, what_if_routes, plans):
    router.include_router(room.router)
router.include_router(paper.pages)


def join(app: FastAPI) -> None:
    """Give the app its pages, and the desk on which dropped files lie."""
    app.state.desk, app.state.grounds, app.state.works = Desk(), Grounds(), Works()
    app.include_router(router)
    app.add_exception_handler(HTTPException, answer)
