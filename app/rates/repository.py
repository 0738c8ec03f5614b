"""Rates in the database, as exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import RateRow
from app.errors import NotFoundError
from app.rates.schemas import RateInput, RateRead
from optimizer import Period

Key = tuple[str, date, int]


def stored(session: Session, caller: Caller, currencies: Iterable[str]) -> dict[Key, RateRow]:
    """The rates of these currencies, by currency and period."""
    query = select(RateRow).where(
        RateRow.workspace_id == caller.workspace_id, RateRow.currency.in_(sorted(currencies))
    )
    return {(row.currency, row.first, row.days): row for row in session.scalars(query)}


def add(session: Session, caller: Caller, given: RateInput) -> None:
    """A rate of a period that had none."""
    period = given.period
    row = RateRow(
        workspace_id=caller.workspace_id,
        currency=given.currency,
        first=period.first,
        days=period.days,
        rate=f"{given.rate:f}",
    )
    session.add(row)


def page(
    session: Session, caller: Caller, currency: str | None, after: str | None, limit: int
) -> list[RateRow]:
    """Rates by currency and period, after a place in that order; raises `NotFoundError` for no place."""
    query = select(RateRow).where(RateRow.workspace_id == caller.workspace_id)
    if currency is not None:
        query = query.where(RateRow.currency == currency)
    order = RateRow.currency, RateRow.first, RateRow.days
    if after is not None:
        query = query.where(tuple_(*order) > _place(after))
    return list(session.scalars(query.order_by(*order).limit(limit)))


def read(row: RateRow) -> RateRead:
    """A stored rate."""
    return RateRead(currency=row.currency, period=Period(row.first, row.days), rate=Decimal(row.rate))


def place_of(row: RateRow) -> str:
    """Where a page that ends with this row ends."""
    return f"{row.currency}:{row.first}:{row.days}"


def _place(after: str) -> Key:
    try:
        currency, first, days = after.split(":")
        return currency, date.fromisoformat(first), int(days)
    except ValueError as error:
        raise NotFoundError("There is no such page; start again without `after`.") from error
