"""Weekly and monthly reports over HTTP."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.app.plans.test_routes import MONTH, ROWS, WISH, act
from tests.app.shop import Person, Shop

MONDAY = date(2026, 10, 5)  # of 2026-W41
DAYS = [
    {
        "channel": name,
        "period": str(MONDAY + timedelta(days=day)),
        "spend": spend if day >= 0 else spend / 2,
        "revenue": revenue,
    }
    for name, spend, revenue in (("jd", 100, 150), ("douyin", 200, 700))
    for day in range(-7, 7)
]


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner", "li")


def test_a_week_is_summed_and_compared(planner: Person) -> None:
    """Seven days of two channels, and the week before at half of the spend; the sentences say so."""
    planner.post("/v1/history", {"rows": DAYS, "outcomes": [{"period": "2026-W41", "revenue": 9000}]})
    planner.post("/v1/channels", {"id": "jd", "name": "京东"}, 201)
    report = planner.get("/v1/reports/2026-W41")
    assert (report["first"], report["last"], report["covered_days"]) == ("2026-10-05", "2026-10-11", 7)
    assert (report["total"]["spend"], report["total"]["revenue"]) == (2100, 5950)
    assert report["before"]["spend"] == 1050
    assert [line["name"] for line in report["channels"]] == ["douyin", "京东"]
    assert report["summary"] == [
        "¥2,100 was spent, 100% more than in the week before.",
        "Channels were credited with ¥5,950 of revenue, 2.83 per unit of spend.",
        "The whole shop took ¥9,000.",
        "Per unit of spend douyin brought the most (3.50), 京东 the least (1.50).",
    ]
    assert planner.get("/v1/reports/2026-W41?lang=zh")["summary"][0] == "花费¥2,100，较上周增加100%。"


def test_a_month_is_held_against_its_plan_and_a_year_before(shop: Shop, planner: Person) -> None:
    """The monthly report has the plan that ran, its reserve, the goals and the same month a year before."""
    planner.post("/v1/history", {"rows": ROWS})
    plan = planner.post("/v1/plans", WISH, 201)
    approver = shop.person("approver")
    act(planner, plan, "submit")
    act(approver, plan, "approve")
    act(planner, plan, "activate")
    planner.put(f"/v1/goals/{MONTH}", {"revenue": 1000000})
    planner.post("/v1/history", {"rows": [{"channel": "jd", "period": str(MONTH), "spend": 500}]})
    report = planner.get(f"/v1/reports/{MONTH}")
    told = report["plans"][0]
    assert (told["plan_id"], told["spend"]) == (plan["id"], 500)
    assert told["planned_spend"] == sum(line["spend"] for line in plan["allocations"])
    assert told["reserve_left"] == told["reserve_held"] == plan["reserve"]["amount"]
    year_before = str(MONTH.next(-12))
    assert report["year_before"]["spend"] == sum(r["spend"] for r in ROWS if r["period"] == year_before)
    assert report["goals"][0]["measure"] == "revenue"
    assert {alert["code"] for alert in told["alerts"]} >= {"underspend"}


def test_a_week_has_its_days_of_the_plan(shop: Shop, planner: Person) -> None:
    """A week inside the month is planned seven days' worth of it."""
    planner.post("/v1/history", {"rows": ROWS})
    plan = planner.post("/v1/plans", WISH, 201)
    act(planner, plan, "submit")
    act(shop.person("approver"), plan, "approve")
    act(planner, plan, "activate")
    first = MONTH.first + timedelta(days=(7 - MONTH.first.weekday()) % 7)
    report = planner.get(f"/v1/reports/{first:%G-W%V}")
    spend = sum(line["spend"] for line in plan["allocations"])
    assert report["plans"][0]["planned_spend"] == pytest.approx(spend * 7 / MONTH.days, abs=0.05)


def test_reports_are_listed_newest_first(planner: Person) -> None:
    """Months and weeks that history reaches into, page by page."""
    assert planner.get("/v1/reports") == {"items": [], "next": None}
    planner.post("/v1/history", {"rows": DAYS})
    first = planner.get("/v1/reports?grain=weekly&limit=1")
    assert [item["period"] for item in first["items"]] == ["2026-W41"]
    rest = planner.get(f"/v1/reports?grain=weekly&limit=1&after={first['next']}")
    assert ([item["period"] for item in rest["items"]], rest["next"]) == (["2026-W40"], None)
    assert [item["period"] for item in planner.get("/v1/reports?grain=monthly")["items"]] == [
        "2026-10",
        "2026-09",
    ]


def test_nothing_is_told_of_a_week_without_figures(planner: Person) -> None:
    """An empty week says so; a day, or a week that begins on a Tuesday, is no report's period."""
    report = planner.get("/v1/reports/2026-W30")
    assert report["summary"] == ["Nothing is stored of 2026-W30."]
    assert (report["before"], report["channels"], report["plans"]) == (None, [], [])
    for wrong in ("2026-10-05", "2026-W60", "next"):
        planner.get(f"/v1/reports/{wrong}", 422)


def test_another_workspaces_figures_are_not_told(shop: Shop, planner: Person) -> None:
    """A report is made of one's own rows alone."""
    planner.post("/v1/history", {"rows": DAYS})
    other = Shop(shop.client, shop.database).person("viewer")
    assert other.get("/v1/reports/2026-W41")["channels"] == []
