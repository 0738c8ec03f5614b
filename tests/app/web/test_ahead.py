"""The months ahead, on their page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting

POINTS = [[0, 0], [100_000, 220_000], [300_000, 480_000]]
OWN = {"name": "店庆", "start": "2026-12-20", "end": "2026-12-24"}


@pytest.fixture
def plan(shop: Shop) -> dict[str, Any]:
    """A draft of two channels with given curves, and an anniversary of the shop's own."""
    channels = [{"id": name, "last_spend": 60_000, "curve": {"points": POINTS}} for name in ("抖音", "京东")]
    body = {"month": "2026-12", "budget": 200_000, "channels": channels, "events": [OWN]}
    drafted: dict[str, Any] = shop.admin.post("/v1/plans", body, 201)
    return drafted


@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_months_and_their_festivals(
    visiting: Visiting, shop: Shop, plan: dict[str, Any], language: str
) -> None:
    """The decision and two months after it, with the moving Spring Festival and the shop's own day."""
    page = visiting(language, width=375).sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/ahead")
    expect(page.locator(".names li")).to_have_count(3)
    expect(page.locator(".gantt").get_by_role("rowheader", name="店庆")).to_be_visible()
    expect(page.locator(".gantt")).to_contain_text({"en": "spring festival", "zh": "春节"}[language])
    expect(page.locator(".due")).to_contain_text(
        {"en": "Plan of Jan 2027 due", "zh": "提交2027年1月方案"}[language]
    )
    expect(page.get_by_role("rowheader", name="抖音")).to_be_visible()
    fits(page)


def test_a_year_is_one_step_away(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """The same plan over twelve months, without scripts; the budget is twelve times one month's."""
    visitor = visiting(with_scripts=False)
    page = visitor.sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/ahead")
    page.get_by_role("link", name="Twelve months").click()
    expect(page.locator(".names li")).to_have_count(12)
    expect(page.locator(".headline .figure").first).to_have_text("¥2,400,000")
