"""The first minute: the sample shop's plan, then one's own from a file; nothing asked, nothing stored."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from sample_data import FOLDER
from tests.app.web.browser import fits
from tests.app.web.conftest import Visiting

BROKEN = "week,channel,spend,revenue\n2026-W40,a,10,20\n2026-W41,a,ten,20\n2026-W99,a,10,20\n"


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize(
    ("language", "title"), [("en", "Plan for December 2026"), ("zh", "2026年12月预算方案")]
)
def test_the_sample_plan_is_there_before_anything_is_asked(
    visiting: Visiting, language: str, title: str, width: int
) -> None:
    """`/` shows the month, its reserve and a line per channel, in the browser's language, at any width."""
    page = visiting(language, width=width).open("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_role("rowheader", name="抖音")).to_be_visible()
    expect(page.locator(".headline .figure").first).to_have_text("¥1,000,000")
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh": "zh-CN"}[language]
    fits(page)


def test_curves_can_be_pointed_at(visiting: Visiting) -> None:
    """Each picture is there at once as SVG, and becomes a Plotly figure when it comes into view."""
    page = visiting(draws=True).open("/")
    expect(page.locator(".chart > svg")).to_have_count(8)
    page.locator(".curves").scroll_into_view_if_needed()
    expect(page.locator(".chart.live .plotly").first).to_be_attached()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
@pytest.mark.parametrize("name", ["history_monthly.csv", "history.xlsx"])
def test_a_dropped_file_becomes_a_plan(visiting: Visiting, name: str, with_scripts: bool) -> None:
    """Her own file, her own plan: the month after it, how its columns were read, and nothing stored."""
    page = visiting(with_scripts=with_scripts).open("/")
    page.get_by_label("CSV or XLSX of spend and results").set_input_files(FOLDER / name)
    if not with_scripts:
        page.get_by_role("button", name="Show my plan").click()
    expect(page.get_by_text("Nothing is stored").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026")
    expect(page.locator("table.mapping select").first).to_have_value("period")
    expect(page.get_by_text(f"From {name}")).to_be_visible()


def test_a_broken_file_is_told_by_row_and_column_and_can_be_read_otherwise(
    visiting: Visiting, tmp_path: Path
) -> None:
    """Every wrong cell is listed with its place; a column taken for something else is read again."""
    file = tmp_path / "broken.csv"
    file.write_text(BROKEN)
    page = visiting(with_scripts=False).open("/")
    page.get_by_label("CSV or XLSX of spend and results").set_input_files(file)
    page.get_by_role("button", name="Show my plan").click()
    expect(page.locator("table.faults tbody tr")).to_have_count(2)
    places = page.locator("table.faults tbody tr").evaluate_all(
        "rows => rows.map(row => row.cells[0].textContent + row.cells[1].textContent)"
    )
    assert sorted(places) == ["3C", "4A"]
    page.get_by_role("rowheader", name="spend").locator("xpath=..").get_by_role("combobox").select_option(
        "ignored"
    )
    page.get_by_role("button", name="Read it this way").click()
    expect(page.locator("table.faults tbody tr")).to_have_count(1)


def test_faults_are_read_in_chinese(visiting: Visiting, tmp_path: Path) -> None:
    """Under a Chinese page no fault is English, nor any note on how a file was read."""
    file = tmp_path / "broken.csv"
    file.write_text(BROKEN)
    page = visiting("zh").open("/")
    page.locator("[name=file]").set_input_files(file)
    expect(page.locator("table.faults")).to_contain_text("不是数字")
    expect(page.locator("table.faults")).not_to_contain_text("is no")
    page.goto(page.url.partition("/desk")[0])
    page.locator("[name=file]").set_input_files(FOLDER / "history_monthly.csv")
    expect(page.locator(".notes")).to_contain_text("读取了")


def test_a_language_once_chosen_stays(visiting: Visiting) -> None:
    """The switch changes the page's language, and every later page's."""
    page = visiting().open("/")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年12月预算方案")
    page.get_by_role("link", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")


def test_a_form_from_elsewhere_is_refused(web: httpx.Client) -> None:
    """A POST without our own Origin is answered 403 and leaves nothing on the desk."""
    file = {"file": ("x.csv", b"a")}
    for origin in ("https://elsewhere.example", "null", None):
        headers = {} if origin is None else {"origin": origin}
        assert web.post("/desk", files=file, headers=headers).status_code == 403


def test_every_page_says_what_it_may_load(web: httpx.Client) -> None:
    """The policy allows our own origin alone, no eval, and no frame; error pages too."""
    for path in ("/", "/sign-in", "/desk/nothing"):
        policy = web.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy


def test_a_trial_nobody_knows_is_not_there(web: httpx.Client) -> None:
    """A place on the desk that was never given out answers 404, as a page."""
    reply = web.get("/desk/nothing")
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_files_are_kept_by_browsers_for_good(web: httpx.Client) -> None:
    """An asset is sent compressed and immutable at its own address, and nowhere else."""
    page = web.get("/").text
    address = page.partition('data-plotly="')[2].partition('"')[0]
    reply = web.get(address)
    assert reply.headers["content-encoding"] == "gzip"
    assert "immutable" in reply.headers["cache-control"]
    assert len(reply.content) > 4_000_000
    assert web.get("/static/000000000000/style.css").status_code == 404
