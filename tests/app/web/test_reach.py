"""Whoever comes: by keyboard, with a screen reader, on a phone, in either language and light."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting
from tests.app.web.test_month import DRAFT

OPEN = ["/", "/sign-in", "/desk/sample/what-if?min0=900000", "/desk/sample/frontier", "/desk/nothing"]
OPEN += ["/desk/sample/evidence", "/desk/sample/behind"]
KEPT = ["/plans/{id}", "/plans", "/plans/{id}/reserve", "/plans/{id}/what-if"]
KEPT += ["/plans/{id}/evidence", "/plans/{id}/progress", "/plans/{id}/ahead"]
KEPT += ["/experiments", "/experiments/series", "/experiments/design"]
SETUP = ["channels", "channel?id=tv", "events", "event", "workspace", "keys", "schedule", "audit", "imports"]


@pytest.fixture(scope="module")
def axe() -> Axe:
    """The checker of accessibility, as its package has it."""
    return Axe()


def faults(found: Any) -> list[str]:
    """What the checker found, with the first place of each."""
    return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found.response["violations"]]


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1440, "light"), ("zh", 375, "dark")])
def test_no_page_shuts_anyone_out(
    visiting: Visiting, shop: Shop, axe: Axe, language: str, width: int, scheme: str
) -> None:
    """No page breaks a rule of accessibility, contrast included, nor is wider than its screen.

    On a phone, in the dark, every second page stands for the rest.
    """
    plan = shop.admin.post("/v1/plans", DRAFT, 201)
    visitor = visiting(language, width=width, scheme=scheme)
    for path in OPEN[:: 1 if width > 1000 else 2]:
        page = visitor.open(path)
        assert faults(axe.run(page)) == [], path
        fits(page)
    page = visitor.sign_in(shop.admin.key)
    expect(page.locator("table.list")).to_be_visible()
    for path in KEPT[:: 1 if width > 1000 else 2]:
        page = visitor.open(path.format(id=plan["id"]))
        assert faults(axe.run(page)) == [], path
        fits(page)


@pytest.mark.parametrize(("language", "width", "scheme"), [("zh", 1440, "dark"), ("en", 375, "light")])
def test_the_set_up_shuts_no_one_out(
    visiting: Visiting, shop: Shop, axe: Axe, language: str, width: int, scheme: str
) -> None:
    """Nor does any page of the set-up, forms with faults included."""
    shop.admin.post("/v1/channels", {"id": "tv", "paused": True}, 201)
    shop.admin.post("/v1/events", {"name": "Sale", "start": "2026-03-20", "end": "2026-03-24"}, 201)
    visitor = visiting(language, width=width, scheme=scheme)
    page = visitor.sign_in(shop.admin.key, "/setup/channels")
    expect(page.locator("table.cards")).to_be_visible()
    for path in SETUP[:: 1 if width > 1000 else 2]:
        page = visitor.open(f"/setup/{path}")
        assert faults(axe.run(page)) == [], path
        fits(page)
    page = visitor.open("/setup/channel?id=tv")
    page.locator("#max_spend").fill("x")
    page.locator("form.sheet button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(axe.run(page)) == []


def test_a_form_is_filled_by_keys_alone(visiting: Visiting, shop: Shop) -> None:
    """An event typed in and stored without a mouse; the focus goes from field to field in sight."""
    page = visiting().sign_in(shop.admin.key, "/setup/event")
    page.get_by_role("link", name="Skip to the page").press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type("Sale")
    page.get_by_label("First day").fill("2027-03-20")
    page.get_by_label("Last day").fill("2027-03-21")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Sale")).to_be_visible()


def test_the_keyboard_is_enough(visiting: Visiting) -> None:
    """From the address to another budget's plan by keys alone, the focus always in sight."""
    page = visiting().open("/desk/sample/what-if")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Budget, CNY").first).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("900000")
    page.keyboard.press("Enter")
    expect(page.locator("#result table")).to_contain_text("¥900,000")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
