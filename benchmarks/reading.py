"""How soon is a stored plan read at a steady 200 requests a second, and one drafted from stored data?"""

from __future__ import annotations

import tempfile
import threading
import time
from http.client import HTTPConnection
from typing import Annotated

import httpx
import numpy as np
import typer

from benchmarks.processes import running, workspace_key

CHANNELS, WEEKS = 10, 104
GOAL_P99, GOAL_DRAFT = 0.020, 0.5
CLIENTS = 4


def main(
    rate: Annotated[float, typer.Option(help="Requests a second, sent on time whatever the answers.")] = 200,
    seconds: Annotated[float, typer.Option(help="How long.")] = 10,
) -> None:
    """Draft plans of 10 channels from 104 stored weeks, then read one at a steady rate."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/budget.db"
        headers = {"Authorization": f"Bearer {workspace_key(url)}"}
        with running(url) as server, httpx.Client(base_url=server.address, headers=headers) as client:
            plan_id, drafts = drafted(client)
            cpu = server.cpu_seconds()
            took = read_steadily(server.address, headers, f"/v1/plans/{plan_id}", rate, seconds)
            busy = (server.cpu_seconds() - cpu) / len(took)
    low, p50, p99 = (1000 * float(np.quantile(took, share)) for share in (0.0, 0.5, 0.99))
    typer.echo(f"draft: {min(drafts):.2f} s at best, {np.median(drafts):.2f} s as a rule (goal {GOAL_DRAFT})")
    typer.echo(
        f"read: {len(took)} at {rate:g} a second: {low:.1f} ms at best, p50 {p50:.1f} ms, p99 {p99:.1f} ms "
        f"(goal {1000 * GOAL_P99:g}), {1000 * busy:.1f} ms of processor each"
    )


def drafted(client: httpx.Client, times: int = 5) -> tuple[str, list[float]]:
    """A plan's id, and how long each of several drafts took."""
    rng, rows = np.random.default_rng(2), []
    for channel in range(CHANNELS):
        spend = rng.uniform(5_000, 40_000, WEEKS).round(2)
        for week, amount in enumerate(spend.tolist()):
            year, number = (2024, week + 1) if week < 52 else (2025, week - 51)
            row = {"channel": f"channel {channel}", "period": f"{year}-W{number:02d}", "spend": amount}
            rows.append(row | {"revenue": round(60 * amount**0.7 * float(rng.lognormal(0, 0.1)), 2)})
    assert client.post("/v1/history", json={"rows": rows}, timeout=60).status_code == 200
    took, plan_id = list[float](), ""
    for _ in range(times):
        began = time.perf_counter()
        reply = client.post("/v1/plans", json={"month": "2026-01", "budget": 1_000_000}, timeout=60)
        took.append(time.perf_counter() - began)
        plan_id = str(reply.json()["id"])
    return plan_id, took


def read_steadily(
    address: str, headers: dict[str, str], path: str, rate: float, seconds: float
) -> list[float]:
    """How long each answer took from the moment its request was due."""
    began, took = time.perf_counter() + 0.1, list[float]()

    def read(number: int) -> None:
        connection = HTTPConnection(address.removeprefix("http://"))  # cheap: both share the machine
        for place in range(number, int(rate * seconds), CLIENTS):
            due = began + place / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.request("GET", path, headers=headers)
            reply = connection.getresponse()
            assert (reply.status, bool(reply.read())) == (200, True)
            took.append(time.perf_counter() - due)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(CLIENTS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return took
