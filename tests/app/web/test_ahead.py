"""The months ahead, on their page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.clerk import Clerk, fault, typed
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
    expect(page.locator(".gantt")).to_contain_text({"en": "Spring Festival", "zh": "春节"}[language])
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


def test_a_phase_is_drawn_over_its_months(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """Typed in without scripts: a launch holds its months to what it must spend, and says what that costs."""
    visitor = visiting(with_scripts=False)
    page = visitor.sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/ahead")
    page.get_by_text("Phases", exact=True).click()
    page.get_by_label("Name").fill("年货节")
    page.get_by_label("From").select_option("2027-01")
    page.get_by_label("To", exact=True).select_option("2027-02")
    page.get_by_label("Channel", exact=True).select_option("京东")
    page.get_by_label("Spend at least").fill("¥220,000")
    page.get_by_role("button", name="Plan with these").click()
    row = page.locator(".gantt").get_by_role("row", name="年货节")
    expect(row).to_contain_text("at least ¥220,000 of spend")
    expect(row).to_contain_text("less asked of it")
    left, width = row.locator(".stretch").evaluate("bar => [bar.style.left, bar.style.width]")
    assert [float(left[:-1]), float(width[:-1])] == pytest.approx([31 / 0.90, 59 / 0.90], abs=0.01)
    spent = page.get_by_role("row", name="京东").get_by_role("cell").all_inner_texts()
    assert sum(int(text.split()[0].replace(",", "")) for text in spent[1:]) >= 220_000


def test_what_is_wrong_with_a_phase(web: httpx.Client, shop: Shop, plan: dict[str, Any]) -> None:
    """Each fault stands beside its field and what was typed stays; what no plan can obey is told."""
    clerk, path = Clerk(web, shop.admin.key), f"/plans/{plan['id']}/ahead"
    line = {"name": "launch", "first": "2027-02", "last": "2027-01", "channel": "", "min_response": ""}
    page = clerk.look(f"{path}?{urlencode(line | {'min_spend': 'lots', 'max_spend': ''})}")
    assert "no number" in fault(page, "phase0-min_spend")
    assert "ends before it starts" in fault(page, "phase0-last")
    assert typed(page, "phase0-min_spend") == "lots"
    page = clerk.look(f"{path}?{urlencode(line | {'last': '2027-05', 'min_spend': '5', 'max_spend': ''})}")
    assert "outside" in fault(page, "phase0-first")
    page = clerk.look(
        f"{path}?{urlencode(line | {'last': '2027-02', 'min_spend': '900000', 'max_spend': ''})}"
    )
    assert "This could not be worked out" in page
    assert "launch" in page.partition("This could not be worked out")[2]
