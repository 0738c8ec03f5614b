"""Figures below zero, as people read them."""

from __future__ import annotations

from typer.testing import CliRunner

from app import cli
from app.optimize.signs import changed, filled
from sample_data import FOLDER


def test_changes_bear_a_sign_and_nothing_bears_both() -> None:
    """A fall has the minus, a rise the plus, and what rounds to nothing neither alone."""
    assert [changed(share) for share in (0.125, -0.031, -0.0001)] == ["+12.5%", "−3.1%", "±0%"]


def test_names_keep_their_hyphens() -> None:
    """Only a sentence's numbers are written with the minus."""
    assert filled("{who}: {low:.1f} to {high:+.0%}", who="TV-1", low=-2.5, high=-0.4) == "TV-1: −2.5 to −40%"


def test_tables_of_the_terminal_write_one_minus() -> None:
    """A plan that takes money from channels says so with the sign that its sentences use."""
    options = ["plan", str(FOLDER / "history_monthly.csv"), "--budget", "1000000"]
    table = CliRunner().invoke(cli.app, options).stdout.split("Budget")[0]
    assert "−" in table
    assert " -" not in table
