"""Rates of other currencies over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.pages import Cursor, Limit
from app.problems import STORED_RESPONSES
from app.rates import repository, service
from app.rates.schemas import RateBatch, RateCountsRead, RatesRead
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
) -> RatesRead:
    """The stored rates, by currency and period."""
    rows = repository.page(session, caller, currency, after, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    items = [repository.read(row) for row in rows[:limit]]
    return RatesRead(items=items, next=repository.place_of(last) if last else None)
