"""The words of the pages, English and Chinese: one TOML file per page under `texts/`.

A text is found as `page.name`; both languages have it, with the same places to fill (see the tests).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.dependencies import Language

FOLDER = Path(__file__).parent / "texts"


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[Language, str]]:
    """Every text by its full name."""
    return {
        f"{file.stem}.{name}": text
        for file in sorted(FOLDER.glob("*.toml"))
        for name, text in tomllib.loads(file.read_text("utf-8")).items()
    }


@dataclass(frozen=True)
class Say:
    """Texts in one language: `say("month.plan_for", month=…)`."""

    language: Language

    def __call__(self, name: str, /, **facts: object) -> str:
        return catalogue()[name][self.language].format(**facts)

    def either(self, name: str, otherwise: str) -> str:
        """A text that may not exist, or the words given."""
        return self(name) if name in catalogue() else otherwise
