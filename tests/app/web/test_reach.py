"""Whoever comes: by keyboard, with a screen reader, on a phone, in either language and light."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from sample_data import FOLDER
from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting
from tests.app.web.test_month import DRAFT

OPEN = ["/", "/sign-in", "/desk/sample/what-if?min0=900000", "/desk/sample/frontier", "/desk/nothing"]
OPEN += ["/desk/sample/what-if?budget=lots&max1=1&min1=2", "/desk/sample/evidence", "/desk/sample/behind"]
OPEN += ["/sheets/connect", "/sample/paper"]
KEPT = ["/plans", "/plans/{plan}", "/plans/{plan}/reserve", "/plans/{plan}/what-if?budget=400000"]
KEPT += ["/plans/{plan}/evidence", "/plans/{plan}/progress", "/plans/{plan}/ahead"]
KEPT += ["/experiments", "/experiments/series", "/experiments/design", "/experiments/{test}"]
SETUP = ["channels", "channel?id=print", "events", "event", "goals", "goal", "rates", "imports"]
SETUP += ["import?id={file}", "schedule", "workspace", "keys", "key?id={key}", "audit"]
BRIEFLY = "resultTypes: ['violations'], selectors: false, preload: false, iframes: false"
BUT_COLOURS = f"{{{BRIEFLY}, rules: {{'color-contrast': {{enabled: false}}}}}}"
COLOURS = f"{{{BRIEFLY}, runOnly: ['color-contrast']}}"
NEW_LOOKS = """(known) => {
  const seen = new Set(known), behind = (one) => {
    for (; one; one = one.parentElement) {
      const { backgroundColor: colour, backgroundImage: image } = getComputedStyle(one);
      if (image !== "none" || colour !== "rgba(0, 0, 0, 0)") return colour + image;
    }
  };
  for (const one of document.body.querySelectorAll("*")) {
    if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(one);
    const look = [color, fontSize, fontWeight, opacity, behind(one)].join();
    if (!seen.has(look) && one.checkVisibility()) { seen.add(look); one.dataset.look = ""; }
  }
  return [...seen];
}"""
"""Marks one text of every look (its colour, size, weight, what is behind it) that is not known yet."""
BY_WIDTH = ["aria-hidden-focus", "aria-required-children", "aria-required-parent", "empty-table-header"]
BY_WIDTH += ["link-in-text-block", "page-has-heading-one", "scrollable-region-focusable", "target-size"]
"""The rules that what is shown and how it is laid out can break; all others are asked once for each page."""
NARROW = f"{{{BRIEFLY}, runOnly: {BY_WIDTH}}}"
TABS_A_LOOK = 6
SHORTLY = "(found) => found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 150)}`)"
FIELDS = """() => [...document.querySelectorAll("main form :is(input, select, textarea, button)")]
  .filter((one) => one.type !== "hidden" && !one.disabled && one.checkVisibility())"""
WATCH = "() => { window.reached = new Set(); addEventListener('focusin', (e) => reached.add(e.target)) }"
MISSED = f"() => ({FIELDS})().filter((one) => !reached.has(one)).map((one) => one.outerHTML.slice(0, 150))"
STOPS = """() => 4
  + document.querySelectorAll("main :is(a, button, input, select, textarea, summary, [tabindex])").length
  + 4 * document.querySelectorAll("main :is([type=date], [type=month])").length"""


def faults(page: Page, rules: str = BUT_COLOURS, where: str = "document") -> list[str]:
    """The rules of accessibility that the page breaks, with the first place of each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(f"axe.run({where}, {rules}).then({SHORTLY})"))


def hard_to_read(page: Page, known: set[str]) -> list[str]:
    """Texts of too little contrast, among those of a look that is not `known` from a page before."""
    looks = set(page.evaluate(NEW_LOOKS, sorted(known)))
    if looks == known:
        return []
    known |= looks
    return faults(page, COLOURS, "'[data-look]'")


