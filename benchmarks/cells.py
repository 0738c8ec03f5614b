"""How fast cells read a plan: single reads, and the refresh of a sheet as LibreOffice asks for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx
import numpy as np
import typer

from app.access import service
from app.access.schemas import WorkspaceInput
from app.db.engine import Database

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
        typer.echo(f"{cells} cells, one GET each: {took[:cells].sum() / 1000:.2f} s")
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
    """A client of a server process, and a sheet key of a workspace that has a plan."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        url = f"sqlite:///{Path(folder)}/budget.db"
        told = {**os.environ, "BUDGET_DATABASE_URL": url, "BUDGET_PORT": str(port)}
        server = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"], env=told, stderr=subprocess.DEVNULL
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                _wait_for(client)
                yield client, _sheet_key(client, Database(url))
        finally:
            server.terminate()
            server.wait()


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
    del client.headers["Authorization"]
    return str(made["key"])
