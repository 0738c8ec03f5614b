"""Amounts are read as people and platforms write them, or refused."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.cells import Cell, Unreadable
from app.history.numbers import decimal_mark, is_blank, read_number


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("1,234.56", 1234.56),
        ("1 234 567", 1234567.0),
        ("1\u00a0234.5", 1234.5),
        ("1'234'567.5", 1234567.5),
        ("１，２３４．５", 1234.5),
        ("¥1.2万", 12000.0),
        ("3亿", 3e8),
        ("2千万", 2e7),
        ("￥ 88", 88.0),
        ("120元", 120.0),
        ("US$ 5", 5.0),
        ("12%", 0.12),
        ("(1,234)", -1234.0),
        ("−5", -5.0),
        ("1.5e3", 1500.0),
        ("12\t", 12.0),
        ('="00123"', 123.0),
    ],
)
def test_amounts_with_a_decimal_point(shown: str, number: float) -> None:
    """Marks, units, currencies, percentages and full-width digits are understood."""
    assert read_number(shown, ".") == pytest.approx(number)


@pytest.mark.parametrize(
    ("shown", "number"), [("1.234,56", 1234.56), ("1 234,5 €", 1234.5), ("1.234", 1234.0)]
)
def test_amounts_with_a_decimal_comma(shown: str, number: float) -> None:
    """Where the comma is the decimal mark, the point groups thousands."""
    assert read_number(shown, ",") == number


@pytest.mark.parametrize(
    "shown", ["12,5", "1,23,456", "1_000", "0x10", "abc", "infinity", "1e999", "1e16", "5-", "."]
)
def test_anything_else_is_refused(shown: str) -> None:
    """Text that is no number, contradicts the decimal mark or is beyond all bounds is not guessed at."""
    assert isinstance(read_number(shown, "."), Unreadable)


def test_cells_that_are_no_numbers() -> None:
    """An error value stays unreadable, and a date is not taken for its serial number."""
    assert read_number(Unreadable("#N/A", "is an error value")) == Unreadable("#N/A", "is an error value")
    assert isinstance(read_number("#DIV/0!"), Unreadable)
    assert isinstance(read_number(datetime(2026, 1, 5)), Unreadable)


@pytest.mark.parametrize("shown", [None, "", " ", "-", "--", "—", "N/A", "null", "\t"])
def test_blanks(shown: Cell) -> None:
    """Dashes and words for nothing are blank, not zero."""
    assert is_blank(shown)
    assert read_number(shown) is None


@pytest.mark.parametrize(
    ("amounts", "separator", "mark"),
    [
        (["1,5"], ",", ","),
        (["1.5"], ";", "."),
        (["1,234"], ",", "."),
        (["1,234"], ";", ","),
        (["1.234.567"], ",", ","),
        (["1,234,567"], ";", "."),
        (["1.234,56"], None, ","),
        (["0,125"], None, ","),
        (["1234,567"], None, ","),
        (["1,234", "1.5", "2.25"], None, "."),
        ([], ";", ","),
    ],
)
def test_decimal_mark(amounts: list[Cell], separator: str | None, mark: str) -> None:
    """The decimal mark is the one the sheet's amounts can only have meant; the separator decides a tie."""
    assert decimal_mark(amounts, separator) == mark


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from([",.", ".,", " ,", "'."]))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_written_amounts_are_read_back(amount: object, marks: str) -> None:
    """An amount written with thousands marks and two decimals is read as itself, whichever marks are used."""
    grouping, decimal = marks[0], marks[1]
    shown = f"{amount:,}".replace(",", "\0").replace(".", decimal).replace("\0", grouping)
    assert read_number(shown, decimal) == pytest.approx(float(str(amount)), abs=1e-9)
