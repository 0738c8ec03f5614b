"""Exchange rates set up on a page."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.clerk import Clerk, fault, typed
from tests.app.web.conftest import Visiting


def test_a_rate_is_stored_and_replaced(visiting: Visiting, shop: Shop) -> None:
    """Without scripts: the rate typed is the rate that rows are converted by; a second one replaces it."""
    planner = shop.person("planner")
    page = visiting(with_scripts=False).sign_in(planner.key, "/setup/rates")
    for rate in ("7.12", "7.2345"):
        page.get_by_label("Currency").fill("usd")
        page.get_by_label("Period").fill("2026-10")
        page.get_by_label("One unit is worth").fill(rate)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row", name="2026-10")).to_contain_text(rate)
    (stored,) = planner.get("/v1/rates")["items"]
    assert (stored["currency"], stored["period"], stored["rate"]) == ("USD", "2026-10", 7.2345)
    page.get_by_role("link", name="Replace the rate of USD in 2026-10").click()
    expect(page.get_by_label("Currency")).to_have_value("USD")


def test_what_is_wrong_with_a_rate(web: httpx.Client, shop: Shop) -> None:
    """Each fault stands beside its field, in the reader's language, and nothing is stored."""
    clerk = Clerk(web, shop.person("planner").key, "zh")
    page = clerk.send("/setup/rates", currency="dollar", period="2026-13", rate="cheap").text
    assert "不是币种" in fault(page, "currency")
    assert "不是月份" in fault(page, "period")
    assert "不是数字" in fault(page, "rate")
    assert typed(page, "rate") == "cheap"
    own = clerk.send("/setup/rates", currency="CNY", period="2026-10", rate="1").text
    assert "CNY" in fault(own, "currency")
    assert Clerk(web, shop.person("viewer").key).send("/setup/rates", currency="USD").status_code == 403
    assert shop.admin.get("/v1/rates")["items"] == []
