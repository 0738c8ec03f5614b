"""The month, kept, on its pages: from an empty workspace to a closed month, by two people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, expect

from app.web.cures import CURES, Warned
from optimizer import Period
from tests.app.cycle import MONTH as NEXT
from tests.app.cycle import ROWS
from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.clerk import Clerk, fault, typed
from tests.app.web.conftest import Visiting

MONTH = f"{datetime.now(UTC):%Y-%m}"  # a plan can only be started before its month is over
POINTS = [[0, 0], [100_000, 220_000], [300_000, 480_000], [600_000, 640_000]]
DRAFT = {
    "month": MONTH,
    "budget": 500_000,
    "channels": [
        {"id": "tv", "name": "TV", "last_spend": 150_000, "curve": {"points": POINTS}},
        {"id": "radio", "name": "<b>Radio</b>", "last_spend": 90_000, "curve": {"points": POINTS}},
    ],
}


@pytest.fixture
def plan(shop: Shop) -> dict[str, Any]:
    """A draft of two channels with given curves."""
    drafted: dict[str, Any] = shop.admin.post("/v1/plans", DRAFT, 201)
    return drafted


def state(page: Page, text: str) -> None:
    """The page says so of the plan."""
    expect(page.locator(".over .chip.state")).to_have_text(text)


def history(*, with_actuals: bool = False) -> str:
    """Two channels' months of the year before the plan's, as a file; and one day of the plan's own month."""
    first = Period.parse(MONTH)
    months = [Period.month(first.first.year - 1, m) for m in range(first.first.month, 13)]
    months += [Period.month(first.first.year, m) for m in range(1, first.first.month)]
    lines = [
        f"{month},{channel},{spend},{round(900 * spend**0.6)}"
        for k, month in enumerate(months)
        for channel, spend in (("tv", 150_000 + 9_000 * (k % 5)), ("radio", 90_000 + 7_000 * (k % 4)))
    ]
    actual = [f"{MONTH}-01,tv,4321,90000"] if with_actuals else []
    return "\n".join(["period,channel,spend,revenue", *lines, *actual])


