"""Lift tests on their pages: entered, read from series, designed, planned and finished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.app.cycle import MONTH, ROWS
from tests.app.shop import Person, Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting

TODAY = datetime.now(UTC).date()
START, END = TODAY - timedelta(days=60), TODAY - timedelta(days=33)
PLANNED = {"channel": "jd", "start": str(START), "end": str(END), "spend_change": 40_000}


@pytest.fixture
def planner(shop: Shop) -> Person:
    """Someone who may enter tests, in a shop with a past."""
    planner = shop.person("planner")
    planner.post("/v1/history", {"rows": ROWS})
    return planner


def stored(planner: Person) -> list[dict[str, object]]:
    """The workspace's tests, as the API has them."""
    items: list[dict[str, object]] = planner.get("/v1/experiments")["items"]
    return items


def fill(page: Page, **fields: str) -> None:
    """Type into fields by name."""
    for name, text in fields.items():
        page.locator(f"form.keep [name={name}]").fill(text)


def test_a_finished_test_is_entered(visiting: Visiting, planner: Person) -> None:
    """Without scripts: a range of ± ¥16,450 nine times in ten is a standard error of 10,000."""
    page = visiting(with_scripts=False).sign_in(planner.key, "/experiments")
    page.locator("[name=channel]").select_option("douyin")
    fill(page, start=str(START), end=str(END), spend_change="−40,000")
    fill(page, incremental_revenue="-¥71,000", within="16,450", name="north")
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_role("row").filter(has_text="douyin")).to_contain_text("finished")
    (test,) = stored(planner)
    assert (test["spend_change"], test["incremental_revenue"]) == (-40_000, -71_000)
    assert test["standard_error"] == pytest.approx(10_000)


def test_a_planned_test_gets_its_result_from_series(visiting: Visiting, planner: Person) -> None:
    """A test whose days are over asks for its result; pasted series give it, for everyone's spend."""
    planner.post("/v1/experiments", PLANNED, 201)
    page = visiting("zh", width=375, with_scripts=False).sign_in(planner.key, "/experiments")
    row = page.get_by_role("row").filter(has_text="jd")
    expect(row).to_contain_text("待录入结果")
    row.get_by_role("link").click()
    page.get_by_role("link", name="或由数据序列读出").click()
    weeks = [(START + timedelta(weeks=k), k) for k in range(-12, 4)]
    lines = [
        f"{day}\t{100_000 + 900 * (k % 3) + 20_000 * (k >= 0)}\t{50_000 + 450 * (k % 3)}" for day, k in weeks
    ]
    page.locator("[name=rows]").fill("\n".join(lines))
    page.get_by_role("button", name="读出结果").click()
    expect(page.locator(".headline .figure").first).to_have_text("¥80,000")
    fits(page)
    page.get_by_role("button", name="保存该测试").click()
    expect(page.get_by_role("row").filter(has_text="jd")).to_contain_text("已完成")
    (test,) = stored(planner)
    assert (test["spend_change"], test["incremental_revenue"]) == (40_000, 160_000)
    page.get_by_role("row").filter(has_text="jd").get_by_role("link").click()
    page.locator("[name=name]").fill("半个地区")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("row").filter(has_text="半个地区").get_by_role("link").click()
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有测试")).to_be_visible()
    assert stored(planner) == []


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_proposed_test_is_planned_by_a_click(
    visiting: Visiting, planner: Person, with_scripts: bool
) -> None:
    """The design comes while one looks, without a second request; its test stands in the list as planned."""
    planner.post("/v1/plans", {"month": str(MONTH), "budget": 360_000}, 201)
    page = visiting(with_scripts=with_scripts).sign_in(planner.key, "/experiments/design")
    page.get_by_role("button", name="Plan this test").first.click()
    expect(page.get_by_role("row").filter(has_text="half of the regions")).to_contain_text("planned")
    (test,) = stored(planner)
    assert test["state"] == "planned"
    assert test["expected_error"]
    fits(page)


def test_without_a_plan_nothing_is_proposed(visiting: Visiting, planner: Person) -> None:
    """The page says what is missing; a viewer sees tests, but no form."""
    page = visiting().sign_in(planner.key, "/experiments/design")
    expect(page.get_by_text("Draft a plan first")).to_be_visible()


def test_viewers_only_look(visiting: Visiting, shop: Shop, planner: Person) -> None:
    """Someone who may not plan sees the tests, and no form."""
    planner.post("/v1/experiments", PLANNED, 201)
    page = visiting().sign_in(shop.person("viewer").key, "/experiments")
    expect(page.get_by_role("row").filter(has_text="jd")).to_be_visible()
    expect(page.locator("form.keep")).to_have_count(0)


def test_another_workspaces_test_is_not_there(web: httpx.Client, shop: Shop, planner: Person) -> None:
    """Neither to be looked at nor to be removed."""
    test = planner.post("/v1/experiments", PLANNED, 201)["id"]
    other = Shop(shop.client, shop.database).admin
    origin = str(web.base_url).rstrip("/")
    signed = web.post("/sign-in", data={"key": other.key}, headers={"origin": origin})
    web.cookies.clear()
    cookie = {"cookie": signed.headers["set-cookie"].partition(";")[0], "origin": origin}
    asked = web.get(f"/experiments/{test}", headers=cookie)
    form = web.get("/experiments", headers=cookie).text
    token = form.partition('name="form_token" value="')[2].partition('"')[0]
    removed = web.post(f"/experiments/{test}/remove", data={"form_token": token}, headers=cookie)
    assert (asked.status_code, removed.status_code) == (404, 404)
