"""How files are read, on pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app.imports.test_stored import FILE
from tests.app.shop import Shop
from tests.app.web.conftest import Visiting


def drop(page: Page, file: Path, *, with_scripts: bool) -> None:
    """Drop the file on the page, and have it read."""
    page.locator("[name=file]").first.set_input_files(file)
    if not with_scripts:
        page.locator("form[data-drop] button").first.click()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_names_of_an_export_are_given_to_channels(
    visiting: Visiting, shop: Shop, tmp_path: Path, with_scripts: bool
) -> None:
    """A file once stored is listed; its campaigns given to a channel, the next such file is read so."""
    file = tmp_path / "export.csv"
    file.write_text(FILE)
    planner = shop.person("planner")
    page = visiting(with_scripts=with_scripts).sign_in(planner.key)
    drop(page, file, with_scripts=with_scripts)
    page.get_by_role("button", name="Store these").click()
    page.get_by_role("link", name="Set-up").click()
    page.get_by_role("link", name="Imports").click()
    page.get_by_role("link", name="Change how export.csv is read").click()
    page.get_by_label("A1").fill("search")
    page.get_by_label("A2").fill("search")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("A1 → search")).to_be_visible()
    page.get_by_role("link", name="Months").click()
    page.get_by_text("Newer figures?").click()
    drop(page, file, with_scripts=with_scripts)
    expect(page.locator(".notes")).to_contain_text("were read before")
    page.get_by_role("button", name="Store these").click()
    rows = planner.get("/v1/history?channel=search")["rows"]
    assert [row["spend"] for row in rows] == [30 * month for month in range(3, 11)]


def test_a_viewer_looks_only(visiting: Visiting, shop: Shop) -> None:
    """A viewer sees the list, in Chinese, and no form."""
    page = visiting("zh").sign_in(shop.person("viewer").key, "/setup/imports")
    expect(page.get_by_role("heading", level=1)).to_have_text("导入")
    assert page.locator("main form").count() == 0
