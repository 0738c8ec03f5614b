"""Rates in the database, as exact decimals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import RateRow
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


def of(caller: Caller, currency: str | None = None) -> Select[RateRow]:
    """The workspace's rates, of one currency or of all."""
    query = select(RateRow).where(RateRow.workspace_id == caller.workspace_id)
    return query if currency is None else query.where(RateRow.currency == currency)


def read(row: RateRow) -> RateRead:
    """A stored rate."""
    return RateRead(currency=row.currency, period=Period(row.first, row.days), rate=Decimal(row.rate))
