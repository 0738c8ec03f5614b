"""Lift tests over HTTP: which to make next, what one found, and those that plans shall count with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response

from app import versions
from app.access.callers import Caller
from app.bodies import StrictRoute
from app.db.tables import ExperimentRow
from app.dependencies import ChosenLanguage
from app.experiments import examples, repository, service
from app.experiments.schemas import (
    DesignReply,
    DesignRequest,
    ReadReply,
    ReadRequest,
    StoredExperimentInput,
    StoredExperimentRead,
)
from app.pages import Cursor, Limit, Page, page_of
from app.problems import RESPONSES, STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["experiments"], route_class=StrictRoute, responses=RESPONSES)
stored = APIRouter(route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/experiments:design", summary="Which test would improve the next plans most?")
def design_experiment(
    request: Annotated[DesignRequest, Body(openapi_examples=examples.DESIGNS)], language: ChosenLanguage
) -> DesignReply:
    """What curves are fitted from, and a budget, in; tests with their precision, cost and worth out."""
    return service.proposed(request, language)


@router.post("/experiments:read", summary="Read a finished test")
def read_experiment(
    request: Annotated[ReadRequest, Body(openapi_examples=examples.READINGS)], language: ChosenLanguage
) -> ReadReply:
    """Treated and control series, before and during, in; the lift with its standard error out."""
    return service.read(request, language)


@stored.post("/experiments", status_code=201, summary="Store a lift test")
def add(
    test: StoredExperimentInput, caller: WhoCalls, session: WriteSession, response: Response
) -> StoredExperimentRead:
    """A finished test, from which the plans of the months after it learn; or one that is planned."""
    caller.check("plan")
    return _shown(repository.add(session, caller, test), caller, response)


@stored.get("/experiments", summary="List lift tests")
def every(
    caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100
) -> Page[StoredExperimentRead]:
    """The workspace's tests."""
    return page_of(
        session,
        repository.of(caller),
        ExperimentRow.id,
        Page[StoredExperimentRead],
        after=after,
        limit=limit,
        read=lambda row: repository.read(row, caller.currency),
    )


@stored.get("/experiments/{experiment_id}", summary="Read a lift test")
def one(
    experiment_id: str, caller: WhoCalls, session: ReadSession, response: Response
) -> StoredExperimentRead:
    """A test and, in `ETag`, its version."""
    return _shown(repository.get(session, caller, experiment_id), caller, response)


@stored.put("/experiments/{experiment_id}", summary="Correct a lift test")
def change(
    experiment_id: str,
    test: StoredExperimentInput,
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
    response: Response,
) -> StoredExperimentRead:
    """The test as it was, or what a planned one found; `If-Match` names the version that is corrected."""
    caller.check("plan")
    row = repository.get(session, caller, experiment_id)
    match.require(row.version)
    repository.keep(session, caller, row, test)
    return _shown(row, caller, response)


@stored.delete("/experiments/{experiment_id}", summary="Remove a lift test")
def remove(
    experiment_id: str, caller: WhoCalls, session: WriteSession, match: IfMatch
) -> StoredExperimentRead:
    """Later plans do without it; the answer is what was removed."""
    caller.check("plan")
    row = repository.get(session, caller, experiment_id)
    match.check(row.version)
    removed = repository.read(row, caller.currency)
    repository.remove(session, caller, row)
    return removed


def _shown(row: ExperimentRow, caller: Caller, response: Response) -> StoredExperimentRead:
    versions.show(response, row.version)
    return repository.read(row, caller.currency)


router.include_router(stored)
