"""Channels set up on pages: added, changed, paused, by whoever may."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.conftest import Visiting

RICH = {
    "id": "douyin",
    "name": "抖音",
    "role": "core",
    "min_spend": 100.25,
    "max_spend": 300000,
    "max_change_share": 0.3,
    "margin": 0.35,
    "min_roi": 2.5,
    "incrementality": {"low": 0.5, "value": 0.7, "high": 0.9},
    "curve": {"points": [[0, 0], [1000, 3000]]},
    "curves": {"conversions": {"points": [[0, 0], [100, 5]]}},
}


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_channel_is_added_changed_and_paused(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """What is typed is what is stored; a pause is one click, and so is its end."""
    planner = shop.person("planner")
    page = visiting(with_scripts=with_scripts).sign_in(planner.key, "/setup/channels")
    page.get_by_role("link", name="Add a channel").click()
    page.get_by_label("Id").fill("tv")
    page.get_by_label("Name").fill("Television")
    page.get_by_label("at most CNY", exact=True).fill("¥200,000")
    page.get_by_label("changes by at most").fill("25%")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="Television")).to_be_visible()
    stored = planner.get("/v1/channels/tv")
    assert (stored["max_spend"], stored["max_change_share"]) == (200_000, 0.25)
    page.get_by_role("button", name="Pause Television").click()
    expect(page.locator("tr.off")).to_contain_text("paused")
    assert planner.get("/v1/channels/tv")["paused"] is True
    page.get_by_role("button", name="Take Television up again").click()
    expect(page.locator("tr.off")).to_have_count(0)
    page.get_by_role("link", name="Change Television").click()
    page.get_by_label("at most CNY", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("rowheader", name="Television")).to_be_visible()
    assert planner.get("/v1/channels/tv")["max_spend"] is None


def test_what_a_form_does_not_touch_stays(visiting: Visiting, shop: Shop) -> None:
    """A channel opened and saved unchanged is the same channel, what has no field included."""
    planner = shop.person("planner")
    before = planner.post("/v1/channels", RICH, 201)
    page = visiting("zh").sign_in(planner.key, "/setup/channel?id=douyin")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("rowheader", name="抖音")).to_be_visible()
    assert planner.get("/v1/channels/douyin") == before


@pytest.mark.parametrize(("language", "fault"), [("en", "is no number"), ("zh", "不是数字")])
def test_faults_stand_beside_their_fields(visiting: Visiting, shop: Shop, language: str, fault: str) -> None:
    """Every field at fault says so in the reader's language, what was typed stays, nothing is stored."""
    planner = shop.person("planner")
    page = visiting(language).sign_in(planner.key, "/setup/channel")
    page.locator("#id").fill("tv")
    page.locator("#min_spend").fill("lots")
    page.locator("#fixed_spend").fill("500")
    page.locator("#max_spend").fill("100")
    page.locator("form.sheet button.main").click()
    expect(page.locator("#min_spend-fault")).to_contain_text(fault)
    expect(page.locator("#min_spend")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#fixed_spend-fault")).to_contain_text("500")
    expect(page.locator("#min_spend")).to_have_value("lots")
    assert planner.get("/v1/channels")["items"] == []


def test_two_editors_do_not_overwrite_each_other(visiting: Visiting, shop: Shop) -> None:
    """Who saves second is told that it was changed in between, and nothing of hers is stored."""
    planner = shop.person("planner")
    planner.post("/v1/channels", RICH, 201)
    page = visiting().sign_in(planner.key, "/setup/channel?id=douyin")
    planner.put("/v1/channels/douyin", RICH | {"max_spend": 400_000}, If_Match='"1"')
    page.locator("#max_spend").fill("900")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this")
    page.get_by_role("link", name="Open it as it is now").click()
    expect(page.locator("#max_spend")).to_have_value("400,000")


def test_channels_of_the_history_are_offered(visiting: Visiting, shop: Shop) -> None:
    """A channel that only the history knows is listed, and its form begins with its id."""
    planner = shop.person("planner")
    planner.post("/v1/history", {"rows": [{"channel": "b & b", "period": "2026-10", "spend": 5}]})
    page = visiting().sign_in(planner.key, "/setup/channels")
    page.get_by_role("link", name="Set limits b & b").click()
    expect(page.locator("#id")).to_have_value("b & b")


def test_a_viewer_sees_no_form(visiting: Visiting, shop: Shop) -> None:
    """A viewer reads the list; the form's own address answers 403, in words."""
    shop.admin.post("/v1/channels", RICH, 201)
    visitor = visiting()
    page = visitor.sign_in(shop.person("viewer").key, "/setup/channels")
    expect(page.get_by_text("a planner changes it")).to_be_visible()
    assert page.locator("main form, main a").count() == 0
    visitor.open("/setup/channel?id=douyin")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do that")
