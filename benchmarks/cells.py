"""How fast cells read a plan: single reads, and the refresh of a sheet as LibreOffice asks for it."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer
import uvicorn

from app.access import service
from app.access.schemas import WorkspaceInput
from app.db.engine import Database
from app.main import create_app
from app.settings import Settings

CHANNELS, METRICS = 20, ("spend", "share", "response", "roi", "marginal_roi")


def main(
    reads: Annotated[int, typer.Option(help="Single reads, one after another.")] = 1000,
    cells: Annotated[int, typer.Option(help="Cells of the sheet that is refreshed.")] = 500,
) -> None:
    """One server process, SQLite, a plan of 20 channels; goals: p99 below 15 ms, a refresh below 5 s."""
    with _planned() as (client, sig):
        paths = [
            f"/sheets/latest/value?channel=c{i % CHANNELS}&metric={METRICS[i % len(METRICS)]}&sig={sig}"
            for i in range(max(reads, cells))
        ]
        _ask(client, paths[:50])
        took = np.array([_timed(client, path) for path in paths[:reads]]) * 1000
        middle, most = np.percentile(took, [50, 99])
        typer.echo(f"{reads} reads: median {middle:.1f} ms, p99 {most:.1f} ms")
        for workers in (1, 6):
            typer.echo(
                f"{cells} cells, {workers} at once: {_refreshed(client, paths[:cells], workers):.2f} s"
            )


def _refreshed(client: httpx.Client, paths: list[str], workers: int) -> float:
    """Seconds of a refresh: OPTIONS, two HEADs and a GET for each cell, as LibreOffice asks."""

    def refresh(path: str) -> None:
        for method in ("OPTIONS", "HEAD", "HEAD", "GET"):
            client.request(method, path).raise_for_status()

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(refresh, paths))
    return time.perf_counter() - began


def _timed(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return time.perf_counter() - began


def _ask(client: httpx.Client, paths: list[str]) -> None:
    for path in paths:
        client.get(path).raise_for_status()


@contextmanager
def _planned() -> Iterator[tuple[httpx.Client, str]]:
    """A client of a server in a thread, and a sheet key of a workspace that has a plan."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/budget.db"
        config = uvicorn.Config(
            create_app(Settings(database_url=url)), port=0, access_log=False, log_config=None
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client, _sheet_key(client, Database(url))
        server.should_exit = True
        thread.join()


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
    del client.headers["Authorization"]
    return str(made["key"])
