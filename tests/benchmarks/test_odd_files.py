"""Odd files are read right or refused at their cell: numbers, names, dates, packages, our own workbook."""

from __future__ import annotations

import pytest

from benchmarks.odd_cases import Case, cases
from benchmarks.odd_files import HOSTILE
from benchmarks.reading_apart import Outcome, outcome_of

CASES = [case for case in cases() if len(case.data) < 1_000_000]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_read_right_or_refused_with_the_cell(case: Case) -> None:
    """What a file holds is found, and what cannot be read is refused where it stands."""
    assert case.judge(outcome_of(case.data, is_workbook=case.is_workbook)) in ("read", "refused")


def test_there_are_enough_of_them() -> None:
    """The cases, with the hostile ones that only the benchmark reads, are two hundred."""
    assert len(CASES) + len(HOSTILE) >= 200
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_judge_sees_what_is_wrong() -> None:
    """A file read that should be refused, refused elsewhere, or read otherwise is not right."""
    number = Case("x", b"", holds=(5.0,))
    fault = Case("x", b"", refused_at="C2")
    assert number.judge(Outcome("read", frozenset({5.0}))) == "read"
    assert number.judge(Outcome("read", frozenset({6.0}))).startswith("wrong")
    assert number.judge(Outcome("refused", frozenset({"C2"}))).startswith("wrong")
    assert fault.judge(Outcome("refused", frozenset({"C2"}))) == "refused"
    assert fault.judge(Outcome("refused", frozenset({"C3"}))).startswith("wrong")
    assert fault.judge(Outcome("read", frozenset())).startswith("wrong")
