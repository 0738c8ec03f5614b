"""The month as it runs, on its page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting

FIRST = datetime.now(UTC).date().replace(day=1)
POINTS = [[0, 0], [100_000, 220_000], [300_000, 480_000]]


@pytest.fixture
def plan(shop: Shop) -> dict[str, Any]:
    """A draft of two channels with given curves."""
    channels = [{"id": name, "last_spend": 60_000, "curve": {"points": POINTS}} for name in ("抖音", "京东")]
    drafted: dict[str, Any] = shop.admin.post(
        "/v1/plans", {"month": f"{FIRST:%Y-%m}", "budget": 200_000, "channels": channels}, 201
    )
    return drafted


def spend(shop: Shop, first: date, days: int, amount: float) -> None:
    """Both channels spend so much a day."""
    rows = [
        {"channel": name, "period": str(first + timedelta(days=day)), "spend": amount, "revenue": 2 * amount}
        for name in ("抖音", "京东")
        for day in range(days)
    ]
    shop.person("planner").post("/v1/history", {"rows": rows})


def test_a_month_without_actuals_says_so(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """Before anything has come, the page shows the plan by channel and asks for figures."""
    page = visiting().sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/progress")
    expect(page.get_by_text("Nothing of this month is stored yet")).to_be_visible()
    expect(page.get_by_role("rowheader", name="抖音")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_too_fast_a_month_is_seen_at_once(
    visiting: Visiting, shop: Shop, plan: dict[str, Any], language: str
) -> None:
    """Ten days at twice the pace: spent, due, where it ends, and an alert, at a phone's width, too."""
    planned = next(line["spend"] for line in plan["allocations"] if line["channel"] == "抖音")
    spend(shop, FIRST, 10, round(2 * planned / 30, 2))
    page = visiting(language, width=375).sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/progress")
    expect(page.locator(".warnings li").first).to_be_visible()
    expect(page.locator("main .chart svg:visible").first).to_be_visible()
    pace = page.get_by_role("row").filter(has_text="抖音").first.locator("td.down")
    expect(pace).to_contain_text("+")
    fits(page)
