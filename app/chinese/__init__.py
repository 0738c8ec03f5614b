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
FIGURES = {"count": "[0-9,]+", "numbers": "[0-9, ]+"}  # what stands in places of these names
PART = "~"  # marks what is said in such places only


class Pattern(NamedTuple):
    """A sentence with its places open, and its Chinese."""

    english: re.Pattern[str]
    chinese: str
    weight: int
    is_part: bool


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
    wholes = (pattern for pattern in _patterns() if not pattern.is_part)
    return next(filter(None, (_filled(pattern, sentence) for pattern in wholes)), sentence)


def _part(text: str) -> str:
    """What stands in a place: a sentence, or a part of one; else itself."""
    known = catalogue()
    if (chinese := known.get(PART + text) or known.get(text)) is not None:
        return chinese
    return next(filter(None, (_filled(pattern, text) for pattern in _patterns())), text)


def _filled(pattern: Pattern, sentence: str) -> str | None:
    """The pattern's Chinese with the sentence's facts, None for another sentence."""
    if (match := pattern.english.fullmatch(sentence)) is None:
        return None
    facts = match.groupdict().items()
    return pattern.chinese.format(**{n: _part(fact) if n.startswith(SAID) else fact for n, fact in facts})


@lru_cache(maxsize=1)
def _patterns() -> list[Pattern]:
    """The sentences with places: those that say most themselves first, what only joins others last."""
    opened = [_pattern(english, chinese) for english, chinese in catalogue().items() if "{" in english]
    return sorted(opened, key=lambda pattern: (-pattern.weight, pattern.is_part))


def _pattern(english: str, chinese: str) -> Pattern:
    parts = PLACE.split(english.removeprefix(PART))
    said, names = parts[::2], parts[1::2]
    places = [f"(?P<{name}>{FIGURES.get(name, '.+?')})" for name in names] + [""]
    expression = "".join(re.escape(text) + place for text, place in zip(said, places, strict=True))
    weight = sum(map(len, said))
    return Pattern(re.compile(expression, re.DOTALL), chinese, weight, english.startswith(PART))
