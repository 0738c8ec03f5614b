"""Files read as files of their kind were read before, and how each was read remembered once it is stored."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.db.tables import ImportRow
from app.history.cells import HistoryFileError, Note
from app.history.files import HistoryFile, read_history
from app.history.mapping import ColumnMapping
from app.imports import repository
from app.imports.schemas import ImportInput, ImportRead
from app.versions import Match

AS_BEFORE = "Read as files with these columns were read before; see the set-up's imports."


def read(
    session: Session, caller: Caller, data: bytes, name: str, *, mapping: ColumnMapping | None = None
) -> HistoryFile:
    """Read a file as asked; otherwise as files with its headers were read before, if any were.

    Raises `HistoryFileError` with every fault.
    """
    if mapping is not None:
        return read_history(data, name, mapping=mapping)
    found: HistoryFile | None = None
    try:
        found = read_history(data, name)
        used: ColumnMapping | None = found.mapping
    except HistoryFileError as error:
        if (used := error.mapping) is None or _known(session, caller, used) is None:
            raise
    assert used
    known = _known(session, caller, used)
    if found and (known is None or _is_same(known, used)):
        return found
    assert known
    del found  # a large file is not held twice
    again = read_history(data, name, mapping=known)
    return replace(again, notes=[Note("as_before", AS_BEFORE), *again.notes])


def remember(session: Session, caller: Caller, read: HistoryFile) -> None:
    """Keep how a file was read that is now stored; the period of a file without dates is its own."""
    mapping = read.mapping
    row = repository.find(session, caller, import_id := repository.id_of(mapping.columns))
    wish = ImportInput(columns=dict(mapping.columns), channel=mapping.channel, names=dict(mapping.names))
    if row is None:
        row = ImportRow(workspace_id=caller.workspace_id, id=import_id, columns={}, names={})
        session.add(row)
    row.file, row.platform, row.used_at, row.used_by = (
        read.name[-100:],
        mapping.platform,
        caller.at,
        caller.person,
    )
    if (row.columns, row.channel, row.names) != (wish.columns, wish.channel, wish.names):
        _keep(session, caller, row, wish)


def change(session: Session, caller: Caller, import_id: str, wish: ImportInput, match: Match) -> ImportRow:
    """Files with these headers shall be read so from now on; raises `StaleError` for another version."""
    row = repository.get(session, caller, import_id)
    match.require(row.version)
    if set(wish.columns) != set(row.columns):
        wish = wish.model_copy(
            update={"columns": row.columns | {h: wish.columns[h] for h in row.columns if h in wish.columns}}
        )
    _keep(session, caller, row, wish)
    return row


def forget(session: Session, caller: Caller, import_id: str) -> ImportRead:
    """Read files with these headers by themselves again; says what was forgotten."""
    row = repository.get(session, caller, import_id)
    told = ImportRead.model_validate(row)
    session.delete(row)
    audit.record(session, caller, "import.remove", import_id, **told.model_dump(mode="json"))
    return told


def _keep(session: Session, caller: Caller, row: ImportRow, wish: ImportInput) -> None:
    row.columns, row.channel, row.names = wish.columns, wish.channel, wish.names
    session.flush()
    audit.record(session, caller, "import.set", row.id, **wish.model_dump(mode="json"))


def _known(session: Session, caller: Caller, used: ColumnMapping) -> ColumnMapping | None:
    """How files with the headers of this reading were read before."""
    row = repository.find(session, caller, repository.id_of(used.columns))
    if row is None:
        return None
    return ColumnMapping(row.columns, row.channel, used.period, used.sheet, None, row.names)


def _is_same(known: ColumnMapping, used: ColumnMapping) -> bool:
    return (known.columns, known.channel, known.names) == (used.columns, used.channel, used.names)
