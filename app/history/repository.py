"""History in the database: money in minor units, one row per channel and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, tuple_
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import HistoryTableRow
from optimizer import HistoryRow, OutcomeRow, Period

LONGEST_DAYS = 31  # of a period
SHOP = ""  # the channel under which results of the whole shop are kept
MONEY = ("spend", "revenue")
COUNTS = ("conversions", "new_customers", "impressions", "clicks")
Key = tuple[str, Period]
Facts = dict[str, int | float | None]


def stored(
    session: Session, caller: Caller, channels: Iterable[str] | None = None
) -> dict[Key, HistoryTableRow]:
    """The stored rows of these channels (of all when None), by channel and period."""
    query = select(HistoryTableRow).where(HistoryTableRow.workspace_id == caller.workspace_id)
    if channels is not None:
        query = query.where(HistoryTableRow.channel.in_(sorted(channels)))
    return {(row.channel, Period(row.first, row.days)): row for row in session.scalars(query)}


def facts_of(row: HistoryRow | OutcomeRow, currency: str) -> Facts:
    """A row's numbers as they are stored."""
    given: dict[str, Any] = {"spend": 0.0} | asdict(row)
    facts: Facts = {name: _minor(given.get(name), currency) for name in MONEY}
    return facts | {name: given.get(name) for name in COUNTS}


def numbers_of(row: HistoryTableRow) -> Facts:
    """The stored numbers of a row."""
    return {name: getattr(row, name) for name in MONEY + COUNTS}


def add(session: Session, caller: Caller, given: Mapping[Key, Facts]) -> None:
    """Rows of periods that had none, all at once."""
    rows = [
        {
            "workspace_id": caller.workspace_id,
            "channel": channel,
            "first": period.first,
            "days": period.days,
            **facts,
        }
        for (channel, period), facts in given.items()
    ]
    if rows:
        session.execute(insert(HistoryTableRow), rows)


def rows_before(session: Session, caller: Caller, month: Period) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    """All that is known of the time before a month: rows of channels, and of the whole shop."""
    return _read(session, caller, HistoryTableRow.first < month.first)


def rows_between(
    session: Session, caller: Caller, first: date, last: date
) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    """The rows that may reach into these days: all that begin from a month before the first on."""
    return _read(
        session,
        caller,
        HistoryTableRow.first >= first - timedelta(days=LONGEST_DAYS),
        HistoryTableRow.first <= last,
    )


def first_and_last(session: Session, caller: Caller) -> tuple[date, date] | None:
    """The first days of the oldest and of the newest stored period."""
    query = select(func.min(HistoryTableRow.first), func.max(HistoryTableRow.first))
    oldest, newest = session.execute(query.where(HistoryTableRow.workspace_id == caller.workspace_id)).one()
    return None if oldest is None else (oldest, newest)


def _read(
    session: Session, caller: Caller, *conditions: ColumnElement[bool]
) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    query = select(HistoryTableRow).where(HistoryTableRow.workspace_id == caller.workspace_id, *conditions)
    rows, outcomes = [], []
    for row in session.scalars(query.order_by(HistoryTableRow.channel, HistoryTableRow.first)):
        if row.channel == SHOP:
            revenue = _amount(row.revenue, caller.currency)
            outcomes.append(
                OutcomeRow(Period(row.first, row.days), revenue, row.conversions, row.new_customers)
            )
        else:
            rows.append(_history_row(row, caller.currency))
    return rows, outcomes


def page(
    session: Session, caller: Caller, channel: str | None, after: tuple[str, str] | None, limit: int
) -> list[HistoryRow]:
    """Rows of channels, by channel and first day, after a place in that order."""
    table = HistoryTableRow
    query = select(table).where(table.workspace_id == caller.workspace_id, table.channel != SHOP)
    if channel is not None:
        query = query.where(table.channel == channel)
    if after is not None:
        name, first = after
        query = query.where(tuple_(table.channel, table.first) > (name, Period.parse(first).first))
    rows = session.scalars(query.order_by(table.channel, table.first).limit(limit))
    return [_history_row(row, caller.currency) for row in rows]


def _history_row(row: HistoryTableRow, currency: str) -> HistoryRow:
    amounts = {name: _amount(getattr(row, name), currency) for name in MONEY}
    counts = {name: getattr(row, name) for name in COUNTS}
    return HistoryRow(row.channel, Period(row.first, row.days), **amounts, **counts)  # type: ignore[arg-type]


def _minor(amount: float | None, currency: str) -> int | None:
    return None if amount is None else money.to_minor(Decimal(repr(amount)), currency)


def _amount(minor: int | None, currency: str) -> float | None:
    return None if minor is None else float(money.from_minor(minor, currency))
