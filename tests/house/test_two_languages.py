"""Whatever the source says to a caller is read in two languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.chinese import FOLDER, PART, PLACE, catalogue
from tests.house.sentences import said, texts

LIBRARIES = "libraries.toml"  # what pydantic and the web framework say
COMMAND_LINE = ("app/db/", "app/sheets/connectors/")  # said in a terminal, to whoever runs the service


def opened(sentence: str) -> str:
    """A sentence with its places unnamed; places side by side are one."""
    return re.sub(r"(\{\})+", "{}", PLACE.sub("{}", sentence.removeprefix(PART)))


def test_every_sentence_has_chinese() -> None:
    """What is said in an error or a note has its Chinese in `app/chinese/<room>.toml`, word for word."""
    known = {opened(sentence) for sentence in catalogue()}
    found = {
        opened(sentence): where for sentence, where in said().items() if re.search(r"[a-z]{3}", sentence)
    }
    assert len(found) > 250
    missing = {
        s: where for s, where in found.items() if s not in known and not where.startswith(COMMAND_LINE)
    }
    assert missing == {}


def test_no_chinese_is_left_over() -> None:
    """A sentence that nobody says any more is gone from the catalogue too."""
    source = " ".join(opened(text) for text in texts())
    library = tomllib.loads((FOLDER / LIBRARIES).read_text("utf-8"))
    ours = [s for s in catalogue() if not s.startswith(PART) and s not in library]
    ends = [re.split(r"(?:\{\})+", opened(sentence)) for sentence in ours]
    assert [e for e in ends if not all(part in source for part in e)] == []


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_chinese_is_chinese_and_fills_known_places(file: Path) -> None:
    """Each text is Chinese, and names no place that its English does not have."""
    for english, chinese in tomllib.loads(file.read_text("utf-8")).items():
        assert re.search(r"[^\x00-\x7f]", chinese), english
        assert set(PLACE.findall(chinese)) <= set(PLACE.findall(english)), english


def test_no_sentence_stands_in_two_rooms() -> None:
    """One home per text."""
    counted = sum(len(tomllib.loads(file.read_text("utf-8"))) for file in FOLDER.glob("*.toml"))
    assert counted == len(catalogue())
