"""Keys on their pages: the secret shown once, and nothing without one's own key again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.shop import Person, Shop
from tests.app.web.conftest import Visiting


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_key_is_made_replaced_and_ended(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """The new key is shown once and works; its successor works too; ended, it opens nothing."""
    visitor = visiting(with_scripts=with_scripts)
    page = visitor.sign_in(shop.admin.key, "/setup/keys")
    page.get_by_label("What it is for").fill("planning")
    page.get_by_label("Person").fill("Lin")
    page.get_by_label("Role").select_option("planner")
    page.get_by_label("Your key").fill(shop.admin.key)
    page.get_by_role("button", name="Make it").click()
    first = page.locator(".secret").inner_text()
    Person(shop.client, first).get("/v1/channels")
    page.get_by_role("link", name="I have copied it").click()
    assert first not in page.content()
    page.get_by_role("link", name="Replace or end planning").click()
    page.get_by_label("This one still works for").select_option("0")
    page.get_by_label("Your key").fill(shop.admin.key)
    page.get_by_role("button", name="Make a new key").click()
    second = page.locator(".secret").inner_text()
    Person(shop.client, first).get("/v1/channels", 401)
    Person(shop.client, second).get("/v1/channels")
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Replace or end planning").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.locator("tr.off")).to_have_count(2)
    Person(shop.client, second).get("/v1/channels", 401)


def test_a_key_is_made_by_its_maker_only(visiting: Visiting, shop: Shop) -> None:
    """Whoever found the browser open, but has no key, makes none: the fault stands at the key's field."""
    page = visiting("zh").sign_in(shop.admin.key, "/setup/keys")
    page.locator("#name").fill("x")
    page.locator("#key").fill(shop.person("admin", "other").key)
    page.locator("form.keep button").click()
    expect(page.locator("#key-fault")).to_have_text("这不是您的密钥。")
    assert len(shop.admin.get("/v1/keys")["items"]) == 2


def test_the_last_admin_key_stays(visiting: Visiting, shop: Shop) -> None:
    """Ending the only admin key is refused in words."""
    visitor = visiting()
    page = visitor.sign_in(shop.admin.key, "/setup/keys")
    page.get_by_role("link", name="Replace or end").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_role("alert")).to_contain_text("the last admin key")


def test_keys_are_an_admins(visiting: Visiting, shop: Shop) -> None:
    """A planner is not led to the keys, and their address answers 403 in words."""
    visitor = visiting()
    page = visitor.sign_in(shop.person("planner").key, "/setup/channels")
    assert page.locator(".within").get_by_role("link", name="Keys").count() == 0
    visitor.open("/setup/keys")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do that")
