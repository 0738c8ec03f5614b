"""Chinese for what errors and notes say.

A sentence is written once, in English, where it is said: by a schema, a service, the core, which knows no
languages, or a library. Its Chinese stands here, a file per room, under the English with its places open:
`"{name} is given twice." = "{name}重复。"`. The sentence that is read is matched against these, so that also
what was said long ago, and stored, is read in either language.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.dependencies import Language

FOLDER = Path(__file__).parent
PLACE = re.compile(r"\{(\w+)\}")
SAID = "said"  # a place with a name that begins so holds a sentence, or a word, with Chinese of its own


class Pattern(NamedTuple):
    """A sentence with its places open, and its Chinese."""

    english: re.Pattern[str]
    chinese: str
    weight: int


@lru_cache(maxsize=1)
def catalogue() -> dict[str, str]:
    """Every sentence's Chinese by its English."""
    files = sorted(FOLDER.glob("*.toml"))
    return {english: zh for file in files for english, zh in tomllib.loads(file.read_text("utf-8")).items()}


def in_language(sentence: str, language: Language) -> str:
    """A sentence as the reader wants it; one that has no Chinese stays as it was said."""
    return sentence if language == "en" else _in_chinese(sentence)


@lru_cache(maxsize=4096)
def _in_chinese(sentence: str) -> str:
    if (known := catalogue().get(sentence)) is not None:
        return known
    for pattern in _patterns():
        if match := pattern.english.fullmatch(sentence):
            facts = {
                name: _in_chinese(fact) if name.startswith(SAID) else fact
                for name, fact in match.groupdict().items()
            }
            return pattern.chinese.format(**facts)
    return sentence


@lru_cache(maxsize=1)
def _patterns() -> list[Pattern]:
    """The sentences with places, those that say most themselves first."""
    opened = [_pattern(english, chinese) for english, chinese in catalogue().items() if "{" in english]
    return sorted(opened, key=lambda pattern: -pattern.weight)


def _pattern(english: str, chinese: str) -> Pattern:
    parts = PLACE.split(english)
    said, names = parts[::2], parts[1::2]
    places = [f"(?P<{name}>.+?)" for name in names] + [""]
    expression = "".join(re.escape(text) + place for text, place in zip(said, places, strict=True))
    return Pattern(re.compile(expression, re.DOTALL), chinese, sum(map(len, said)))
