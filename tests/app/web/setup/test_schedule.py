"""The schedule on its page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.db.tables import RunRow
from tests.app.shop import Shop
from tests.app.web.conftest import Visiting

HOOK = {"url": "https://example.com/hook", "secret": "0123456789abcdef"}
NO_REVENUE = "2026-09 has no revenue that the budget could be a share of."


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_planner_sets_the_schedule(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """Faults stand by their fields; once they are mended it is stored, and the next dates are shown."""
    planner = shop.person("planner")
    page = visiting(with_scripts=with_scripts).sign_in(planner.key, "/setup/schedule")
    expect(page.get_by_text("It is off")).to_be_visible()
    page.get_by_label("Draft each month's plan").check()
    page.get_by_label("Day of the month").fill("32")
    page.get_by_label("Hour").fill("9")
    page.get_by_label("Time zone").select_option("Asia/Shanghai")
    page.get_by_label("Budget").select_option("share")
    page.get_by_label("Share of revenue").fill("5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#day-fault")).to_contain_text("31")
    page.get_by_label("Day of the month").fill("25")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Stored.")
    expect(page.locator("aside tbody tr")).to_have_count(3)
    expect(page.locator("aside tbody td").first).to_contain_text("09:00")
    stored = planner.get("/v1/schedule")
    assert (stored["day"], stored["budget"]["share"], stored["time_zone"]) == (25, 0.05, "Asia/Shanghai")


def test_a_rule_without_its_figure_is_told(visiting: Visiting, shop: Shop) -> None:
    """A fixed budget needs its amount: said at the rule, in Chinese, and nothing is stored."""
    page = visiting("zh").sign_in(shop.person("planner").key, "/setup/schedule")
    page.locator("#rule").select_option("amount")
    page.locator("form.sheet button.main").click()
    expect(page.locator("#rule-fault")).to_have_text("规则“金额”须带的数额：金额。")
    shop.admin.get("/v1/schedule", 404)


def test_a_secret_stays_unless_it_is_typed(visiting: Visiting, shop: Shop) -> None:
    """The hook's secret is never shown, and saving the form again keeps it; a stale form stores nothing."""
    shop.admin.put("/v1/schedule", {"webhook": HOOK})
    page = visiting().sign_in(shop.admin.key, "/setup/schedule")
    assert HOOK["secret"] not in page.content()
    page.get_by_label("Hour").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Stored.")
    read = shop.admin.get("/v1/schedule")
    assert (read["hour"], read["webhook"]) == (7, HOOK["url"])
    shop.admin.put("/v1/schedule", {"hour": 8, "webhook": HOOK}, If_Match="*")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this")


def test_two_who_set_it_first_do_not_overwrite_each_other(visiting: Visiting, shop: Shop) -> None:
    """A form that was opened before there was any schedule stores nothing over one that was set since."""
    page = visiting().sign_in(shop.admin.key, "/setup/schedule")
    set_since = shop.admin.put("/v1/schedule", {"hour": 8})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this")
    assert shop.admin.get("/v1/schedule") == set_since


@pytest.mark.parametrize(
    ("language", "words"), [("en", "has no revenue"), ("zh", "没有可据以按比例计算预算的收入")]
)
def test_what_became_of_the_last_runs(visiting: Visiting, shop: Shop, language: str, words: str) -> None:
    """A failed run says why in the reader's language, though it was stored in English."""
    shop.admin.put("/v1/schedule", {})
    now = datetime.now(UTC)
    run = {"state": "failed", "outcome": "failed", "attempt": 2, "message": NO_REVENUE}
    with shop.database.writing() as session:
        session.add(
            RunRow(workspace_id=shop.id, job="plan", period="2026-10", next_at=now, ended_at=now, **run)
        )
    page = visiting(language).sign_in(shop.person("viewer").key, "/setup/schedule")
    expect(page.locator(".deeds")).to_contain_text(words)
    assert page.locator("main form").count() == 0
