"""What the database promises, on both engines."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.db.tables import Table, WorkspaceRow

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def workspace(created_at: datetime = NOON) -> WorkspaceRow:
    return WorkspaceRow(
        id="w", name="shop", currency="CNY", created_at=created_at, audit_count=0, audit_head=""
    )


def test_the_migrations_make_the_tables(database: Database) -> None:
    """After all migrations nothing is left to migrate: schema and tables are one."""
    database.upgrade()
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    """A second process finds the schema as it should be."""
    for _ in range(2):
        database = Database(database_url)
        database.upgrade()
        database.close()


def test_a_failed_block_keeps_nothing(database: Database) -> None:
    """A transaction that raises leaves no trace."""
    with suppress(StatementError), database.writing() as session:
        session.add(workspace())
        session.flush()
        session.execute(text("SELECT nothing"))
    with database.reading() as session:
        assert session.scalars(select(WorkspaceRow)).all() == []


def test_moments_come_back_as_they_went(database: Database) -> None:
    """A moment is the same moment after storage, whatever zone it was written in; one without is refused."""
    in_shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    with database.writing() as session:
        session.add(workspace(in_shanghai))
    with database.reading() as session:
        assert session.scalars(select(WorkspaceRow.created_at)).one() == NOON
    with pytest.raises(StatementError, match="without a time zone"), database.writing() as session:
        session.add(workspace(NOON.replace(tzinfo=None)))


def test_no_increment_is_lost(database: Database) -> None:
    """Writers that read, think and write back do not overwrite each other: 4 × 25 additions are 100."""
    with database.writing() as session:
        session.add(workspace())

    def add_one(session: Session) -> None:
        row = session.scalars(select(WorkspaceRow).with_for_update()).one()
        row.audit_count += 1

    def work() -> None:
        for _ in range(25):
            with database.writing() as session:
                add_one(session)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalars(select(WorkspaceRow.audit_count)).one() == 100


def test_sqlite_is_set_for_money(tmp_path: Path) -> None:
    """Each SQLite connection waits for the disk, keeps foreign keys, and logs ahead."""
    database = Database(f"sqlite:///{tmp_path}/budget.db")
    with database.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "foreign_keys", "journal_mode", "busy_timeout")
        }
    assert found == {"synchronous": 2, "foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 15000}
    database.close()


def test_a_commit_by_anybody_is_another_moment(database_url: str) -> None:
    """SQLite's moment is another after each commit, through this database or any other; reading keeps it."""
    ours, theirs = Database(database_url), Database(database_url)
    moments = [ours.moment()]
    for writer in (ours, theirs):
        with writer.writing() as session:
            session.merge(workspace()).audit_head = str(writer is ours)
        moments.append(ours.moment())
    with ours.reading() as session:
        session.scalars(select(WorkspaceRow)).one()
    if ours.takes_one_writer:
        assert len(set(moments)) == 3
        assert ours.moment() == moments[-1]
    else:
        assert set(moments) == {None}
    ours.close()
    theirs.close()
