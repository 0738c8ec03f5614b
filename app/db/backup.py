"""Everything that is stored, in one file that any engine gives and any engine takes.

A gzip of JSON lines: a head that names the schema, each table's columns followed by its rows, and an end with
the number of rows and the SHA-256 of all lines before it. Damage anywhere is found before a row is stored.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, event, func, insert, select
from sqlalchemy import Table as StoredTable

from app.db.engine import Database, latest_schema, migrate
from app.db.moments import Moment
from app.db.tables import Table

FORMAT = 1
ROWS_AT_ONCE = 1000
DAMAGED = (OSError, EOFError, zlib.error, UnicodeDecodeError, ValueError, KeyError, TypeError)


class BackupError(Exception):
    """A file that cannot be restored, or a database that it cannot be restored into."""


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself."""

    schema: str
    made_at: str
    rows: int


def write(database: Database, file: Path) -> Backup:
    """Back everything up as it is at one moment; the file is in its place only once it is whole.

    It holds whatever the database holds: only its owner may read it.
    """
    beside = file.with_name(file.name + ".part")
    schema, made_at = latest_schema(), datetime.now(UTC).isoformat()
    head = {"backup": FORMAT, "schema": schema, "made_at": made_at}
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed, database.snapshot() as connection:
            rows = _write_lines(packed, head, connection)
        raw.flush()
        os.fsync(raw.fileno())
    beside.replace(file)
    return Backup(schema, made_at, rows)


def check(file: Path) -> Backup:
    """Read the whole file; raises `BackupError` unless every line is as it was written."""
    try:
        return _checked(file)
    except FileNotFoundError:
        raise BackupError(f"There is no file {file}.") from None
    except DAMAGED as error:
        raise BackupError(f"{file} is damaged, cut off, or no backup; nothing was restored.") from error


def restore(database: Database, file: Path) -> Backup:
    """Store everything a backup holds into an empty database, all of it or nothing.

    A backup of an older schema is restored as it was, then brought up to date. Raises `BackupError` for a
    damaged file, one of a newer service, and a database that holds anything.
    """
    backup = check(file)
    with database.engine.begin() as connection:
        _make_room(connection, backup.schema)
        known = _tables(connection)
        for name, rows in groupby(_rows(file), key=lambda row: row[0]):
            _store(connection, known[name], rows)
        migrate(connection)
    return backup


def _write_lines(packed: gzip.GzipFile, head: dict[str, Any], connection: Connection) -> int:
    digest, rows = hashlib.sha256(), 0

    def write(line: object) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=_written) + "\n"
        digest.update(text.encode())
        packed.write(text.encode())

    write(head)
    for table in Table.metadata.sorted_tables:
        write({"table": table.name, "columns": list(table.columns.keys())})
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
            write(list(row))
            rows += 1
    write({"rows": rows, "sha256": digest.hexdigest()})
    return rows


def _written(value: object) -> str:
    if isinstance(value, date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"A {type(value).__name__} cannot be backed up.")


def _checked(file: Path) -> Backup:
    digest, rows, end = hashlib.sha256(), 0, None
    with gzip.open(file) as packed:
        first = packed.readline()
        head = json.loads(first)
        if head["backup"] != FORMAT:
            raise BackupError(f"{file} was made by another version of the service.")
        digest.update(first)
        for text in packed:
            line = json.loads(text)
            if end is not None:
                raise ValueError("lines after the end")
            if isinstance(line, dict) and "sha256" in line:
                end = line
                continue
            rows += isinstance(line, list)
            digest.update(text)
    if end is None or (end["rows"], end["sha256"]) != (rows, digest.hexdigest()):
        raise ValueError("not what was written")
    return Backup(head["schema"], head["made_at"], rows)


def _make_room(connection: Connection, schema: str) -> None:
    """Bring the target to the backup's schema; raises `BackupError` when it cannot be, or is not empty."""
    current = MigrationContext.configure(connection).get_current_revision()
    if schema > latest_schema():
        raise BackupError(f"The backup has schema {schema}; this service knows {latest_schema()} at most.")
    if current not in (None, schema):
        raise BackupError(f"The backup has schema {schema}, the database {current}: restore into a new one.")
    migrate(connection, schema)
    for name, table in _tables(connection).items():
        if connection.scalar(select(func.count()).select_from(table)):
            raise BackupError(f"The database is not empty: it has {name}. Restore into a new one.")


def _tables(connection: Connection) -> dict[str, StoredTable]:
    """The tables as this schema has them, whichever it is; moments and JSON as the service keeps them."""
    found = MetaData()
    event.listen(StoredTable, "column_reflect", _as_kept)
    try:
        found.reflect(connection)
    finally:
        event.remove(StoredTable, "column_reflect", _as_kept)
    return {name: table for name, table in found.tables.items() if name != "alembic_version"}


def _as_kept(_: object, __: object, column: dict[str, Any]) -> None:
    if isinstance(column["type"], DateTime):
        column["type"] = Moment()
    elif isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)


def _rows(file: Path) -> Iterator[tuple[str, list[str], list[Any]]]:
    """Every row of a checked file with its table's name and columns."""
    name, columns = "", list[str]()
    with gzip.open(file, "rt", encoding="utf-8", newline="\n") as packed:
        for text in packed:
            line = json.loads(text)
            if isinstance(line, list):
                yield name, columns, line
            elif "table" in line:
                name, columns = line["table"], line["columns"]


def _store(
    connection: Connection, table: StoredTable, rows: Iterator[tuple[str, list[str], list[Any]]]
) -> None:
    batch = list[dict[str, Any]]()
    for _, columns, values in rows:
        batch.append(_read(table, columns, values))
        if len(batch) == ROWS_AT_ONCE:
            connection.execute(insert(table), batch)
            batch.clear()
    if batch:
        connection.execute(insert(table), batch)


def _read(table: StoredTable, columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """A row's values by column, days and moments read from their text."""
    row = dict(zip(columns, values, strict=True))
    for name, value in row.items():
        kind = table.c[name].type
        if value is not None and isinstance(kind, Moment | Date):
            row[name] = (datetime if isinstance(kind, Moment) else date).fromisoformat(value)
    return row
