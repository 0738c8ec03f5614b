"""The pages, joined."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from app.web import assets, opening, paper, plans, signing
from app.web.desk import Desk

router = APIRouter()
for room in (assets, opening, signing, plans):
    router.include_router(room.router)
router.include_router(paper.pages)


def join(app: FastAPI) -> None:
    """Give the app its pages, and the desk on which dropped files lie."""
    app.state.desk = Desk()
    app.include_router(router)
