"""Every page as a picture: in both languages, on a phone and a desk, light and dark; to be looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
import typer
from playwright.sync_api import FilePayload, Page

from app.db.engine import Database
from app.settings import Settings
from sample_data import FOLDER
from tests.app.served import served
from tests.app.shop import Shop
from tests.app.web.browser import Visitor, chromium, visitor

LANGUAGES, WIDTHS, SCHEMES = ("en", "zh"), (375, 1440), ("light", "dark")
OPEN = {
    "opening": "/",
    "what_if": "/desk/sample/what-if?budget=1200000",
    "clash": "/desk/sample/what-if?min0=800000&min1=500000",
    "other_budgets": "/desk/sample/frontier",
    "sign_in": "/sign-in",
    "not_found": "/desk/nothing",
}
KEPT = {
    "months": "/plans",
    "month": "/plans/{running}",
    "version": "/plans/{newer}",
    "month_what_if": "/plans/{running}/what-if?budget=900000",
    "reserve": "/plans/{running}/reserve",
    "evidence": "/plans/{running}/evidence",
    "behind": "/plans/{running}/behind",
    "tests": "/experiments",
    "test": "/experiments/{test}",
    "test_design": "/experiments/design",
    "test_series": "/experiments/series",
    "ahead": "/plans/{running}/ahead",
    "ahead_year": "/plans/{running}/ahead?months=12",
    "ahead_phase": "/plans/{running}/ahead?{phase}",
    "progress": "/plans/{running}/progress",
    "setup_channels": "/setup/channels",
    "setup_channel": "/setup/channel?id=抖音",
    "setup_events": "/setup/events",
    "setup_event": "/setup/event",
    "setup_goals": "/setup/goals",
    "setup_goal": "/setup/goal?period=2026-Q4",
    "setup_rates": "/setup/rates",
    "setup_workspace": "/setup/workspace",
    "setup_keys": "/setup/keys",
    "setup_schedule": "/setup/schedule",
    "setup_key": "/setup/key?id={key}",
    "setup_imports": "/setup/imports",
    "setup_import": "/setup/import?id={file}",
    "setup_audit": "/setup/audit",
}
PHASE = {"name": "年货节", "channel": "小红书", "min_spend": "150,000", "max_spend": "", "min_response": ""}
BROKEN = "week,channel,spend,revenue\n2026-W40,a,10,20\n2026-W41,a,ten,20\n2026-W99,a,10,20\n"


def main(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")] = Path("screens"),
    only: Annotated[str, typer.Option(help="Pages whose name holds this.")] = "",
    view: Annotated[str, typer.Option(help="Views whose name holds this, such as zh_375_dark.")] = "",
) -> None:
    """Write a picture of every page in every language, width and light."""
    folder.mkdir(parents=True, exist_ok=True)
    with shop_with_a_month() as (client, shop, ids), chromium() as browser:
        origin = str(client.base_url).rstrip("/")
        for language, width, scheme in product(LANGUAGES, WIDTHS, SCHEMES):
            camera = Camera(folder, f"{language}_{width}_{scheme}", only)
            if view in camera.view:
                with visitor(browser, origin, language, width=width, scheme=scheme, draws=True) as seen:
                    _take(seen, shop, ids, camera)
    typer.echo(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


@contextmanager
def shop_with_a_month() -> Iterator[tuple[httpx.Client, Shop, dict[str, str]]]:
    """A served workspace with the sample shop's history, a running month and a newer draft of it."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/budget.db"
        database = Database(url)
        with served(Settings(database_url=url, failed_keys=10_000)) as client:
            shop = Shop(client, database)
            yield client, shop, _a_month(shop)
        database.close()


def _a_month(shop: Shop) -> dict[str, str]:
    file = (FOLDER / "history_weekly.csv").read_bytes()
    key = {"Authorization": f"Bearer {shop.admin.key}"}
    shop.client.post("/v1/history:upload", files={"file": ("history.csv", file)}, headers=key)
    wish: dict[str, Any] = {"month": f"{datetime.now(UTC):%Y-%m}", "budget": 1_000_000}
    later = wish | {"budget": 1_100_000}
    shop.admin.post("/v1/channels", {"id": "抖音", "role": "core", "max_spend": 400_000, "margin": 0.35}, 201)
    shop.admin.post("/v1/events", {"name": "店庆", "start": "2026-12-20", "end": "2026-12-24"}, 201)
    shop.admin.put("/v1/schedule", {"day": 25, "hour": 9, "time_zone": "Asia/Shanghai"})
    running, approver = shop.admin.post("/v1/plans", wish, 201)["id"], shop.person("approver", "Wang")
    shop.admin.post(f"/v1/plans/{running}:submit")
    approver.post(f"/v1/plans/{running}:approve", {"note": "as discussed"})
    shop.admin.post(f"/v1/plans/{running}:activate")
    ask = {"amount": 20_000, "reason": "A sale on short notice."}
    asked = [shop.admin.post(f"/v1/plans/{running}/reserve:release", ask, 201) for _ in range(2)]
    approver.post(f"/v1/plans/{running}/reserve/{asked[0]['id']}:approve")
    test = {"channel": "京东", "start": "2026-09-01", "end": "2026-09-28", "spend_change": 40_000}
    shop.admin.put(
        "/v1/goals/2026-Q4", {"revenue": 12_000_000, "spend": 3_200_000, "max_spend_to_revenue": 0.4}
    )
    shop.admin.post("/v1/rates", {"rates": [{"currency": "USD", "period": "2026-10", "rate": 7.1215}]})
    return {
        "running": running,
        "newer": shop.admin.post("/v1/plans", later, 201)["id"],
        "test": shop.admin.post("/v1/experiments", test, 201)["id"],
        "file": shop.admin.get("/v1/imports")["items"][0]["id"],
        "key": shop.admin.get("/v1/keys")["items"][0]["id"],
        "phase": urlencode(PHASE | {"first": wish["month"], "last": wish["month"]}),
    }


@dataclass(frozen=True)
class Camera:
    """Where pictures go, how they are told apart, and which pages are wanted."""

    folder: Path
    view: str
    only: str

    def take(self, page: Page, name: str) -> None:
        """The whole page as it stands once nothing more is on its way."""
        page.wait_for_load_state("networkidle")
        page.screenshot(path=self.folder / f"{name}_{self.view}.png", full_page=True)


def _take(seen: Visitor, shop: Shop, ids: dict[str, str], camera: Camera) -> None:
    """Pictures of all pages before one visitor."""
    for name, path in OPEN.items():
        if camera.only in name:
            camera.take(seen.open(path), name)
    if camera.only in "faults":
        page = seen.open("/")
        file: FilePayload = {"name": "broken.csv", "mimeType": "text/csv", "buffer": BROKEN.encode()}
        page.locator("[name=file]").set_input_files(file)
        page.locator("table.faults").wait_for()
        camera.take(page, "faults")
    if not any(camera.only in name for name in KEPT):
        return
    seen.sign_in(shop.admin.key).locator("table.list").wait_for()
    for name, path in KEPT.items():
        if camera.only in name:
            camera.take(seen.open(path.format(**ids)), name)
