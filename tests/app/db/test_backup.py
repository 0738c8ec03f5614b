"""A backup is everything, of any engine for any engine; a damaged one restores nothing."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.access import audit, service
from app.access.callers import Caller
from app.access.schemas import WorkspaceInput
from app.cli import app
from app.db import backup
from app.db.engine import Database
from app.db.tables import HistoryTableRow, PlanRow, Table, WorkspaceRow
from app.history import service as history
from optimizer import HistoryRow, Period
from tests.app.databases import ENGINES, new_database

WEEK = Period.parse("2026-W40")


def fill(database: Database) -> Caller:
    """A workspace with a row of every awkward kind: cents, None, fractions, Chinese, moments, JSON."""
    with database.writing() as session:
        wish = WorkspaceInput(name="小店", currency="CNY", person="owner")
        workspace, key = service.create_workspace(session, wish, "")
        caller = service.find_caller(session, key, "", workspace.created_at)
        rows = [HistoryRow("抖音", WEEK.next(n), 0.1 + n, None if n % 2 else 9.07, 1 / 3) for n in range(9)]
        history.upsert(session, caller, rows, [])
        plan = {"month": "2026-12", "version": 1, "state": "draft", "language": "zh", "content_hash": "h"}
        session.add(
            PlanRow(
                workspace_id=workspace.id,
                id="plan",
                **plan,
                request={"b": 1, "a": [None, 0.1]},
                reply={"name": "抖音"},
                drafted_by="owner",
                drafted_at=caller.at,
            )
        )
    return caller


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.snapshot() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in Table.metadata.sorted_tables
        }


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A second empty database, on each engine in turn."""
    url = f"sqlite:///{tmp_path}/target.db"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql_server"))
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A backup of a small SQLite database."""
    database, file = Database(f"sqlite:///{tmp_path}/source.db"), tmp_path / "backup.gz"
    fill(database)
    backup.write(database, file)
    database.close()
    return file


def test_what_was_stored_comes_back_in_any_engine(
    database: Database, target: Database, tmp_path: Path
) -> None:
    """From each engine into each: every value of every table the same, the order within JSON too,
    and the audit chain whole and writable on."""
    caller, file = fill(database), tmp_path / "backup.gz"
    assert backup.write(database, file).rows == backup.restore(target, file).rows
    assert everything(target) == everything(database)
    assert len(everything(target)["history"]) == 9
    with target.writing() as session:
        assert list(session.scalars(select(PlanRow.request)).one()) == ["b", "a"]
        audit.record(session, caller, "plan.draft", "plan")
        assert audit.broken_link(session, caller.workspace_id) is None


def test_a_tampered_trail_stays_tampered(target: Database, tmp_path: Path) -> None:
    """A chain broken in the source is broken in what is restored: a backup launders nothing."""
    source, file = Database(f"sqlite:///{tmp_path}/source.db"), tmp_path / "backup.gz"
    caller = fill(source)
    with source.writing() as session:
        session.get_one(WorkspaceRow, caller.workspace_id).audit_head = audit.FIRST
    backup.write(source, file)
    source.close()
    backup.restore(target, file)
    with target.reading() as session:
        assert audit.broken_link(session, caller.workspace_id)


def flipped(data: bytes) -> bytes:
    """One digit of the plain text changed, and packed anew: only the checksum can tell."""
    return gzip.compress(gzip.decompress(data).replace(b"\xe6\x8a\x96", b"\xe6\x8a\x97", 1))


def without_a_row(data: bytes) -> bytes:
    lines = gzip.decompress(data).splitlines(keepends=True)
    return gzip.compress(b"".join(lines[:2] + lines[3:]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-9],
        lambda data: data[: len(data) // 2],
        lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
        lambda data: gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[:-1])),
        lambda data: gzip.compress(gzip.decompress(data) + b"[]\n"),
        lambda data: b"",
        lambda data: b"no backup",
        lambda data: gzip.compress(b"[]\n"),
        flipped,
        without_a_row,
    ],
)
def test_a_damaged_file_restores_nothing(
    target: Database, made: Path, damage: Callable[[bytes], bytes]
) -> None:
    """Cut off, flipped, shortened or no backup at all: refused, and the database is as empty as before."""
    made.write_bytes(damage(made.read_bytes()))
    with pytest.raises(backup.BackupError):
        backup.restore(target, made)
    assert not any(everything(target).values())


def test_a_database_that_holds_anything_is_left_alone(target: Database, made: Path) -> None:
    """Restoring twice is refused, and what was there stays."""
    backup.restore(target, made)
    before = everything(target)
    with pytest.raises(backup.BackupError, match="not empty"):
        backup.restore(target, made)
    assert everything(target) == before


def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    target: Database, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the schema before there were plans come back under the newest; a newer schema is refused."""
    lines = [json.loads(line) for line in gzip.decompress(made.read_bytes()).splitlines()]
    tables = [place for place, line in enumerate(lines) if isinstance(line, dict) and "table" in line]
    spans = {lines[a]["table"]: lines[a:b] for a, b in pairwise([*tables, len(lines) - 1])}
    spans["keys"] = without(spans["keys"], "plan_id")
    for setting in ("time_zone", "reserve_policy", "four_eyes", "settings_version"):
        spans["workspaces"] = without(spans["workspaces"], setting)
    known = [spans[name] for name in ("workspaces", "keys", "audit", "history")]
    written(made, [lines[0] | {"schema": "0002"}, *chain.from_iterable(known)])
    assert backup.restore(target, made).schema == "0002"
    assert len(everything(target)["history"]) == 9
    assert everything(target)["plans"] == []
    monkeypatch.setattr(backup, "latest_schema", lambda: "0001")
    with pytest.raises(backup.BackupError, match="knows 0001 at most"):
        backup.restore(target, made)