def drop(page: Page, content: str, *, with_scripts: bool) -> None:
    """Drop a file on the page, look at the plan it makes, and say that it be stored."""
    file: FilePayload = {"name": "shop.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("CSV or XLSX of spend and results").set_input_files(file)
    if not with_scripts:
        page.get_by_role("button", name="Show my plan").first.click()
    expect(page.get_by_role("rowheader", name="radio").first).to_be_visible()
    page.get_by_role("button", name="Store these").click()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_two_people_and_a_month(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """From a dropped file to a closed month: one drafts, starts, asks; another approves and grants."""
    planner = visiting(with_scripts=with_scripts).sign_in(shop.person("planner", "Lin").key)
    approver = shop.person("approver", "Wang")
    drop(planner, history(), with_scripts=with_scripts)
    planner.locator("#draft-budget").fill("¥300,000")
    planner.get_by_role("button", name="Draft", exact=True).click()
    expect(planner.get_by_role("heading", level=1)).to_contain_text("Plan for")
    planner.get_by_role("button", name="Submit").click()
    state(planner, "submitted")
    other = visiting(with_scripts=with_scripts).sign_in(approver.key)
    other.locator("table.list a").first.click()
    other.locator("#approve-key").fill(approver.key)
    other.get_by_role("button", name="Approve").click()
    state(other, "approved")
    planner.reload()
    planner.get_by_role("button", name="Start the month").click()
    state(planner, "active")
    address = planner.url
    planner.get_by_role("link", name="Months", exact=True).click()
    planner.get_by_text("Newer figures?").click()
    drop(planner, history(with_actuals=True), with_scripts=with_scripts)
    planner.goto(f"{address}/progress")
    expect(planner.locator(".headline")).to_contain_text("¥4,321")
    planner.get_by_role("link", name="Reserve").click()
    planner.get_by_label("Amount CNY").fill("20,000")
    planner.get_by_label("Why now").fill("a sale on short notice")
    planner.get_by_role("button", name="Ask").click()
    expect(planner.get_by_text("waiting")).to_be_visible()
    other.get_by_role("link", name="Reserve").click()
    other.get_by_label("Your key").fill(approver.key)
    other.get_by_role("button", name="Grant").click()
    expect(other.locator("table.ledger")).to_contain_text("−¥20,000")
    planner.goto(address)
    planner.get_by_role("button", name="Close the month").click()
    state(planner, "closed")
    deeds = planner.locator(".deeds li b").all_inner_texts()
    assert deeds == ["Drafted", "Submitted", "Approved", "Started", "Closed"]


def test_a_decision_needs_ones_own_key_again(web: httpx.Client, shop: Shop, plan: dict[str, Any]) -> None:
    """Someone else's key does not decide; the note that was typed stays, and the plan as it is."""
    shop.admin.post(f"/v1/plans/{plan['id']}:submit")
    clerk = Clerk(web, shop.person("approver", "Wang").key)
    wrong = shop.person("approver", "Zhao").key
    page = clerk.send(f"/plans/{plan['id']}/approve", key=wrong, note="as discussed").text
    assert fault(page, "approve-key")
    assert not fault(page, "reject-key")
    assert typed(page, "approve-note") == "as discussed"
    assert shop.admin.get(f"/v1/plans/{plan['id']}")["state"] == "submitted"


def test_whoever_drafted_is_told_why_not(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """A planner sees whom the plan waits for, and no button that would be refused."""
    shop.admin.post(f"/v1/plans/{plan['id']}:submit")
    page = visiting().sign_in(shop.admin.key, f"/plans/{plan['id']}")
    expect(page.get_by_text("Waiting for an approver")).to_be_visible()
    assert page.get_by_role("button", name="Approve").count() == 0


def test_versions_tell_what_changed(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """The second version lists the first, and every figure that differs from it."""
    newer = shop.admin.post("/v1/plans", DRAFT | {"budget": 600_000}, 201)
    page = visiting("zh").sign_in(shop.admin.key, f"/plans/{newer['id']}")
    expect(page.get_by_role("heading", name="与第1版相比")).to_be_visible()
    expect(page.locator("table.differences")).to_contain_text("+¥100,000")
    expect(page.locator("table.list tbody tr")).to_have_count(2)
    assert plan["id"] in page.content()


def test_names_are_shown_and_never_obeyed(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """A channel named like a tag is read as it is written."""
    page = visiting().sign_in(shop.admin.key, f"/plans/{plan['id']}")
    expect(page.get_by_role("rowheader", name="<b>Radio</b>")).to_be_visible()


def test_the_plan_comes_as_files(visiting: Visiting, shop: Shop, plan: dict[str, Any]) -> None:
    """CSV and workbook are offered to whoever is signed in."""
    page = visiting().sign_in(shop.admin.key, f"/plans/{plan['id']}")
    for name, start in (("CSV", b"\xef\xbb\xbfmonth"), ("XLSX", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.path().read_bytes().startswith(start)


@pytest.mark.parametrize("page", ["", "/what-if", "/frontier", "/reserve", "/plan.csv"])
def test_another_workspaces_plan_is_not_there(
    web: httpx.Client, shop: Shop, plan: dict[str, Any], page: str
) -> None:
    """Whoever has signed in elsewhere gets 404 for it, a stranger the sign-in."""
    web.cookies.clear()
    stranger = web.get(f"/plans/{plan['id']}{page}")
    assert (stranger.status_code, stranger.headers["location"].partition("?")[0]) == (303, "/sign-in")
    neighbour = Shop(web, shop.database)
    form = {"key": neighbour.admin.key, "next": "/plans"}
    signed = web.post("/sign-in", data=form, headers={"origin": str(web.base_url).rstrip("/")})
    cookie = {"cookie": signed.headers["set-cookie"].partition(";")[0]}
    web.cookies.clear()
    assert web.get(f"/plans/{plan['id']}{page}", headers=cookie).status_code == 404


def test_caution_and_test_budgets_are_shown(visiting: Visiting, shop: Shop) -> None:
    """A plan for the bad case shows what that gains there, and a channel without a past its test budget."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    wish = {"month": str(NEXT), "budget": 400_000, "risk": {"measure": "cvar", "level": 0.8}}
    plan = shop.admin.post("/v1/plans", wish | {"channels": [{"id": "new"}]}, 201)
    page = visiting("zh", width=375).sign_in(shop.person("viewer").key, f"/plans/{plan['id']}")
    bad = page.get_by_role("region", name="不利情形")
    expect(bad).to_contain_text("最不利的20%")
    expect(bad.get_by_role("row")).to_have_count(3)
    budgets = page.get_by_role("region", name="试投预算")
    assert plan["reserve"]["trials"]
    expect(budgets).to_contain_text("new")
    expect(budgets).to_contain_text("误差")
    fits(page)


def test_a_warning_leads_to_its_cure(visiting: Visiting, shop: Shop) -> None:
    """What keeps the plan from being surer is one click from the page where it is mended."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    plan = shop.admin.post("/v1/plans", {"month": str(NEXT), "budget": 400_000}, 201)
    page = visiting().sign_in(shop.person("planner").key, f"/plans/{plan['id']}")
    warnings = page.get_by_role("region", name="Worth knowing")
    warnings.get_by_role("link", name="Find the test that is worth most").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which test is worth most")


@pytest.mark.parametrize("place", sorted({place for _, place in CURES.values()}))
def test_cures_have_pages(web: httpx.Client, place: str) -> None:
    """Every page that a cure names is there: strangers are asked to sign in, or see the sample's."""
    path = place if place.startswith("/") else f"/plans/none/{place}"
    asked = web.get(path)
    assert (asked.status_code, asked.headers["location"].partition("?")[0]) == (303, "/sign-in")


def test_strangers_are_sent_nowhere_they_cannot_go() -> None:
    """A page of the workspace is no cure for a stranger, nor the reserve for a plan on the desk."""
    assert Warned("m", "c", "/setup/events").address("/desk/x", is_member=False) == ""
    assert Warned("m", "c", "reserve").address("/desk/x", is_member=True) == ""
    assert Warned("m", "c", "evidence").address("/desk/x", is_member=False) == "/desk/x/evidence"
    assert Warned("m", "c", "reserve").address("/plans/x", is_member=True) == "/plans/x/reserve"
