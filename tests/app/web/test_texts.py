"""The words of the pages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from app.web.texts import FOLDER, catalogue

ROOM = Path(__file__).parents[3] / "app" / "web"
USED = re.compile(r"""say\(f?["']([a-z_-]+\.[a-z_-]+)["']( ~)?""")


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_text_says_the_same_in_both_languages(name: str) -> None:
    """Each text is there in English and Chinese, and has the same places to fill."""
    text = catalogue()[name]
    assert set(text) == {"en", "zh"}
    places = [{field for _, field, _, _ in Formatter().parse(text[lang]) if field} for lang in ("en", "zh")]
    assert places[0] == places[1]
    words = re.sub(r"\{.*?\}", "", text["en"])
    assert re.search(r"[\u4e00-\u9fff]", text["zh"]) or not re.search(r"[a-z]{3}", words), text


def test_every_text_that_is_asked_for_exists() -> None:
    """No page asks for words that nobody wrote."""
    files = [*ROOM.rglob("*.py"), *(ROOM / "templates").rglob("*.html")]
    asked = {found for file in files for found in USED.findall(file.read_text("utf-8"))}
    used = {name for name, more in asked if not more}
    assert len(used) > 50
    assert used - set(catalogue()) == set()
    begun = {name for name, more in asked if more}
    assert [name for name in begun if not any(text.startswith(name) for text in catalogue())] == []


def test_texts_are_where_they_are_looked_for() -> None:
    """A text's first name is its file's."""
    assert {name.partition(".")[0] for name in catalogue()} == {file.stem for file in FOLDER.glob("*.toml")}
