"""The calendar on its pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.conftest import Visiting

SALE = {"name": "Sale", "start": "2026-12-20", "end": "2026-12-24"}


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_an_event_is_added_changed_and_removed(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """A promotion of one's own: its days are typed, mended when they run backwards, and taken out again."""
    planner = shop.person("planner")
    page = visiting(with_scripts=with_scripts).sign_in(planner.key, "/setup/events")
    page.get_by_role("link", name="Add an event").click()
    page.get_by_label("Name").fill("Anniversary")
    page.get_by_label("First day").fill("2027-03-20")
    page.get_by_label("Last day").fill("2027-03-02")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#end-fault")).to_have_text("It ends before it starts.")
    page.get_by_label("Last day").fill("2027-03-22")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Change Anniversary").click()
    page.get_by_label("Name").fill("Birthday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Birthday")).to_contain_text("20–22 Mar 2027")
    page.get_by_role("button", name="Remove Birthday").click()
    expect(page.get_by_role("row", name="Birthday")).to_have_count(0)
    assert planner.get("/v1/events")["items"] == []


@pytest.mark.parametrize(
    ("language", "names"), [("en", ["Double 11", "Christmas"]), ("zh", ["双11", "圣诞节"])]
)
def test_the_festivals_are_those_of_the_country(
    visiting: Visiting, shop: Shop, language: str, names: list[str]
) -> None:
    """A shop in yuan sees China's calendar first, and any other when asked."""
    page = visiting(language, with_scripts=False).sign_in(shop.admin.key, "/setup/events")
    public = page.locator("table.slim")
    expect(public).to_contain_text(names[0])
    page.locator("#country").select_option("US")
    page.locator(".inline button").click()
    expect(public).to_contain_text(names[1])
    expect(public).not_to_contain_text(names[0])


def test_two_editors_do_not_overwrite_each_other(visiting: Visiting, shop: Shop) -> None:
    """Who saves second is told that it was changed in between."""
    event = shop.admin.post("/v1/events", SALE, 201)
    page = visiting().sign_in(shop.admin.key, f"/setup/event?id={event['id']}")
    shop.admin.put(f"/v1/events/{event['id']}", SALE | {"name": "Fair"}, If_Match='"1"')
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this")
    assert shop.admin.get("/v1/events")["items"][0]["name"] == "Fair"
