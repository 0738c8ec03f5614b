"""The curves as one page that stands alone."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from typer.testing import CliRunner

from app import cli
from app.optimize import examples, service
from app.optimize.curve_page import HEIGHT, LEFT, WIDTH, curves_page, picture
from app.optimize.curve_requests import CurvesRequest
from app.optimize.words import Words
from sample_data import FOLDER

HOSTILE = "<script>alert(1)</script>"


def request(name: str) -> CurvesRequest:
    """The example's history with its first channel called by this name."""
    rows = [row | {"channel": name if row["channel"] == "douyin" else "jd"} for row in examples.HISTORY]
    return CurvesRequest.model_validate({"history": rows, "foresight_months": 0})


def test_the_picture_is_the_curve() -> None:
    """The line has a point per row of the table, from the corner to the right edge, inside its band."""
    curve = service.curves(request("抖音"), "en").curves[0]
    drawn = ElementTree.fromstring(picture(curve, Words("en", "CNY", "revenue"), "en"))
    line = [tuple(map(float, p.split(","))) for p in drawn.find("polyline").get("points", "").split()]  # type: ignore[union-attr]
    band = [tuple(map(float, p.split(","))) for p in drawn.find("polygon").get("points", "").split()]  # type: ignore[union-attr]
    assert len(line) == len(curve.table) == len(band) // 2
    assert (line[0][0], line[-1][0]) == (LEFT, WIDTH)
    upper, lower = band[: len(line)], band[len(line) :][::-1]
    assert all(h[1] <= m[1] <= low[1] <= HEIGHT for h, m, low in zip(upper, line, lower, strict=True))


def test_names_cannot_break_the_page() -> None:
    """A channel called like a script is shown, not run; nothing is loaded from elsewhere."""
    page = curves_page(service.curves(request(HOSTILE), "en"), "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=|url\(|@import", page)


def test_budget_fit_writes_the_page(tmp_path: Path) -> None:
    """`budget fit --html` leaves a page with a picture per channel, in the language asked for."""
    out = tmp_path / "curves.html"
    file = str(FOLDER / "history_monthly.csv")
    result = CliRunner().invoke(cli.app, ["fit", file, "--html", str(out), "--lang", "zh"])
    assert result.exit_code == 0, result.output
    page = out.read_text("utf-8")
    assert page.count("<svg") == 8
    assert "响应曲线" in page
