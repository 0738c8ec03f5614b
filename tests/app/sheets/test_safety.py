"""No text that leaves becomes a formula."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.files import read_history
from app.sheets.safety import WORKBOOK_OPTIONS, as_meant, safe_row, safe_text

ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    '=cmd|"/C calc"!A0',
]


@pytest.mark.parametrize("text", ATTACKS)
def test_formulas_become_text(text: str) -> None:
    """Whatever could begin a formula gets an apostrophe, and reading a name back takes it off."""
    assert safe_text(text).startswith("'")
    assert text[0] in "\t\r\n" or as_meant(safe_text(text)) == text


@pytest.mark.parametrize(
    "text", ["", "抖音", "a=b", "1-2", "it's", "grew 5 %, -3 % against last month", "'quoted'"]
)
def test_other_text_is_left_alone(text: str) -> None:
    """Names and sentences leave as they are."""
    assert safe_text(text) == text
    assert as_meant(text) == text


@pytest.mark.parametrize("text", ["x;=1+1", "x,@y", "x\n=1", "x\t+A1", "x| =1"])
def test_text_that_a_reader_may_split(text: str) -> None:
    """A formula after another program's separator is defused as well."""
    for mark in ",;|\t\n":
        assert not any(part.strip(" ")[:1] in ("=", "@", "+") for part in safe_text(text).split(mark))


def test_numbers_are_left_alone() -> None:
    """Only text is touched: a negative amount stays a number."""
    assert safe_row(["=x", -5, 1.5, None]) == ["'=x", -5, 1.5, None]


@given(st.text(max_size=20))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_any_text_comes_back(text: str) -> None:
    """Safe text never begins with what begins a formula, and being made safe twice changes nothing more."""
    safe = safe_text(text)
    assert safe.lstrip(" \u00a0")[:1] not in tuple("=+-@＝＋－＠\t\r\n")
    assert safe_text(safe) == safe


def test_a_workbook_of_formulas_holds_text() -> None:
    """With these options what xlsxwriter writes as text is text, whatever it looks like."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, WORKBOOK_OPTIONS) as book:
        book.add_worksheet().write_row(0, 0, ["=1+1", "http://example.com", "12"])
    cells = next(openpyxl.load_workbook(data).worksheets[0].iter_rows())
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"),
        ("http://example.com", "s"),
        ("12", "s"),
    ]
    assert not any(cell.hyperlink for cell in cells)


def test_a_channel_named_like_a_formula_survives_the_way_out_and_in() -> None:
    """A history written safely is read back under the same name."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in (["date", "channel", "spend"], ["2026-W01", "=1+1", 5.0]):
        writer.writerow(safe_row(row))
    assert "'=1+1" in text.getvalue()
    assert read_history(text.getvalue().encode(), "x.csv").rows[0].channel == "=1+1"
