"""Does what was acknowledged survive `kill -9` in the middle of writes, once each, on SQLite and PostgreSQL?

Writers make keys, each under a name and an `Idempotency-Key` of its own. The server is killed among them and
started again; what was acknowledged must be there, what was not may be; sent again, everything is there once.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated

import httpx
import typer
from sqlalchemy import select

from app.access import audit
from app.access.keys import digest_of
from app.db.engine import Database
from app.db.tables import AuditRow, KeyRow
from benchmarks.processes import ForkedServer, workspace_key
from tests.app.databases import ENGINES, new_database, postgresql, server_binaries

WRITERS = 4
ANSWERS_BEFORE = (1, 40)  # of a kill, which comes up to so many seconds after the last of them
FAULTS = ("lost", "doubled", "halved", "broken")
SECONDS_AFTER, MOST_SECONDS = 0.02, 60
UNENCRYPTED = False  # this machine's own servers: no client has to read certificates first


@dataclass
class Writes:
    """What was asked for, and what of it was acknowledged."""

    key: str
    names: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)

    def send(self, client: httpx.Client, name: str, *, once: bool) -> None:
        """Ask for a key of this name; an answer is remembered."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": name} if once else {})
        reply = client.post("/v1/keys", json={"name": name, "role": "viewer"}, headers=headers)
        assert reply.status_code == 201, reply.text
        self.acknowledged.add(name)

    def go_on(self, address: str, writer: int) -> None:
        """Write until the server is gone."""
        with httpx.Client(base_url=address, timeout=20, verify=UNENCRYPTED) as client:
            for number in range(1_000_000):
                self.names.append(name := f"{writer}-{number}")
                try:
                    self.send(client, name, once=True)
                except httpx.TransportError:
                    return

    def sent_again(self, address: str, *, once: bool) -> Counter[str]:
        """Send what was not answered once more; how much that was."""
        unanswered = sorted(set(self.names) - self.acknowledged)
        with httpx.Client(base_url=address, timeout=60, verify=UNENCRYPTED) as client:
            for name in unanswered:
                self.send(client, name, once=once)
        return Counter(unanswered=len(unanswered))

    def wait_for(self, answers: int) -> None:
        """Wait until so many writes were acknowledged."""
        until = time.monotonic() + MOST_SECONDS
        while len(self.acknowledged) < answers and time.monotonic() < until:
            time.sleep(0.001)


def main(
    kills: Annotated[int, typer.Option(help="Times the server is killed, on each engine.")] = 500,
    once: Annotated[bool, typer.Option(help="Send Idempotency-Keys; without them writes double.")] = True,
    only: Annotated[str, typer.Option(help="One engine: sqlite or postgresql; both by default.")] = "",
) -> None:
    """Kill servers among writes, and count what is lost, doubled or halved: nothing may be."""
    failed = False
    for engine in [only] if only else ENGINES:
        with database_of(engine) as url:
            found = killed(url, kills, once=once)
        typer.echo(f"{engine}: {kills} kills, {dict(found)}")
        failed |= any(found[fault] for fault in FAULTS)
    raise typer.Exit(int(failed))


def killed(url: str, kills: int, *, once: bool = True) -> Counter[str]:
    """So many servers, each killed among writes of a workspace; how many writes, and what went wrong.

    Each but the first begins with what its predecessor left unanswered, and so does one more at the end.
    """
    found, before = Counter[str](), None
    for seed in range(kills + 1):
        with ForkedServer(url) as server:
            if before is not None:
                found += before.sent_again(server.address, once=once) + checked(url, before)
            if seed < kills:
                before = interrupted(url, server, random.Random(seed))
                found += checked(url, before) + Counter(acknowledged=len(before.acknowledged))
    return found


def interrupted(url: str, server: ForkedServer, chance: random.Random) -> Writes:
    """What was written to a server until it was killed among the writes."""
    writes = Writes(workspace_key(url))
    writers = [
        threading.Thread(target=writes.go_on, args=(server.address, number)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    writes.wait_for(chance.randint(*ANSWERS_BEFORE))
    time.sleep(chance.uniform(0, SECONDS_AFTER))
    server.kill()
    for writer in writers:
        writer.join()
    return writes


def checked(url: str, writes: Writes) -> Counter[str]:
    """What of the acknowledged writes is lost, doubled, or there by halves."""
    database = Database(url)
    with database.reading() as session:
        mine = select(KeyRow.workspace_id).where(KeyRow.digest == digest_of(writes.key, ""))
        owner = session.scalars(mine).one()
        keys = session.execute(select(KeyRow.id, KeyRow.name).where(KeyRow.workspace_id == owner)).all()
        told = session.scalars(
            select(AuditRow.object).where(AuditRow.workspace_id == owner, AuditRow.action == "key.create")
        )
        halved = {key_id for key_id, _ in keys} ^ set(told)
        broken = audit.broken_link(session, owner)
    database.close()
    times = Counter(name for _, name in keys)
    return Counter(
        lost=sum(times[name] == 0 for name in writes.acknowledged),
        doubled=sum(times[name] > 1 for name in writes.names),
        halved=len(halved),
        broken=int(broken is not None),
    )


@contextmanager
def database_of(engine: str) -> Iterator[str]:
    """The address of an empty database; PostgreSQL's own server is not the one that is killed."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/budget.db"
        return
    binaries = server_binaries()
    assert binaries, "PostgreSQL is not installed: apt-get install postgresql"
    with postgresql(binaries) as address:
        yield new_database(address)
