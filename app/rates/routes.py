"""Rates of other currencies over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.db.tables import RateRow
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.rates import repository, service
from app.rates.schemas import RateBatch, RateCountsRead, RateRead
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession

router = APIRouter(prefix="/v1", tags=["rates"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/rates", summary="Store rates of other currencies")
def store(batch: RateBatch, caller: WhoCalls, session: WriteSession) -> RateCountsRead:
    """What a month, week or day converts at: history that comes later in these currencies."""
    caller.check("plan")
    return service.upsert(session, caller, batch.rates)


@router.get("/rates", summary="Read rates")
def read(
    caller: WhoCalls,
    session: ReadSession,
    currency: Annotated[str | None, Query(max_length=3)] = None,
    after: Cursor = None,
    limit: Limit = 100,
) -> Page[RateRead]:
    """The stored rates, by currency and period."""
    order = RateRow.currency, RateRow.first, RateRow.days
    query = repository.of(caller, currency)
    return page_of(session, query, order, Page[RateRead], after=after, limit=limit, read=repository.read)
