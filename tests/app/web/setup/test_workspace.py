"""The workspace's settings on their page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.conftest import Visiting


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_an_admin_changes_the_settings(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """Zone, reserve and four eyes as chosen; a second editor's stale form stores nothing."""
    page = visiting(with_scripts=with_scripts).sign_in(shop.admin.key, "/setup/workspace")
    page.get_by_label("Time zone").select_option("Asia/Shanghai")
    page.get_by_label("What is left of the reserve").select_option("lapse")
    page.get_by_label("A second person approves").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Stored.")
    read = shop.admin.get("/v1/workspace")
    assert (read["time_zone"], read["reserve_policy"], read["four_eyes"]) == ("Asia/Shanghai", "lapse", False)
    shop.admin.patch("/v1/workspace", {"name": "other"}, If_Match="*")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this")
    assert shop.admin.get("/v1/workspace")["name"] == "other"


def test_everyone_else_reads_them(visiting: Visiting, shop: Shop) -> None:
    """A planner sees the settings in words, and no form."""
    page = visiting("zh").sign_in(shop.person("planner").key, "/setup/workspace")
    expect(page.locator("dl.settings")).to_contain_text("结转到下月的预留")
    assert page.locator("main form").count() == 0
