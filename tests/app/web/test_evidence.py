"""The curves of a plan and what they rest on, on their page."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.db.tables import PlanRow
from app.optimize.evidence import ChangeRead, DrawnCurve, SeenPoint
from app.optimize.replies import AllocationRead
from app.web.charts import Cloud, Rule
from app.web.evidence_view import seen_chart, strip_chart
from app.web.writing import Figures
from tests.app.cycle import MONTH, ROWS
from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.clerk import Clerk
from tests.app.web.conftest import Visiting

TEST = {
    "name": "north",
    "channel": "douyin",
    "start": str(MONTH.next(-4).first),
    "end": str(MONTH.next(-4).first.replace(day=28)),
    "spend_change": 40_000,
    "incremental_revenue": 71_000,
    "standard_error": 15_000,
}


@pytest.fixture
def plan(shop: Shop) -> dict[str, Any]:
    """A draft from a year of history and a lift test."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    shop.admin.post("/v1/experiments", TEST, 201)
    drafted: dict[str, Any] = shop.admin.post("/v1/plans", {"month": str(MONTH), "budget": 400_000}, 201)
    return drafted


@pytest.mark.parametrize(("language", "scripts"), [("en", False), ("zh", True)])
def test_a_curve_stands_beside_its_past(
    visiting: Visiting, shop: Shop, plan: dict[str, Any], language: str, scripts: bool
) -> None:
    """Each channel's curve with its past months, the test and how it agrees; on a phone, without scripts."""
    visitor = visiting(language, width=375, with_scripts=scripts)
    page = visitor.sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/evidence")
    of_douyin = page.get_by_role("article", name="douyin")
    assert of_douyin.locator(".chart > svg .speck").count() >= 10
    expect(of_douyin).to_contain_text("north")
    expect(of_douyin.locator(".agreement")).to_contain_text(
        {"en": "the plan uses", "zh": "计划采用"}[language]
    )
    assert page.locator("article").count() == len(plan["allocations"])
    fits(page)


def test_everyone_may_look_at_the_sample(visiting: Visiting) -> None:
    """The sample shop's evidence needs no key; the table leads to each channel's picture."""
    page = visiting().open("/desk/sample/evidence")
    page.get_by_role("link", name="抖音").click()
    expect(page.get_by_role("article", name="抖音")).to_be_in_viewport()


def test_a_plan_from_before_pasts_were_kept(web: httpx.Client, shop: Shop, plan: dict[str, Any]) -> None:
    """Its curves are shown with what was known then: no past months, no strip, no range beyond."""
    kept = {"channel", "observed_max_spend", "points"}
    with shop.database.writing() as session:
        row = session.scalars(select(PlanRow).where(PlanRow.id == plan["id"])).one()
        evidence = dict(row.evidence or {})
        evidence["curves"] = [{n: v for n, v in one.items() if n in kept} for one in evidence["curves"]]
        evidence.pop("explained_share", None)
        row.evidence = evidence
    page = Clerk(web, shop.admin.key).look(f"/plans/{plan['id']}/evidence")
    assert page.count("<article") == len(plan["allocations"])
    assert 'class="speck' not in page
    assert "Too few months" in page


def test_a_plan_from_before_pictures(web: httpx.Client, shop: Shop, plan: dict[str, Any]) -> None:
    """Without any evidence the page says so, and the month is still shown."""
    with shop.database.writing() as session:
        session.scalars(select(PlanRow).where(PlanRow.id == plan["id"])).one().evidence = None
    clerk = Clerk(web, shop.admin.key)
    assert clerk.web.get(f"/plans/{plan['id']}/evidence", headers=clerk.headers).status_code in {200, 404}
    assert "¥400,000" in clerk.look(f"/plans/{plan['id']}")


LINE: dict[str, Any] = {"channel": "a", "name": "A", "spend": 50, "share": 1, "last_spend": None}
LINE |= {"change_share": None, "response": 90, "response_low": 80, "response_high": 99, "roi": 1.8}
LINE |= {"marginal_roi": 1.8, "last_marginal_roi": None, "position": "free", "shadow_price": 0}
LINE |= {"observed_max_spend": None, "extrapolated": False, "source": "attributed", "why": ""}


def line() -> AllocationRead:
    return AllocationRead.model_validate(LINE)


def curve(responses: list[float | None], change: ChangeRead | None = None) -> DrawnCurve:
    """Two units of response for each unit of spend; months from January 2025 on, each of spend 50."""
    return DrawnCurve(
        channel="a",
        observed_max_spend=None,
        points=[(0, 0, 0, 0), (100, 200, 150, 250)],
        change=change,
        seen=tuple(
            SeenPoint(month=f"2025-{k + 1:02}", paid=50, result=response, spend=50, response=response)
            for k, response in enumerate(responses)
        ),
    )


def test_a_change_of_effect_parts_the_past() -> None:
    """Months before the change are drawn apart from those after it, and the change stands at its month."""
    drawn = curve([150, 150, 100, 100], ChangeRead(date="2025-03-04", factor=0.66))
    clouds = [s for s in seen_chart(line(), drawn, Figures("en", "CNY")).shapes if isinstance(s, Cloud)]
    assert [(cloud.tone, len(cloud.points)) for cloud in clouds] == [("curve", 2), ("muted", 2)]
    strip = strip_chart(line(), drawn, Figures("en", "CNY"))
    assert strip
    assert [shape.x for shape in strip.shapes if isinstance(shape, Rule)] == [1.5]
    assert [y for shape in strip.shapes if isinstance(shape, Cloud) for _, y, _ in shape.points] == [
        1.5, 1.5, 1.0, 1.0
    ]  # fmt: skip


def test_months_without_results_lie_on_the_axis() -> None:
    """Unknown results are drawn at nothing, and told as unknown; they are no part of the strip."""
    drawn = curve([None, None, 100, 100])
    clouds = [s for s in seen_chart(line(), drawn, Figures("en", "CNY")).shapes if isinstance(s, Cloud)]
    assert [[y for _, y, _ in cloud.points] for cloud in clouds] == [[100, 100], [0, 0]]
    assert strip_chart(line(), drawn, Figures("en", "CNY")) is None
