"""Does what was acknowledged survive a power cut, at any moment and with any part of the last writes lost?"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from bisect import bisect_right
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import event

from app.access import audit, service
from app.access.schemas import KeyInput, WorkspaceInput
from app.db.engine import Database
from benchmarks.disks import Disk, Entry, Recorder

WRITES = 150  # acknowledged in each life of a database
HASHED_EVERY = 50  # cuts after which the whole audit chain is walked, not only counted
recorder: list[Recorder] = []


def main(
    cuts: Annotated[int, typer.Option(help="Power cuts to simulate.")] = 10_000,
    synchronous: Annotated[
        str, typer.Option(help="FULL as served, or NORMAL or OFF to see it fail.")
    ] = "FULL",
    lives: Annotated[int, typer.Option(help="Databases written, each cut many times.")] = 10,
) -> None:
    """Write through the service's own code on a recording disk, cut the power, open what is left."""
    found: Counter[str] = Counter()
    for seed in range(lives):
        found += lived(seed, cuts // lives, synchronous)
    typer.echo(f"synchronous={synchronous}: {cuts:,} power cuts, {dict(found)}")
    if found["lost"] or found["corrupt"] or found["halved"]:
        raise typer.Exit(1)


def lived(seed: int, cuts: int, synchronous: str, writes: int = WRITES) -> Counter[str]:
    """What `cuts` power cuts in one database's life left: whole, lost, halved or corrupt."""
    log, acknowledged = written(writes, synchronous)
    chance, disk, done = random.Random(seed), Disk(), 0
    found: Counter[str] = Counter()
    for count, moment in enumerate(sorted(chance.randrange(acknowledged[0], len(log)) for _ in range(cuts))):
        disk.go_on(log[done:moment])
        done = moment
        promised = bisect_right(acknowledged, moment) - 1
        files = dict(disk.after_a_cut(chance))
        found[opened(files, promised, walks=count % HASHED_EVERY == 0)] += 1
    return found


def written(writes: int, synchronous: str) -> tuple[list[Entry], list[int]]:
    """The log of a database's life, and where in it each write was acknowledged; the first is its birth."""
    if not recorder:
        recorder.append(Recorder())
    log = recorder[0].log
    log.clear()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///file:{folder}/budget.db?vfs=recording&uri=true")
        event.listen(database.engine, "connect", lambda c, _: c.execute(f"PRAGMA synchronous={synchronous}"))
        acknowledged = _wrote(database, log, writes)
        whole = list(log)
        database.close()
    return whole, acknowledged


def _wrote(database: Database, log: list[Entry], writes: int) -> list[int]:
    with database.writing() as session:
        workspace, key = service.create_workspace(session, WorkspaceInput(name="shop", person="owner"), "")
    with database.engine.connect() as connection:  # its birth is on the disk whatever the setting
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    log.extend(Entry("sync", name) for name in {entry.file for entry in log})
    acknowledged = [len(log)]
    for number in range(writes):
        with database.writing() as session:
            caller = service.find_caller(session, key, "", workspace.created_at)
            service.create_key(session, caller, KeyInput(name=f"{number}", role="viewer"), "")
        acknowledged.append(len(log))
    return acknowledged


def opened(files: dict[str, bytes], promised: int, *, walks: bool) -> str:
    """What is found after a cut: whole, or what is wrong with it; `promised` writes were acknowledged."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            keys, entries, counted, verdict = _counts(Path(folder, "budget.db"))
        except sqlite3.DatabaseError:
            return "corrupt"
        if verdict != "ok" or (walks and _is_broken(folder)):
            return "corrupt"
    if not keys + 1 == entries == counted:
        return "halved"
    return "lost" if keys - 1 < promised else "whole"


def _counts(file: Path) -> tuple[int, int, int, str]:
    connection = sqlite3.connect(file)
    try:
        query = (
            "SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM audit), audit_count FROM workspaces"
        )
        keys, entries, counted = connection.execute(query).fetchone()
        return keys, entries, counted, connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()


def _is_broken(folder: str) -> bool:
    database = Database(f"sqlite:///{folder}/budget.db")
    with database.reading() as session:
        found = session.connection().exec_driver_sql("SELECT id FROM workspaces").scalar_one()
        broken = audit.broken_link(session, found)
    database.close()
    return broken is not None
