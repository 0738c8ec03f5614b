"""Lift tests over HTTP: which to make next, and what one found."""

from __future__ import annotations

from fastapi import APIRouter

from app.bodies import StrictRoute
from app.dependencies import ChosenLanguage
from app.experiments import service
from app.experiments.schemas import DesignReply, DesignRequest, ReadReply, ReadRequest
from app.problems import RESPONSES

router = APIRouter(prefix="/v1", tags=["experiments"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/experiments:design", summary="Which test would improve the next plans most?")
def design_experiment(request: DesignRequest, language: ChosenLanguage) -> DesignReply:
    """What curves are fitted from, and a budget, in; tests with their precision, cost and worth out."""
    return service.proposed(request, language)


@router.post("/experiments:read", summary="Read a finished test")
def read_experiment(request: ReadRequest, language: ChosenLanguage) -> ReadReply:
    """Treated and control series, before and during, in; the lift with its standard error out."""
    return service.read(request, language)
