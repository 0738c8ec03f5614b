"""Rows of history kept: added or corrected, never two for one day of a channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.errors import ConflictError
from app.history import repository
from app.history.repository import SHOP, Facts, Key, facts_of, numbers_of
from app.history.schemas import CountsRead
from optimizer import HistoryRow, OutcomeRow, gather

MOST_NAMED = 20


def upsert(
    session: Session, caller: Caller, rows: Sequence[HistoryRow], outcomes: Sequence[OutcomeRow]
) -> CountsRead:
    """Store rows by channel and period; the former values of corrected ones go into the audit trail.

    Raises `HistoryError` for rows that clash with each other, `ConflictError` for those that overlap a
    stored one without being of the same period. Nothing is stored by halves.
    """
    gather(rows, outcomes)
    given: dict[Key, Facts] = {(row.channel, row.period): facts_of(row, caller.currency) for row in rows}
    given |= {(SHOP, row.period): facts_of(row, caller.currency) for row in outcomes}
    known = repository.stored(session, caller, {channel for channel, _ in given})
    _check_overlaps({*given, *known})
    former = {}
    for key, facts in given.items():
        if (row := known.get(key)) and (before := numbers_of(row)) != facts:
            former[key] = before
            for name, value in facts.items():
                setattr(row, name, value)
    repository.add(session, caller, {key: facts for key, facts in given.items() if key not in known})
    counts = _counts(given, known, former)
    _record(session, caller, counts, former)
    return counts


def _counts(given: dict[Key, Facts], known: Mapping[Key, object], former: dict[Key, Facts]) -> CountsRead:
    added = len(given.keys() - known.keys())
    return CountsRead(added=added, changed=len(former), unchanged=len(given) - added - len(former))


def _record(session: Session, caller: Caller, counts: CountsRead, former: dict[Key, Facts]) -> None:
    corrected = [{"channel": name, "period": str(period), **was} for (name, period), was in former.items()]
    audit.record(session, caller, "history.set", "history", **counts.model_dump(), former=corrected)


def _check_overlaps(keys: set[Key]) -> None:
    """Raise `ConflictError` where two periods of a channel overlap: one given, one stored."""
    ordered = sorted(keys, key=lambda key: (key[0], key[1].start, key[1].end))
    clashes = [
        f"{_of(name)} {later} overlaps {earlier}"
        for (name, earlier), (other, later) in pairwise(ordered)
        if name == other and later.start < earlier.end
    ]
    if clashes:
        more = f", and {len(clashes) - MOST_NAMED} more" if len(clashes) > MOST_NAMED else ""
        raise ConflictError(f"Each day may be given once: {'; '.join(clashes[:MOST_NAMED])}{more}.")


def _of(channel: str) -> str:
    return "the shop's" if channel == SHOP else f"{channel}'s"
