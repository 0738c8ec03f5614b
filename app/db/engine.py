"""The database: SQLite in one file by default, PostgreSQL by address; the same rules on both.

SQLite: write-ahead log, every commit on the disk before it is answered (`synchronous=FULL`), and writers
take their turn from the first statement on (`BEGIN IMMEDIATE`), because a transaction that reads first and
writes later loses updates. PostgreSQL: writers of one workspace take their turn by locking its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

BUSY_SECONDS = 15
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
)
MIGRATIONS = Path(__file__).parent / "migrations"
UPGRADE_LOCK = 0x62756467  # any number that is ours


class Database:
    """A database and its sessions; the schema is brought up to date before the first of them."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._reading = self.engine.execution_options(reads=True, postgresql_readonly=True)
        if not self.takes_one_writer:  # SQLite's transactions see one moment by themselves
            self._reading = self._reading.execution_options(isolation_level="REPEATABLE READ")
        self._is_current = False
        self._upgrading, self._watching = Lock(), Lock()
        self._watch: PoolProxiedConnection | None = None

    @property
    def takes_one_writer(self) -> bool:
        """Whether one transaction at a time may write to the whole database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def is_made(self) -> bool:
        """Whether there is anything to read: a SQLite file that nobody wrote to is not there."""
        name = self.engine.url.database
        return not self.takes_one_writer or (name is not None and Path(name).exists())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads; it waits for nobody and sees one moment."""
        self.upgrade()
        with Session(self._reading) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that reads everything as it is at one moment."""
        self.upgrade()
        with self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all kept at the end of the block, or none if it raises."""
        self.upgrade()
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def moment(self) -> int | None:
        """A number that is another after anybody's commit; None where asking for it costs a query.

        SQLite keeps it in shared memory: `PRAGMA data_version` on a connection that itself never writes.
        """
        if not self.takes_one_writer:
            return None
        with self._watching:
            if self._watch is None:
                self.upgrade()
                self._watch = self.engine.raw_connection()
                self._watch.detach()
            cursor = self._watch.cursor()
            cursor.execute("PRAGMA data_version")
            (number,) = cursor.fetchone() or (None,)
            cursor.close()
        return number

    def upgrade(self) -> None:
        """Bring the schema up to date, once; several processes take their turn."""
        with self._upgrading:
            if not self._is_current:
                with self.engine.begin() as connection:
                    migrate(connection)
                self._is_current = True

    def close(self) -> None:
        """Give every connection back."""
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """The engine of an address: `sqlite:///budget.db` or `postgresql://user@host/name`."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(
            address.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True
        )
    engine = create_engine(address, hide_parameters=True)  # what is stored is nobody's to read in a log
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def migrate(connection: Connection, to: str = "head") -> None:
    """Bring the schema to a revision, in the connection's transaction; others wait."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
    config = _migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def latest_schema() -> str:
    """The newest revision of the schema, which is the one `Table.metadata` describes."""
    return ScriptDirectory.from_config(_migrations()).get_current_head() or ""


def _prepare(connection: Any, _: object) -> None:
    """Set a new SQLite connection up, and keep the driver from starting transactions by itself."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
