"""Rows of history kept: added or corrected, never two for one day of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.errors import ConflictError
from app.history import repository
from app.history.cells import fault_at
from app.history.files import HistoryFile
from app.history.repository import COUNTS, MONEY, SHOP, Facts, Key, facts_of, key_of
from app.history.schemas import CountsRead, HistoryBatch, StoredRead
from app.rates.conversion import Converter
from app.rates.schemas import ConversionRead
from optimizer import Fault, HistoryError, HistoryRow, InputError, OutcomeRow, Period, contradictions

MOST_NAMED = 20


def store_batch(session: Session, caller: Caller, batch: HistoryBatch) -> StoredRead:
    """Store rows, each from its own currency; raises `InputError` for those without a rate."""
    named: list[list[str | None]] = [[row.currency for row in part] for part in (batch.rows, batch.outcomes)]
    converter = Converter.of(session, caller, {name for part in named for name in part})
    rows = converter.convert(
        [row.to_row() for row in batch.rows],
        named[0],
        lambda place, why: Fault(("rows", place, "period"), why),
    )
    outcomes = converter.convert(
        [row.to_row() for row in batch.outcomes],
        named[1],
        lambda place, why: Fault(("outcomes", place, "period"), why),
    )
    return _stored(session, caller, rows, outcomes, converter)


def store_file(
    session: Session, caller: Caller, read: HistoryFile, currency: str | None = None
) -> StoredRead:
    """Store a file's rows from the currency that it, or whoever sends it, names for all of them."""
    if currency and read.currency not in (None, currency):
        raise InputError([Fault(("currency",), f"The file itself says {read.currency}.")])
    named, sheet = currency or read.currency, read.places[0][0] if read.places else ""
    converter = Converter.of(session, caller, {named})
    rows = converter.convert(read.rows, [named] * len(read.rows), lambda place, why: _fault(read, place, why))
    outcomes = converter.convert(
        read.outcomes,
        [named] * len(read.outcomes),
        lambda place, why: fault_at(sheet, f"{read.outcomes[place].period}: {why}"),
    )
    return _stored(session, caller, rows, outcomes, converter)


def _fault(read: HistoryFile, place: int, why: str) -> Fault:
    sheet, row, column = read.places[place]
    return fault_at(sheet, why, row, column)


def _stored(
    session: Session,
    caller: Caller,
    rows: Sequence[HistoryRow],
    outcomes: Sequence[OutcomeRow],
    converter: Converter,
) -> StoredRead:
    converter.check()
    told = converter.told()
    return StoredRead(**upsert(session, caller, rows, outcomes, told).model_dump(), converted=told)


def upsert(
    session: Session,
    caller: Caller,
    rows: Sequence[HistoryRow],
    outcomes: Sequence[OutcomeRow],
    converted: Sequence[ConversionRead] = (),
) -> CountsRead:
    """Store rows by channel and period; the former values of corrected ones go into the audit trail.

    Raises `HistoryError` for rows that clash with each other, `ConflictError` for those that overlap a
    stored one without being of the same period. Nothing is stored by halves.
    """
    if faults := contradictions(rows, outcomes):
        raise HistoryError(faults)
    given = {key_of(row.channel, row.period): facts_of(row, caller.currency) for row in rows}
    given |= {key_of(SHOP, row.period): facts_of(row, caller.currency) for row in outcomes}
    new, former, others = dict(given), dict[Key, Facts](), set[Key]()
    for key, facts in repository.stored(session, caller, {channel for channel, _, _ in given}):
        if key not in given:
            others.add(key)
        elif new.pop(key) != facts:
            former[key] = facts
    if new:  # what is stored does not overlap, and neither do rows that are of the same periods
        _check_overlaps({*given, *others})
    repository.add(session, caller, new)
    repository.correct(session, caller, {key: given[key] for key in former})
    counts = CountsRead(added=len(new), changed=len(former), unchanged=len(given) - len(new) - len(former))
    _record(session, caller, counts, former, converted)
    return counts


def _record(
    session: Session,
    caller: Caller,
    counts: CountsRead,
    former: dict[Key, Facts],
    converted: Sequence[ConversionRead],
) -> None:
    corrected = [
        {"channel": name, "period": str(Period(first, days)), **dict(zip(MONEY + COUNTS, was, strict=True))}
        for (name, first, days), was in former.items()
    ]
    told = {"converted": [one.model_dump(mode="json") for one in converted]} if converted else {}
    audit.record(session, caller, "history.set", "history", **counts.model_dump(), former=corrected, **told)


def _check_overlaps(keys: set[Key]) -> None:
    """Raise `ConflictError` where two periods of a channel overlap: one given, one stored."""
    spans = sorted((name, first.toordinal(), days) for name, first, days in keys)
    clashes = [
        f"{_of(name)} {_period(later)} overlaps {_period(earlier)}"
        for earlier, later in pairwise(spans)
        if (name := later[0]) == earlier[0] and later[1] < earlier[1] + earlier[2]
    ]
    if clashes:
        more = f", and {len(clashes) - MOST_NAMED} more" if len(clashes) > MOST_NAMED else ""
        raise ConflictError(f"Each day may be given once: {'; '.join(clashes[:MOST_NAMED])}{more}.")


def _period(span: tuple[str, int, int]) -> Period:
    return Period(date.fromordinal(span[1]), span[2])


def _of(channel: str) -> str:
    return "the shop's" if channel == SHOP else f"{channel}'s"
