"""History in the database: money in minor units, one row per channel and period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import HistoryTableRow
from optimizer import HistoryRow, OutcomeRow, Period

LONGEST_DAYS = 31  # of a period
ROWS_AT_ONCE = 10_000  # read or written, so that few of them stand in memory twice
EXACT = 2**53  # whole numbers that a float holds exactly
SHOP = ""  # the channel under which results of the whole shop are kept
MONEY = ("spend", "revenue")
COUNTS = ("conversions", "new_customers", "impressions", "clicks")
KEY = ("channel", "first", "days")
Key = tuple[str, date, int]
Facts = tuple[int | float | None, ...]
TABLE = cast(Table, HistoryTableRow.__table__)


def stored(session: Session, caller: Caller, channels: Iterable[str]) -> Iterator[tuple[Key, Facts]]:
    """The stored facts of these channels, by channel and period, a part of them at a time."""
    query = select(*(TABLE.c[name] for name in (*KEY, *MONEY, *COUNTS)))
    mine = query.where(
        TABLE.c.workspace_id == caller.workspace_id, TABLE.c.channel.in_(bindparam("names", expanding=True))
    )
    found = session.connection().execute(mine, {"names": sorted(channels)})
    return ((row[:3], row[3:]) for some in found.partitions(ROWS_AT_ONCE) for row in some)


def key_of(channel: str, period: Period) -> Key:
    """Where a row's facts are kept."""
    return channel, period.first, period.days


def facts_of(row: HistoryRow | OutcomeRow, currency: str) -> Facts:
    """A row's numbers as they are stored, in the order of `MONEY` and `COUNTS`."""
    scale = 10 ** money.digits(currency)
    if isinstance(row, OutcomeRow):
        return 0, _minor(row.revenue, currency, scale), row.conversions, row.new_customers, None, None
    return (
        _minor(row.spend, currency, scale),
        _minor(row.revenue, currency, scale),
        row.conversions,
        row.new_customers,
        row.impressions,
        row.clicks,
    )


def add(session: Session, caller: Caller, given: Mapping[Key, Facts]) -> None:
    """Rows of periods that had none, all at once."""
    _write(session, caller, insert(TABLE), given)


def correct(session: Session, caller: Caller, given: Mapping[Key, Facts]) -> None:
    """New facts for periods that have some."""
    mine = (TABLE.c[name] == bindparam(f"at_{name}") for name in ("workspace_id", *KEY))
    facts: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in MONEY + COUNTS}
    _write(session, caller, update(TABLE).where(*mine).values(facts), given, "at_")


def _write(
    session: Session, caller: Caller, statement: Insert | Update, given: Mapping[Key, Facts], mark: str = ""
) -> None:
    keys = [mark + name for name in KEY]
    owner = {f"{mark}workspace_id": caller.workspace_id}
    names, waiting = [*keys, *MONEY, *COUNTS], iter(given.items())
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        rows = [owner | dict(zip(names, cast(Any, (*key, *facts)), strict=True)) for key, facts in some]
        session.connection().execute(statement, rows)


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


def channels(session: Session, caller: Caller) -> set[str]:
    """The channels that any stored row is of."""
    mine = HistoryTableRow.workspace_id == caller.workspace_id, HistoryTableRow.channel != SHOP
    return set(session.scalars(select(HistoryTableRow.channel).where(*mine).distinct()))


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


def _minor(amount: float | None, currency: str, scale: int) -> int | None:
    """The amount in minor units; most have no part of one, and need no decimal arithmetic to know it."""
    if amount is None:
        return None
    minor = round(amount * scale)
    is_whole = minor / scale == amount and abs(minor) < EXACT
    return minor if is_whole else money.to_minor(Decimal(repr(amount)), currency)


def _amount(minor: int | None, currency: str) -> float | None:
    return None if minor is None else float(money.from_minor(minor, currency))
