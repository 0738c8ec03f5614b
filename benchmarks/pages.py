"""How soon pages answer with twenty channels and two years of weeks, and how soon a first view is whole."""

from __future__ import annotations

import time
from datetime import date, timedelta
from statistics import median
from typing import Annotated, Any

import httpx
import numpy as np
import typer
from playwright.sync_api import Browser

from benchmarks.screens import shop_with_a_month
from tests.app.shop import Shop
from tests.app.web.browser import chromium, visitor

SETUP = [f"/setup/{name}" for name in ("channels", "events", "keys", "schedule", "imports", "audit")]
CHANNELS, WEEKS, FIRST = 20, 104, date(2024, 11, 25)
KEPT = ("reserve", "evidence", "behind", "progress", "ahead")  # pages of a stored plan
WHOLE = """() => new Promise((resolve) => new PerformanceObserver((seen) => {
  const paint = seen.getEntriesByName("first-contentful-paint")[0];
  if (!paint) return;
  const charts = document.querySelectorAll(".chart > svg path.line").length;
  const load = performance.getEntriesByType("navigation")[0].loadEventEnd;
  resolve({ paint: paint.startTime, load, charts });
}).observe({ type: "paint", buffered: true }))"""


def main(times: Annotated[int, typer.Option(help="How often each page is asked for.")] = 20) -> None:
    """Medians of the pages' answers, and the first view on a cold cache in a real browser."""
    with shop_with_a_month() as (client, shop, _), chromium() as browser:
        large = Shop(client, shop.database)
        plan_id, cookie = _plan(large), _signed_in(client, large)
        paths = ["/sample", "/plans", f"/plans/{plan_id}", f"/plans/{plan_id}/what-if?budget=2100000"]
        for path in [
            *paths,
            *(f"/plans/{plan_id}/{name}" for name in KEPT),
            *("/experiments", *SETUP),
        ]:
            taken = [_seconds(client, path, cookie) for _ in range(times)]
            wall, busy = (1000 * median(each) for each in zip(*taken, strict=True))
            typer.echo(
                f"{path.replace(plan_id, '…'):<32} median {wall:5.0f} ms, {busy:5.0f} ms of them computing"
            )
        _first_views(browser, str(client.base_url).rstrip("/"), times=min(times, 5))


def _plan(shop: Shop) -> str:
    """A stored plan of twenty channels from two years of weeks."""
    rng = np.random.default_rng(7)
    rows: list[dict[str, Any]] = []
    for c in range(CHANNELS):
        level, roi = float(rng.uniform(5_000, 60_000)), float(rng.uniform(1.5, 4))
        for week in range(WEEKS):
            spend = level * float(np.exp(rng.normal(0, 0.3)))
            revenue = roi * level * (spend / level) ** 0.7 * float(np.exp(rng.normal(0, 0.15)))
            year, number, _ = (FIRST + timedelta(weeks=week)).isocalendar()
            row = {"channel": f"渠道{c:02}", "period": f"{year}-W{number:02}"}
            rows.append(row | {"spend": round(spend, 2), "revenue": round(revenue, 2)})
    shop.admin.post("/v1/history", {"rows": rows})
    wish = {"month": "2026-12", "budget": 2_000_000}
    return str(shop.admin.post("/v1/plans", wish, 201)["id"])


def _signed_in(client: httpx.Client, shop: Shop) -> str:
    origin = {"origin": str(client.base_url).rstrip("/")}
    answer = client.post("/sign-in", data={"key": shop.admin.key}, headers=origin)
    client.cookies.clear()
    return answer.headers["set-cookie"].partition(";")[0]


def _seconds(client: httpx.Client, path: str, cookie: str) -> tuple[float, float]:
    """How long an answer takes, and what of it the processor works: a shared machine makes one wait."""
    began, worked = time.perf_counter(), time.process_time()
    assert client.get(path, headers={"cookie": cookie}).status_code == 200
    return time.perf_counter() - began, time.process_time() - worked


def _first_views(browser: Browser, origin: str, times: int) -> None:
    """`/` with an empty cache: first paint, loaded, and the visible pictures alive."""
    views = []
    for _ in range(times):
        with visitor(browser, origin, draws=True) as seen:
            page = seen.open("/")
            views.append(page.evaluate(WHOLE))
            assert views[-1]["charts"] >= 8
    for name, text in (("paint", "first paint"), ("load", "loaded, every chart drawn")):
        taken = sorted(view[name] for view in views)
        typer.echo(f"first view: {text:<26} median {median(taken):6.0f} ms  worst {taken[-1]:6.0f} ms")
