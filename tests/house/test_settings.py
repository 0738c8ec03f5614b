"""Settings: documented where they are read about, and read from where they are said to be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_readme_lists_every_setting() -> None:
    """Name, default and meaning in the README are those of the code."""
    listed = re.findall(r"^\| `(BUDGET_\w+)` \| `(.*?)` \| (.*?) \|$", README, re.MULTILINE)
    known = [
        (f"BUDGET_{name.upper()}", str(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]
    assert listed == known


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with the prefix BUDGET_ overrides the default; a wrong one is refused at start."""
    monkeypatch.setenv("BUDGET_PORT", "9000")
    assert Settings().port == 9000
    monkeypatch.setenv("BUDGET_PORT", "port")
    with pytest.raises(ValueError, match="port"):
        Settings()
