"""The audit trail on its page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.app.shop import Shop
from tests.app.web.conftest import Visiting


@pytest.mark.parametrize(("language", "what"), [("en", "Set up a channel"), ("zh", "设置渠道")])
def test_who_did_what_is_found(visiting: Visiting, shop: Shop, language: str, what: str) -> None:
    """By person and by what was done, without scripts; the chain is said to be whole."""
    shop.person("planner", "Lin").post("/v1/channels", {"id": "tv"}, 201)
    page = visiting(language, with_scripts=False).sign_in(shop.person("viewer").key, "/setup/audit")
    expect(page.locator(".whole-trail")).to_be_visible()
    page.locator("#person").select_option("Lin")
    page.locator("#action").select_option("channel")
    page.locator(".inline button").click()
    expect(page.locator("table.trail tbody tr")).to_have_count(1)
    expect(page.locator("table.trail")).to_contain_text(what)
    assert [one["object"] for one in shop.admin.get("/v1/audit?person=Lin&action=channel")["items"]] == ["tv"]


def test_the_trail_is_read_a_page_at_a_time(visiting: Visiting, shop: Shop) -> None:
    """The latest first; older pages go on where the one before ended, down to the first entry."""
    for number in range(60):
        shop.admin.post("/v1/channels", {"id": f"c{number}"}, 201)
    page = visiting().sign_in(shop.admin.key, "/setup/audit")
    numbers = [int(cell) for cell in page.locator("td.number").all_inner_texts()]
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="Newest")).to_be_visible()
    numbers += [int(cell) for cell in page.locator("td.number").all_inner_texts()]
    assert numbers == list(range(numbers[0], 0, -1))


def test_damage_is_said(visiting: Visiting, shop: Shop) -> None:
    """An entry changed behind the service's back is named in an alert, in the reader's language."""
    with shop.database.writing() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(
            text("UPDATE audit SET person = 'nobody' WHERE number = 2 AND workspace_id = :id"),
            {"id": shop.id},
        )
    page = visiting("zh").sign_in(shop.admin.key, "/setup/audit")
    expect(page.get_by_role("alert")).to_contain_text("第2条记录")
