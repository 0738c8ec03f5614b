"""The months behind, on their page: worked out while one looks, kept, and honest when they cannot be."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from app.errors import TooBusyError
from app.web.behind_view import behind_view
from app.web.charts import Dot, Span
from app.web.works import MOST_WAITING, Works
from app.web.writing import Figures
from tests.app.backtest.test_routes import tried
from tests.app.cycle import MONTH, ROWS
from tests.app.shop import Shop
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting


@pytest.fixture
def plan(shop: Shop) -> dict[str, Any]:
    """A draft from a year of history."""
    shop.admin.post("/v1/history", {"rows": ROWS})
    drafted: dict[str, Any] = shop.admin.post("/v1/plans", {"month": str(MONTH), "budget": 400_000}, 201)
    return drafted


@pytest.mark.parametrize(("language", "scripts"), [("en", False), ("zh", True)])
def test_the_past_is_planned_again_while_one_looks(
    visiting: Visiting, shop: Shop, plan: dict[str, Any], language: str, scripts: bool
) -> None:
    """On a phone, with or without scripts, on one page: forecasts and what came, and the planner judged."""
    visitor = visiting(language, width=375, with_scripts=scripts)
    page = visitor.sign_in(shop.person("viewer").key, f"/plans/{plan['id']}/behind")
    expect(page.locator("table.past").first.get_by_role("row")).to_have_count(1 + 6)
    expect(page.locator("main")).to_contain_text(
        {"en": "keeping last month's mix", "zh": "保持上月比例"}[language]
    )
    expect(page.locator(".working")).not_to_be_visible()
    fits(page)


def test_progress_comes_before_the_result(web: httpx.Client) -> None:
    """A page that has to be worked out says how far it is, month by month; the next look finds it done."""
    first = web.get("/desk/sample/behind").text
    assert (
        first.index('class="working"')
        < first.index("<progress value=")
        < first.index('class="list cards past"')
    )
    assert "</html>" in first
    assert "working" not in web.get("/desk/sample/behind").text


def test_given_curves_have_no_past(visiting: Visiting, shop: Shop) -> None:
    """A plan without history says that there is nothing to try."""
    curve = {"points": [[0, 0], [100_000, 220_000]]}
    wish = {"month": str(MONTH), "budget": 50_000, "channels": [{"id": "tv", "curve": curve}]}
    plan = shop.admin.post("/v1/plans", wish, 201)
    page = visiting().sign_in(shop.admin.key, f"/plans/{plan['id']}/behind")
    expect(page.get_by_text("no past to try it on")).to_be_visible()


def test_too_short_a_past_is_told(visiting: Visiting, shop: Shop) -> None:
    """Where the work fails the page says why, in the result's place."""
    rows = [{"channel": "a", "period": str(MONTH.next(-k)), "spend": 100, "revenue": 300} for k in (1, 2)]
    shop.admin.post("/v1/history", {"rows": rows})
    plan = shop.admin.post("/v1/plans", {"month": str(MONTH), "budget": 50_000}, 201)
    page = visiting().sign_in(shop.admin.key, f"/plans/{plan['id']}/behind")
    expect(page.locator(".fault")).to_contain_text("days of results")


def test_what_fell_outside_stands_out() -> None:
    """A month outside its range has its mark in the colour of alarm; every month has its forecast's range."""
    reply = tried()
    missed = reply.months[0].forecast.model_copy(update={"actual": 1e9, "holds": False})
    months = [reply.months[0].model_copy(update={"forecast": missed}), *reply.months[1:]]
    view = behind_view(reply.model_copy(update={"months": months}), {}, Figures("en", "CNY"))
    assert [row.holds for row in view.rows] == [False, *(past.forecast.holds for past in months[1:])]
    spans = [shape for shape in view.forecasts.shapes if isinstance(shape, Span)]
    assert [(span.low, span.high) for span in spans] == [(m.forecast.low, m.forecast.high) for m in months]
    came = [shape.tone for shape in view.forecasts.shapes if isinstance(shape, Dot) and shape.tone != "curve"]
    assert came[0] == "down"


def test_work_is_done_once_and_failures_again() -> None:
    """Two looks share one work; one that failed is tried anew; too many that wait are refused."""
    works, calls, gate = Works(), [], threading.Event()

    def fails(step: object) -> None:
        calls.append("failed")
        raise ValueError

    def waits(step: object) -> str:
        gate.wait(10)
        return "done"

    for _ in range(2):
        assert isinstance(works.of(("bad",), fails).future.exception(10), ValueError)
    assert calls == ["failed", "failed"]
    first = works.of(("slow",), waits)
    assert works.of(("slow",), waits) is first
    for k in range(MOST_WAITING - 1):
        works.of((str(k),), waits)
    with pytest.raises(TooBusyError):
        works.of(("one too many",), waits)
    gate.set()
    assert first.future.result(10) == "done"
