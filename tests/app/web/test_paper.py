"""The month on paper: two pages of A4, in either language, with every figure of the plan on them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from app.optimize.schemas import PlanRequest
from app.optimize.service import plan
from app.web.month import month_view
from app.web.paper import Paper, as_pdf
from tests.app.shop import Shop
from tests.app.web.conftest import Visiting

CURVE = {"family": "michaelis_menten", "scale": 300_000, "half_saturation": 60_000}


@pytest.fixture(scope="session")
def poppler() -> None:
    """The tools that read a PDF; a machine without them skips these tests, but not the CI."""
    if not shutil.which("pdftotext") and "CI" not in os.environ:
        pytest.skip("no PDF tools are installed: apt-get install poppler-utils")


def told(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page of a PDF."""
    (file := folder / "paper.pdf").write_bytes(pdf)
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()
    return text.rstrip("\f").split("\f")


def crowd(count: int) -> PlanRequest:
    """A plan of many channels with curves of their own."""
    channels = [{"id": f"渠道{c}", "curve": CURVE, "last_spend": 40_000 + 500 * c} for c in range(count)]
    return PlanRequest.model_validate({"month": "2026-12", "budget": 50_000 * count, "channels": channels})


@pytest.mark.usefixtures("poppler")
@pytest.mark.parametrize(
    ("language", "title"), [("en", "Plan for December 2026"), ("zh", "2026年12月预算方案")]
)
def test_the_month_fills_two_pages(web: httpx.Client, tmp_path: Path, language: str, title: str) -> None:
    """Title, budget and channels are on the PDF's first page, the signatures on its second."""
    answer = web.get("/sample/paper.pdf", params={"lang": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    first, second = told(answer.content, tmp_path)
    assert title in first
    assert "¥1,000,000" in first
    assert all(name in first for name in ("抖音", "淘宝", "京东", "B站"))
    assert {"en": "Approved", "zh": "批准"}[language] in second


@pytest.mark.usefixtures("poppler")
def test_twenty_channels_still_fit(tmp_path: Path) -> None:
    """Many channels are set more densely, and stay on two pages with a line each."""
    reply = plan(crowd(20), "zh")
    paper = Paper(month_view(reply, None, "zh"), "zh", "店", "店", [])
    first, second = told(as_pdf(paper.alone()), tmp_path)
    assert all(f"渠道{c}" in first for c in range(20))
    assert "渠道0" in second


@pytest.mark.usefixtures("poppler")
def test_the_browser_prints_the_same_two_pages(visiting: Visiting, tmp_path: Path) -> None:
    """The page itself, printed from a browser, is two pages of A4 without the ways back."""
    page = visiting().open("/sample/paper")
    first, second = told(page.pdf(prefer_css_page_size=True), tmp_path)
    assert "Plan for December 2026" in first
    assert "Back to the plan" not in first + second


def test_a_page_on_paper_rests_on_nothing_else(web: httpx.Client, shop: Shop) -> None:
    """What the API gives to print has no address in it, and belongs to one workspace."""
    planner = shop.person("planner")
    for name in ("甲", "乙"):
        planner.post("/v1/channels", {"id": name, "curve": CURVE, "last_spend": 40_000}, 201)
    made = planner.post("/v1/plans", {"month": "2027-01", "budget": 100_000}, 201)
    html = planner.send("GET", f"/v1/plans/{made['id']}.html")
    assert html.headers["content-type"].startswith("text/html")
    assert re.findall(r"(?:href|src)=|url\(|https?://(?!www\.w3\.org)", html.text) == []
    assert "planner · " in html.text
    assert planner.send("GET", f"/v1/plans/{made['id']}.pdf").content[:5] == b"%PDF-"
    stranger = Shop(web, shop.database).person("planner")
    assert stranger.send("GET", f"/v1/plans/{made['id']}.pdf").status_code == 404


def test_a_forgotten_file_has_no_paper(web: httpx.Client) -> None:
    """A place on the desk where nothing lies answers 404."""
    assert web.get("/desk/nothing/paper.pdf").status_code == 404
