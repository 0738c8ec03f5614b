"""Goals set up on pages: added, changed, removed, by whoever may."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from tests.app.shop import Shop
from tests.app.web.clerk import Clerk, alert, fault, typed
from tests.app.web.conftest import Visiting


def test_a_goal_is_added_changed_and_removed(visiting: Visiting, shop: Shop) -> None:
    """Without scripts: what is typed is what is stored, and what is taken away is gone."""
    planner = shop.person("planner")
    page = visiting(with_scripts=False).sign_in(planner.key, "/setup/goals")
    page.get_by_role("link", name="Add a goal").click()
    page.get_by_label("Period").fill("2027-Q1")
    page.get_by_label("revenue at least").fill("¥12,000,000")
    page.get_by_label("spend as a share of revenue at most").fill("8%")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Q1 2027")).to_contain_text("¥12,000,000")
    stored = planner.get("/v1/goals/2027-Q1")
    assert (stored["revenue"], stored["max_spend_to_revenue"], stored["spend"]) == (12_000_000, 0.08, None)
    page.get_by_role("link", name="Goal for Q1 2027").click()
    page.get_by_label("spend at most CNY", exact=True).fill("900,000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="Q1 2027")).to_contain_text("¥900,000")
    page.get_by_role("button", name="Remove the goal for Q1 2027").click()
    expect(page.get_by_text("No goal yet")).to_be_visible()
    assert planner.get("/v1/goals")["items"] == []


def test_what_is_wrong_with_a_goal(web: httpx.Client, shop: Shop) -> None:
    """A period that is none, an amount that is none, a period that has one, nothing at all: each is told."""
    planner = shop.person("planner")
    planner.put("/v1/goals/2027", {"revenue": 5})
    clerk = Clerk(web, planner.key)
    page = clerk.send("/setup/goal", period="next year", revenue="much", spend="-3").text
    assert "is not a month" in fault(page, "period")
    assert "no number" in fault(page, "revenue")
    assert (fault(page, "spend") != "", typed(page, "revenue")) == (True, "much")
    assert "already" in alert(clerk.send("/setup/goal", period="2027", revenue="7").text)
    assert "at least one" in alert(clerk.send("/setup/goal", period="2028").text)
    stale = clerk.send("/setup/goal?period=2027", revenue="7", version="9")
    assert (stale.status_code, planner.get("/v1/goals/2027")["revenue"]) == (412, 5)


def test_a_viewer_only_reads_goals(web: httpx.Client, shop: Shop) -> None:
    """The list is there, in Chinese as well; its forms are not."""
    shop.admin.put("/v1/goals/2027-Q2", {"min_roi": 2.5})
    clerk = Clerk(web, shop.person("viewer").key, "zh")
    page = clerk.look("/setup/goals")
    assert "2027年第2季度" in page
    assert "2.5" in page
    assert 'href="/setup/goal"' not in page
    assert clerk.send("/setup/goal", period="2028", revenue="7").status_code == 403
