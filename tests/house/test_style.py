"""The house rules that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = [
    path for room in ("app", "optimizer", "sample_data") for path in sorted((ROOT / room).rglob("*.py"))
]
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
EMPTY_WORDS = {"utils", "helpers", "constants", "common", "types", "base", "misc"}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function and method of a module."""
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_are_short_and_say_what_they_are(path: Path) -> None:
    """At most 350 lines a module and 40 a function, and a docstring at the top of what has code."""
    text = path.read_text()
    assert len(text.splitlines()) <= 350
    assert path.stem not in EMPTY_WORDS
    assert not text or ast.get_docstring(ast.parse(text))
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= 40]
    assert not long


@pytest.mark.parametrize("path", TESTS, ids=name)
def test_every_test_states_its_truth(path: Path) -> None:
    """A test without a docstring tests nobody knows what."""
    silent = [f.name for f in functions(path) if f.name.startswith("test_") and not ast.get_docstring(f)]
    assert not silent


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_room_has_its_tests(path: Path) -> None:
    """The tests' tree mirrors the rooms: a folder of modules has a folder of tests; migrations: db."""
    room = next((above.parent for above in path.parents if above.name == "migrations"), path.parent)
    assert (ROOT / "tests" / room.relative_to(ROOT)).is_dir()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_pin_hashes_and_hold_no_address(lock: str) -> None:
    """Every requirement has a hash, and no index or host is written down."""
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert requirements
    assert all(line.endswith("\\") for line in requirements)
