"""What the service counts and times, for Prometheus to fetch at `/metrics`.

Labels name routes by their template, never a path, a person or a key: their number is bounded by the code.
Counts are of one process; Prometheus adds them up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

NO_ROUTE = "(none)"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
requests = Counter(
    "budget_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
)
request_seconds = Histogram(
    "budget_request_seconds", "Time to answer.", ["method", "route"], registry=registry, buckets=SECONDS
)
running = Gauge("budget_requests_running", "Requests being worked on.", registry=registry)
plans = Counter("budget_plans_total", "Plans made.", ["objective", "outcome"], registry=registry)
fits = Histogram("budget_fit_seconds", "Time to fit all curves.", registry=registry, buckets=SECONDS)
solves = Histogram(
    "budget_solver_seconds", "Time the solver took for a plan.", registry=registry, buckets=SECONDS
)
jobs = Counter("budget_jobs_total", "Scheduled runs, by how they ended.", ["outcome"], registry=registry)

router = APIRouter(tags=["machines"])


@router.get("/metrics", summary="Counts and times, for Prometheus", response_class=Response)
async def metrics() -> Response:
    """Of this process, since it started."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """A request was answered, or (status 0) its caller went away."""
    known = method if method in METHODS else "other"
    requests.labels(known, route, str(status)).inc()
    request_seconds.labels(known, route).observe(seconds)


@contextmanager
def planning(objective: str) -> Iterator[None]:
    """A plan is being made; a refusal counts by the name of what refused it."""
    try:
        yield
    except Exception as error:
        plans.labels(objective, type(error).__name__).inc()
        raise
    plans.labels(objective, "made").inc()


@contextmanager
def fitting() -> Iterator[None]:
    """Curves are being fitted."""
    began = time.perf_counter()
    try:
        yield
    finally:
        fits.observe(time.perf_counter() - began)
