"""The command line's tests print to a file, whatever terminal they run in."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The width of the terminal that runs the tests is not taken over."""
    monkeypatch.delenv("COLUMNS", raising=False)
