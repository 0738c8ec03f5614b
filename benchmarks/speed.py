"""How fast a plan is, through HTTP and in the solve alone, on one core; and how much memory it takes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import numpy as np
import typer

from benchmarks.families import make
from benchmarks.solvers import draw, posed, slsqp
from benchmarks.tasks import task
from optimizer import allocate

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
SLOWEST_RIVAL = 300  # channels beyond which SLSQP is not waited for


@dataclass(frozen=True)
class Server:
    """A running service."""

    url: str
    pid: int

    @property
    def resident_mb(self) -> float:
        """The most memory it has held, in MB (Linux; NaN elsewhere)."""
        status = Path(f"/proc/{self.pid}/status")
        held = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(held[1]) / 1000 if held else float("nan")


@contextmanager
def served() -> Iterator[Server]:
    """The service on a free port, on one core, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.DEVNULL)
    try:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        url = f"http://127.0.0.1:{port}"
        await_health(url, process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        process.wait()


def await_health(url: str, process: subprocess.Popen[bytes], patience: float = 30.0) -> None:
    """Return when the service answers; raise `RuntimeError` when it ends or takes too long."""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{url}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The service did not start within {patience:.0f} s.")


def optimize_seconds(url: str, scenario: str, plans: int) -> list[float]:
    """Seconds of `POST /v1/optimize` for worlds of 10 channels and 104 weeks, after one warm-up."""
    worlds = (world for seed in count() if len((world := make("plain", seed)).channels) == 10)
    requests = [task(next(worlds), scenario, "tight").request for _ in range(plans)]
    taken = []
    with httpx.Client(base_url=url, timeout=120) as client:
        for request in [requests[0], *requests]:
            began = time.perf_counter()
            client.post("/v1/optimize", json=request).raise_for_status()
            taken.append(time.perf_counter() - began)
    return taken[1:]


def solve(channels: int, seeds: int) -> str:
    """CPU time of the solve alone, and SLSQP's on the same curves in the same run."""
    ours, rival, lead = [], [], []
    for seed in range(seeds):
        choice = draw(channels, seed)
        problem = posed(choice)
        began = time.process_time()
        allocation = allocate(problem)
        ours.append(time.process_time() - began)
        if channels <= SLOWEST_RIVAL:
            answer = slsqp(choice)
            rival.append(answer.cpu_seconds)
            plan = np.array([line.spend / 100 for line in allocation.lines])
            lead.append(choice.at(plan)[0] / choice.at(answer.plan)[0] - 1)
    text = f"solve {channels:5} channels: {1000 * median(ours):7.1f} ms CPU"
    if rival:
        ratio = median(rival) / median(ours)
        text += (
            f"; SLSQP {1000 * median(rival):.1f} ms ({ratio:.1f} times ours), our plan {median(lead):+.1e}"
        )
    return text


def main(
    *, plans: Annotated[int, typer.Option(help="plans per figure")] = 9, solve_only: bool = False
) -> None:
    """Seconds through HTTP, CPU milliseconds of the solve, memory, and SLSQP on the same curves."""
    allocate(posed(draw(3)))  # imports and first calls are not the solve's
    for channels, seeds in ((10, plans), (100, plans), (1000, plans // 3), (10_000, 1)):
        typer.echo(solve(channels, max(1, seeds)))
    if solve_only:
        return
    with served() as server:
        for scenario in ("weekly", "total"):
            seconds = optimize_seconds(server.url, scenario, plans)
            typer.echo(f"{scenario} over HTTP: median {median(seconds):.3f} s, worst {max(seconds):.3f} s")
        typer.echo(f"resident memory: {server.resident_mb:.0f} MB")
