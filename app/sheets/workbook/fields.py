"""What each input cell of the workbook means: which field of the request it is, and how it is read.

One description serves the sheets that are written, the cells that are read back, and the faults that are
told. A field's `key` is its dotted path within the request, or within its row of a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from app.dependencies import Language
from app.history.cells import plain


class Text(NamedTuple):
    """What users read, in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


Kind = Literal[
    "text",
    "currency",
    "country",
    "month",
    "period",
    "day",
    "money",  # what may be paid: a whole number of minor units
    "amount",  # what was paid
    "result",  # what came of it, negative after refunds
    "count",
    "whole",  # a number of things, without fractions
    "number",
    "share",
    "choice",
    "yes_no",
]
Path = tuple[str | int, ...]
"""Where the request holds a value: names of fields, numbers of rows."""
Row = dict[str, Any]
NO_NOTE = Text("", "")


@dataclass(frozen=True)
class Field:
    """One input: its key, its label (by which its cell is found again), its kind, and what it does."""

    key: str
    label: Text
    kind: Kind
    note: Text = NO_NOTE
    choices: Mapping[str, Text] = field(default_factory=dict)
    is_required: bool = False
    most: float = 1.0
    """The most that a share may be."""
    names_channel: bool = False
    """Whether it is one of the channels, to be chosen from their list."""
    is_repeated: bool = False
    """Whether the cells from here on to the right belong to it as well: `label 1`, `label 2`, …"""

    @property
    def path(self) -> tuple[str, ...]:
        """The key's steps."""
        return tuple(self.key.split("."))


@dataclass(frozen=True)
class Table:
    """A table of inputs: a list of the request, one object a row."""

    key: str
    sheet: str
    title: Text
    fields: tuple[Field, ...]
    rows: int
    """Rows that are ready to be filled in, beyond those that hold something."""
    identity: str | None = None
    """The field by which others speak of a row."""


SHEETS: dict[str, Text] = {
    "start": Text("Start here", "使用说明"),
    "rules": Text("Budget and rules", "预算与规则"),
    "channels": Text("Channels", "渠道"),
    "history": Text("History data", "历史数据"),  # "History" alone is a name that Excel keeps for itself
    "events": Text("Events", "活动"),
    "plan": Text("Plan", "计划"),
    "curves": Text("Curves", "曲线"),
    "compare": Text("Compare", "对比"),
    "glossary": Text("Glossary", "词汇表"),
}
FORMER = {"history": "history"}
"""Titles that sheets had before."""
INPUT_SHEETS = ("rules", "channels", "history", "events")


def sheet_called(title: str) -> str | None:
    """The key of the sheet with this title in either language, None for any other sheet."""
    said = plain(title).casefold()
    return next((key for key, text in SHEETS.items() if said in casefolded(text)), FORMER.get(said))


@lru_cache(maxsize=512)
def casefolded(text: Text) -> frozenset[str]:
    """A text in both languages, as it is compared."""
    return frozenset(plain(words).casefold() for words in text)
