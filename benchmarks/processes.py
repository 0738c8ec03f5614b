"""Servers as processes of their own, to be measured and killed."""

from __future__ import annotations

import multiprocessing
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from app import sessions
from app.access import service
from app.access.schemas import WorkspaceInput
from app.db.engine import Database
from app.settings import Settings

ROOT = Path(__file__).parents[1]


class Server:
    """A server of the service on one database and a free port; it may be killed and started again."""

    def __init__(self, database_url: str, **settings: str) -> None:
        self.port = free_port()
        named = {f"BUDGET_{name.upper()}": value for name, value in settings.items()}
        self.environment = {**os.environ, "BUDGET_DATABASE_URL": database_url, "BUDGET_LOG_LEVEL": "error"}
        self.environment |= {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **named}
        self.address = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        wait_for(self.address)

    def kill(self) -> None:
        """End it as a power button would: no signal that it could handle."""
        self.process.kill()
        self.process.wait()

    def peak_megabytes(self) -> float:
        """The most memory it ever held (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found, "This system does not tell a process's peak memory."
        return int(found[1]) / 1024

    def cpu_seconds(self) -> float:
        """The processor time it used so far, of its own and for it (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class ForkedServer:
    """A server forked from a process that has everything imported: up in a moment, killed within a block."""

    def __init__(self, database_url: str) -> None:
        processes = multiprocessing.get_context("forkserver")
        processes.set_forkserver_preload(["benchmarks.warm", "benchmarks.processes"])
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self.process = processes.Process(target=serve, args=(database_url, port), daemon=True)

    def __enter__(self) -> ForkedServer:
        self.process.start()
        wait_for(self.address)
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """End it without any signal that it could handle."""
        self.process.kill()
        self.process.join()


def serve(database_url: str, port: int) -> None:
    """Serve a database in this process, by the app that is warm already, until it is killed."""
    import uvicorn

    from benchmarks.warm import app

    sessions.join(app, Settings(database_url=database_url, threads=4))
    uvicorn.run(app, port=port, access_log=False, log_config=None, ws="none")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    """Wait until a server can plan."""
    for _ in range(6000):
        connection = HTTPConnection(address.removeprefix("http://"), timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise TimeoutError("The server did not start within a minute.")


@contextmanager
def running(database_url: str, **settings: str) -> Iterator[Server]:
    """A server that is up, and ends with the block."""
    server = Server(database_url, **settings)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def workspace_key(database_url: str) -> str:
    """The admin key of a new workspace."""
    database = Database(database_url)
    with database.writing() as session:
        _, key = service.create_workspace(session, WorkspaceInput(name="shop", person="owner"), "")
    database.close()
    return key
