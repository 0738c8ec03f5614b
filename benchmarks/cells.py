"""How fast cells read a plan: single reads, and the refresh of a sheet as LibreOffice asks for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import local
from typing import Annotated

import httpx
import numpy as np
import typer

from app.access import service
from app.access.schemas import WorkspaceInput
from app.db.engine import Database

CHANNELS, METRICS = 20, ("spend", "share", "response", "roi", "marginal_roi")
AS_LIBREOFFICE = ("OPTIONS", "HEAD", "HEAD", "GET")
TICKS = os.sysconf("SC_CLK_TCK")


def main(
    reads: Annotated[int, typer.Option(help="Single reads, one after another.")] = 1000,
    cells: Annotated[int, typer.Option(help="Cells of the sheet that is refreshed.")] = 500,
) -> None:
    """One server process, SQLite, a plan of 20 channels; goals: p99 below 15 ms, a refresh below 5 s."""
    with _planned() as server:
        paths = [
            f"/sheets/latest/value?sig={server.sig}"
            f"&channel=c{i % CHANNELS}&metric={METRICS[i // CHANNELS % len(METRICS)]}"
            for i in range(max(reads, cells))
        ]
        server.ask("GET", paths[0])
        took = np.array([_timed(server, path) for path in paths[:reads]]) * 1000
        middle, most = np.percentile(took, [50, 99])
        typer.echo(f"{reads} reads: median {middle:.1f} ms, p99 {most:.1f} ms")
        for name, methods, workers in (
            ("one GET each", ("GET",), 1),
            ("as LibreOffice asks, one after another", AS_LIBREOFFICE, 1),
            ("as LibreOffice asks, 6 at once", AS_LIBREOFFICE, 6),
        ):
            _tell(server, f"{cells} cells, {name}", _refresh(server, paths[:cells], methods, workers))
        anew = [f"{path}&t={number}" for number, path in enumerate(paths[:cells])]
        _tell(server, f"{cells} cells never asked before", _refresh(server, anew, AS_LIBREOFFICE, 1))


@dataclass
class Server:
    """A server process, and the sheet key of a workspace that has a plan."""

    process: subprocess.Popen[bytes]
    port: int
    sig: str = ""

    def __post_init__(self) -> None:
        self._own = local()

    def ask(self, method: str, path: str) -> None:
        """One request on this thread's own connection, answered well."""
        if not hasattr(self._own, "connection"):
            self._own.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._own.connection.request(method, path)
        with self._own.connection.getresponse() as reply:
            reply.read()
            if reply.status >= 300:
                raise RuntimeError(f"{method} {path}: {reply.status}")

    @property
    def cpu_seconds(self) -> float:
        """Processor time that the server has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def _refresh(
    server: Server, paths: Sequence[str], methods: Sequence[str], workers: int
) -> Callable[[], object]:
    """A refresh, ready to run: each cell asks by each of the methods in turn."""

    def one(path: str) -> None:
        for method in methods:
            server.ask(method, path)

    def refresh() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, paths))

    return refresh


def _tell(server: Server, name: str, run: Callable[[], object]) -> None:
    began, used = time.perf_counter(), server.cpu_seconds
    run()
    wall, used = time.perf_counter() - began, server.cpu_seconds - used
    typer.echo(f"{name}: {wall:.2f} s ({used:.2f} s of the server's processor)")


def _timed(server: Server, path: str) -> float:
    began = time.perf_counter()
    server.ask("GET", path)
    return time.perf_counter() - began


@contextmanager
def _planned() -> Iterator[Server]:
    """A server process with a plan, and a sheet key to it."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        url = f"sqlite:///{Path(folder)}/budget.db"
        told = {**os.environ, "BUDGET_DATABASE_URL": url, "BUDGET_PORT": str(port)}
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"],
            env=told,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait_for(client)
                yield Server(process, port, _sheet_key(client, Database(url)))
        finally:
            process.terminate()
            process.wait()


def _wait_for(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("The server did not start.")


def _sheet_key(client: httpx.Client, database: Database) -> str:
    with database.writing() as session:
        _, key = service.create_workspace(session, WorkspaceInput(name="bench", person="bench"), "")
    database.close()
    client.headers["Authorization"] = f"Bearer {key}"
    curve = {"family": "hill", "scale": 90000, "half_saturation": 20000, "shape": 1}
    channels = [{"id": f"c{i}", "name": f"渠道 {i}", "curve": curve} for i in range(CHANNELS)]
    asked = {"month": "2026-12", "budget": 400000, "channels": channels}
    client.post("/v1/plans", json=asked).raise_for_status()
    made = client.post("/v1/keys", json={"name": "sheet", "role": "sheet"}).raise_for_status().json()
    return str(made["key"])
