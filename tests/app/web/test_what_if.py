"""What if: another budget or limit, solved beside the plan; impossible wishes with their cures."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.chinese import in_language
from app.optimize.schemas import PlanRequest
from app.web.what_if import changed_request, fields_of
from optimizer import InputError
from tests.app.shop import Shop
from tests.app.web.conftest import Visiting
from tests.app.web.test_month import DRAFT

WHAT_IF = "/desk/sample/what-if"
CURVE = {"points": [[0, 0], [500, 900], [1000, 1200]]}


def amounts(page: Page, selector: str) -> list[int]:
    """The figures that match, in whole currency units."""
    return [int(re.sub(r"[^0-9]", "", text)) for text in page.locator(selector).all_inner_texts()]


def test_a_budget_is_solved_while_it_is_typed(visiting: Visiting) -> None:
    """The plan for the other budget stands beside the present one, and adds up."""
    page = visiting().open(WHAT_IF)
    expect(page.get_by_text("both plans are the same")).to_be_visible()
    page.get_by_label("Budget CNY").first.fill("800,000")
    expect(page.locator("#result table")).to_contain_text("¥800,000")
    assert abs(sum(amounts(page, "td.then")) - 720_000) <= 8
    assert "budget=800" in page.url


def test_a_what_if_works_without_scripts_and_can_be_sent_on(visiting: Visiting) -> None:
    """The form is answered by its address, which shows the same to whoever opens it."""
    page = visiting(with_scripts=False).open(WHAT_IF)
    page.get_by_label("抖音: at most").fill("100000")
    page.get_by_role("button", name="Solve").click()
    assert amounts(page, "td.then")[0] == 100_000
    again = visiting("zh").open(page.url.partition("//")[2].partition("/")[2].join(["/", ""]))
    assert amounts(again, "td.then")[0] == 100_000


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_an_impossible_wish_is_mended_by_one_click(visiting: Visiting, with_scripts: bool) -> None:
    """Minimums beyond the budget are named as the clash; one of the changes offered makes a plan."""
    page = visiting(with_scripts=with_scripts).open(f"{WHAT_IF}?min0=800000&min1=500000")
    expect(page.get_by_role("heading", name="No plan obeys all of this")).to_be_visible()
    expect(page.locator(".clash li")).not_to_have_count(0)
    page.locator(".fixes a").first.click()
    expect(page.get_by_role("heading", name="What comes of it")).to_be_visible()
    assert sum(amounts(page, "td.then")) > 1_000_000


def test_what_cannot_be_read_is_told(visiting: Visiting) -> None:
    """Beside every field that is no amount, and both that contradict, stands why, until it is mended."""
    page = visiting().open(f"{WHAT_IF}?budget=lots&min0=-5&reserve_min=200&max1=1&min1=2")
    expect(page.locator(".what .fault")).to_have_count(5)
    expect(page.locator("#min1-fault")).to_contain_text("2 is above the maximum")
    expect(page.locator("#max1-fault")).to_contain_text("1 is below the minimum")
    expect(page.locator("#budget")).to_have_value("lots")
    expect(page.locator("#budget")).to_have_attribute("aria-invalid", "true")
    page.locator("#budget").fill("900,000")
    expect(page.locator(".what .fault")).to_have_count(4)
    expect(page.locator("#budget")).not_to_have_attribute("aria-invalid", "true")


def test_a_what_if_kept_is_the_plan_that_was_shown(visiting: Visiting, shop: Shop) -> None:
    """Saved as a draft it is the month's next version, with the very amounts that were on the screen."""
    plan: dict[str, Any] = shop.admin.post("/v1/plans", DRAFT, 201)
    page = visiting(with_scripts=False).sign_in(
        shop.admin.key, f"/plans/{plan['id']}/what-if?min1=200000&budget=700000"
    )
    expect(page.get_by_role("heading", name="What comes of it")).to_be_visible()
    shown = sorted(amounts(page, "td.then"))
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("version 2").first).to_be_visible()
    kept = shop.admin.get(f"/v1/plans/{page.url.rpartition('/')[2]}")
    assert sorted(round(line["spend"]) for line in kept["allocations"]) == shown
    assert kept["budget"] == 700_000


def test_other_budgets_are_a_picture(visiting: Visiting) -> None:
    """The frontier is drawn, and says in words where more money stops paying."""
    page = visiting().open("/desk/sample/frontier")
    expect(page.locator(".chart.wide > svg:visible path.line")).to_have_count(1)
    expect(page.locator(".said li").first).to_contain_text("¥")


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"commission_share": 0.1, "expected_revenue": 900}, "is paid by commission"),
        ({"fixed_spend": 500, "curve": CURVE}, "has a commitment"),
        ({"paused": True, "curve": CURVE}, "is paused"),
    ],
)
def test_a_limit_of_what_is_not_decided_is_refused(terms: dict[str, Any], why: str) -> None:
    """A minimum typed for a channel that the plan does not decide is named with its reason, not ignored."""
    channels = [{"id": "a", "name": "淘客", **terms}, {"id": "b", "curve": CURVE}]
    request = PlanRequest.model_validate({"month": "2026-12", "budget": 1000, "channels": channels})
    fields = fields_of(request)
    assert (fields["min0"], fields["max0"]) == ("", "")
    assert changed_request(request, fields).every_channel["a"] == request.every_channel["a"]
    with pytest.raises(InputError) as refused:
        changed_request(request, fields | {"min0": "100"})
    (fault,) = refused.value.faults
    assert f"淘客 {why}" in fault.message
    assert in_language(fault.message, "zh") != fault.message
