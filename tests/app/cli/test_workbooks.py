"""`budget workbook` writes what the service answers."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from app import cli
from app.optimize import examples
from app.sheets.workbook.fields import SHEETS
from tests.app.sheets.workbook.books import book_of, changed, planned_spends

runner = CliRunner()


def test_an_empty_workbook_to_fill_in(tmp_path: Path) -> None:
    """By default it is budget.xlsx, in the language asked for."""
    out = tmp_path / "mine.xlsx"
    assert runner.invoke(cli.app, ["workbook", str(out), "--lang", "zh"]).exit_code == 0
    assert openpyxl.load_workbook(out, read_only=True).sheetnames == [text.zh for text in SHEETS.values()]


def test_a_filled_in_workbook_gives_the_plan(tmp_path: Path) -> None:
    """The workbook that is written holds the plan of the one that is read."""
    filled, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    filled.write_bytes(book_of(examples.TWO_CURVES))
    assert runner.invoke(cli.app, ["workbook", str(out), "--from", str(filled)]).exit_code == 0
    assert planned_spends(out.read_bytes()) == planned_spends(filled.read_bytes())


def test_wrong_cells_are_told_and_marked(tmp_path: Path) -> None:
    """Each wrong cell on a line of its own, exit code 1, and a marked copy beside."""
    filled, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    filled.write_bytes(changed(book_of(examples.TWO_CURVES), {("Budget and rules", "B6"): "much"}))
    result = runner.invoke(cli.app, ["workbook", str(out), "--from", str(filled)], env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert result.stderr.strip() == "'Budget and rules', row 6, column B (B6): Budget: 'much' is not a number"
    comment = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))["Budget and rules"]["B6"].comment
    assert comment is not None
    assert "'much' is not a number" in comment.text