def missed_by_keys(page: Page) -> list[str]:
    """The fields and buttons of the page's forms that the Tab key does not come to, from the page's top."""
    if not page.evaluate(f"({FIELDS})().length"):
        return []
    page.evaluate(WATCH)
    page.locator("#main").focus()
    for stop in range(page.evaluate(STOPS)):
        page.keyboard.press("Tab")
        if stop % TABS_A_LOOK == 0 and not page.evaluate(MISSED):
            return []
    return list(page.evaluate(MISSED))


@pytest.fixture
def paths(shop: Shop) -> list[str]:
    """Every page of a shop that has one of everything."""
    admin = shop.admin
    admin.post("/v1/channels", {"id": "print", "paused": True}, 201)
    admin.post("/v1/events", {"name": "Sale", "start": "2026-03-20", "end": "2026-03-24"}, 201)
    admin.put("/v1/goals/2026-Q4", {"revenue": 5_000_000, "min_roi": 2})
    admin.post("/v1/rates", {"rates": [{"currency": "USD", "period": "2026-10", "rate": 7.12}]})
    file = {"file": ("history.csv", (FOLDER / "history_monthly.csv").read_bytes())}
    shop.client.post("/v1/history:upload", files=file, headers={"Authorization": f"Bearer {admin.key}"})
    test = {"channel": "tv", "start": "2026-03-01", "end": "2026-03-28", "spend_change": 4_000}
    ids = {
        "plan": admin.post("/v1/plans", DRAFT, 201)["id"],
        "test": admin.post("/v1/experiments", test, 201)["id"],
        "file": admin.get("/v1/imports")["items"][0]["id"],
        "key": admin.get("/v1/keys")["items"][0]["id"],
    }
    return [path.format(**ids) for path in (*KEPT, *(f"/setup/{name}" for name in SETUP))]


def test_no_page_shuts_anyone_out(visiting: Visiting, shop: Shop, paths: list[str]) -> None:
    """No page breaks a rule of accessibility, hides a field from the keyboard, or is wider than its screen.

    Each page is opened once, on a desk, and then narrowed to a phone.
    """
    visitor = visiting()
    page = visitor.sign_in(shop.admin.key)
    expect(page.locator("table.list")).to_be_visible()
    looks: set[str] = set()
    for path in (*OPEN, *paths):
        page.set_viewport_size({"width": 1440, "height": 900})
        visitor.open(path)
        assert faults(page) == [], path
        assert hard_to_read(page, looks) == [], path
        assert missed_by_keys(page) == [], path
        fits(page)
        page.set_viewport_size({"width": 375, "height": 900})
        assert faults(page, NARROW) == [], path
        fits(page)
    visitor.open("/setup/channel?id=print")
    page.locator("#max_spend").fill("x")
    page.locator("form.sheet button.main").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page) == []
    assert hard_to_read(page, looks) == []
    assert len(looks) > 40


def test_a_form_is_filled_by_keys_alone(visiting: Visiting, shop: Shop) -> None:
    """An event typed in and stored without a mouse; the focus goes from field to field in sight."""
    page = visiting().sign_in(shop.admin.key, "/setup/event")
    expect(page.get_by_label("Name")).to_be_visible()
    page.get_by_role("link", name="Skip to the page").press("Enter")
    page.wait_for_url("**#*")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.type("Sale")
    page.get_by_label("First day").fill("2027-03-20")
    page.get_by_label("Last day").fill("2027-03-21")
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Sale")).to_be_visible()


def test_the_keyboard_is_enough(visiting: Visiting) -> None:
    """From the address to another budget's plan by keys alone, the focus always in sight."""
    page = visiting().open("/desk/sample/what-if")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Budget CNY").first).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("900000")
    page.keyboard.press("Enter")
    expect(page.locator("#result table")).to_contain_text("¥900,000")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
