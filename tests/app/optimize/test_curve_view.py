"""Curves drawn in a terminal, with how far they can be trusted."""

from __future__ import annotations

import io
from functools import lru_cache

import pytest
from rich.cells import cell_len
from rich.console import Console

from app.dependencies import Language
from app.optimize import examples, service
from app.optimize.curve_requests import CurvesRequest
from app.optimize.curve_view import BLANK, COLUMNS, ROWS, SOURCES, curves_view, drawing, titled
from app.optimize.diagnoses import ADVICE
from app.optimize.replies import CurvesReply
from app.optimize.words import Words
from app.web.texts import Say

WORDS = Words("en", "CNY", "revenue")


@lru_cache
def curves(language: Language = "en") -> CurvesReply:
    return service.curves(CurvesRequest.model_validate({"history": examples.HISTORY}), language)


def drawn(row: str) -> list[int]:
    """Columns of a drawing's row in which the curve is."""
    return [i for i, cell in enumerate(row.partition("│")[2]) if BLANK < ord(cell) < BLANK + 256]


def test_a_curve_rises_from_left_to_right() -> None:
    """Every column has a dot, and higher rows hold columns further right."""
    rows = drawing(curves().curves[0], WORDS).plain.splitlines()[:ROWS]
    columns = [drawn(row) for row in rows]
    assert sorted({c for row in columns for c in row}) == list(range(COLUMNS))
    tops = [min(row) for row in columns if row]
    assert tops == sorted(tops, reverse=True)


def test_last_spend_and_the_most_ever_spent_are_marked() -> None:
    """The marks stand at their share of the axis."""
    curve = curves().curves[0]
    lines = drawing(curve, WORDS).plain.splitlines()
    end = curve.table[-1].spend
    assert curve.last_spend is not None
    assert curve.observed_max_spend is not None
    assert lines[ROWS].partition("└")[2].index("▲") == int(float(curve.last_spend) / end * COLUMNS)
    dashed = int(float(curve.observed_max_spend) / end * COLUMNS)
    assert any(line.partition("│")[2][dashed] == "┆" for line in lines[:ROWS])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_view_fits_and_says_what_a_lead_asks(language: Language) -> None:
    """Nothing is wider than 100 columns; explained share, widths, advice and foresight are there."""
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(curves_view(curves(language), language))
    text = console.export_text()
    assert max(cell_len(line) for line in text.splitlines()) <= 100
    curve = curves(language).curves[0]
    assert f"{curve.explained_share:.0%}" in text
    assert f"±{curve.doubt_inside:.0%}" in text
    assert curve.advice.message in text.replace("\n", " ")
    assert "3/3" in text


def test_the_reply_tells_how_well_the_last_months_were_foreseen() -> None:
    """Three months by default, none when asked for none, or when there is too little history."""
    assert [line.channel for line in curves().foresight] == [None, "douyin", "jd"]
    assert curves().foresight[0].months == 3
    for body in ({"history": examples.HISTORY, "foresight_months": 0}, {"history": examples.HISTORY[:3]}):
        assert service.curves(CurvesRequest.model_validate(body), "en").foresight == []


def test_every_advice_has_words() -> None:
    """Each language says every advice in a sentence of its own."""
    for language in ("en", "zh"):
        assert len({sentences[language] for sentences in ADVICE.values()}) == len(ADVICE)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_what_a_curve_rests_on_is_told_in_words(source: str) -> None:
    """A planner reads no code of ours, in either language, in the terminal or on the evidence page."""
    curve = curves().curves[0].model_copy(update={"source": source, "channel": "抖音"})
    assert titled(curve, "zh").startswith("抖音（")
    assert not set(titled(curve, "zh")) & set("abcdefghijklmnopqrstuvwxyz")
    assert Say("zh")(f"evidence.{source}") != Say("en")(f"evidence.{source}")