def without(lines: list[Any], column: str) -> list[Any]:
    """A table's lines as they were before it had a column."""
    place = lines[0]["columns"].index(column)
    head = lines[0] | {"columns": [name for name in lines[0]["columns"] if name != column]}
    return [head, *(row[:place] + row[place + 1 :] for row in lines[1:])]


def written(file: Path, lines: list[Any]) -> None:
    """A backup of these lines, its end counted and hashed anew."""
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    rows = sum(isinstance(line, list) for line in lines)
    end = {"rows": rows, "sha256": hashlib.sha256(text).hexdigest()}
    file.write_bytes(gzip.compress(text + json.dumps(end).encode() + b"\n"))


def test_the_operator_backs_up_and_restores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Path
) -> None:
    """At the terminal: restore says how many rows, a damaged file ends with 1, and the file is private."""
    monkeypatch.setenv("BUDGET_DATABASE_URL", f"sqlite:///{tmp_path}/restored.db")
    run = CliRunner().invoke
    assert "rows of" in run(app, ["db", "restore", str(made)]).stdout
    assert "whole" in run(app, ["audit", "verify"]).stdout
    again = tmp_path / "again.gz"
    assert run(app, ["db", "backup", str(again)]).exit_code == 0
    assert again.stat().st_mode & 0o077 == 0
    again.write_bytes(again.read_bytes()[:-1])
    refusal = run(app, ["db", "restore", str(again)])
    assert (refusal.exit_code, "damaged" in refusal.output) == (1, True)
    assert run(app, ["db", "restore", str(tmp_path / "none.gz")]).exit_code == 1


def test_history_of_a_backup_is_readable_history(target: Database, made: Path) -> None:
    """Days come back as days and cents as whole cents."""
    backup.restore(target, made)
    with target.reading() as session:
        row = session.scalars(select(HistoryTableRow).order_by(HistoryTableRow.first)).first()
        assert row is not None
        assert (row.first, row.spend, row.revenue, row.conversions) == (WEEK.first, 10, 907, 1 / 3)
