"""The page that connects spreadsheets: for anyone's eyes, and for an admin a key made with one click."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting
from tests.app.web.test_reach import faults
from tests.app.web.test_signing import signed_in

LEAVING = """[...document.querySelectorAll('.shown text')].filter((text) => {
  const [own, window] = [text, text.closest('svg')].map((one) => one.getBoundingClientRect());
  return own.left < window.left || own.right > window.right;
}).map((text) => text.textContent)"""


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 1440, "light"), ("zh", 375, "dark")])
def test_the_page_shuts_nobody_out(visiting: Visiting, language: str, width: int, scheme: str) -> None:
    """It breaks no rule of accessibility, is no wider than its screen, and pictures hold their texts."""
    page = visiting(language, width=width, scheme=scheme).open("/sheets/connect")
    assert faults(page) == []
    fits(page)
    assert page.evaluate(LEAVING) == []


def test_an_admin_makes_a_key_with_one_click(visiting: Visiting, shop: Shop) -> None:
    """The key is shown once, stands in the formulas, opens cells and nothing else."""
    visitor = visiting(with_scripts=False)
    visitor.sign_in(shop.admin.key)
    page = visitor.open("/sheets/connect")
    page.get_by_role("button", name="Make a key for reading").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    (key,) = set(re.findall(r"budget_[0-9a-f]{72}", page.locator("main").inner_text()))
    assert page.locator(".formulas").inner_text().count(key) == 3
    assert shop.client.get("/sheets/latest/value", params={"sig": key}).status_code == 404  # no plan yet
    assert shop.client.get("/v1/plans", headers={"Authorization": f"Bearer {key}"}).status_code == 403
    visitor.open("/sheets/connect")
    assert key not in page.content()


def test_nobody_else_makes_a_key(web: httpx.Client, shop: Shop) -> None:
    """A planner sees no button, and gets no key by sending its form."""
    web.cookies.clear()
    cookie = signed_in(web, shop.person("planner").key).headers["set-cookie"].partition(";")[0]
    headers = {"origin": str(web.base_url).rstrip("/"), "cookie": cookie}
    page = web.get("/sheets/connect", headers=headers).text
    assert "/sheets/connect/key" not in page
    (token,) = set(re.findall(r'name="form_token" value="([^"]+)"', page))
    before = shop.admin.get("/v1/keys")["items"]
    sent = web.post("/sheets/connect/key", data={"form_token": token}, headers=headers)
    assert (sent.status_code, shop.admin.get("/v1/keys")["items"]) == (403, before)
