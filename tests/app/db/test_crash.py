"""A killed server has lost nothing that it acknowledged, and what is sent again is there once."""

from __future__ import annotations

from sqlalchemy import delete

from app.db.engine import Database
from app.db.tables import KeyRow
from benchmarks import crash
from benchmarks.processes import workspace_key


def test_a_kill_among_writes_loses_and_doubles_nothing(database_url: str) -> None:
    """Killed once among four writers: every acknowledged key is there once, whole, in an unbroken trail."""
    found = crash.killed(database_url, 1)
    assert found["acknowledged"] > 0
    assert found["lost"] == found["doubled"] == found["halved"] == found["broken"] == 0


def test_the_check_sees_what_is_lost_doubled_or_halved(database_url: str) -> None:
    """An acknowledged key that is not there, one that is there twice, one without its entry: all found."""
    writes = crash.Writes(workspace_key(database_url), ["first key", "gone"], {"first key", "gone"})
    assert crash.checked(database_url, writes)["lost"] == 1
    database = Database(database_url)
    with database.writing() as session:
        row = session.query(KeyRow).one()
        facts = {c.name: getattr(row, c.name) for c in KeyRow.__table__.columns}
        session.add(KeyRow(**facts | {"id": "another", "digest": "another", "prefix": "another"}))
    found = crash.checked(database_url, writes)
    assert (found["doubled"], found["halved"]) == (1, 1)
    with database.writing() as session:
        session.execute(delete(KeyRow).where(KeyRow.id == "another"))
    assert crash.checked(database_url, writes)["doubled"] == 0
    database.close()
