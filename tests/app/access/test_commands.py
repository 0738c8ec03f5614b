"""What the operator does at the terminal."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from app.cli import app


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_workspace_is_made_and_its_trail_is_whole(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """`workspace create --json` prints the workspace and its key; the trail of what it did holds."""
    monkeypatch.setenv("BUDGET_DATABASE_URL", database_url)
    run("db", "upgrade")
    made = json.loads(run("workspace", "create", "小店", "--currency", "CNY", "--json"))
    assert made.keys() == {"workspace", "key"}
    assert f"{made['workspace']}: 2 entries, whole" in run("audit", "verify")
