"""Text that leaves in a CSV or a workbook must stay text: no spreadsheet may take it for a formula.

A channel may be called `=HYPERLINK(…)`, and a spreadsheet that opens a CSV would run it. An apostrophe before
the text prevents that; numbers are left alone. In workbooks the type of a cell says that it is text:
`WORKBOOK_OPTIONS` make xlsxwriter never guess otherwise. Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

TRIGGERS = "=+-@＝＋－＠\t\r\n"
"""What begins a formula, or is dropped by a spreadsheet before what does, in narrow and full-width form."""
AFTER_A_SEPARATOR = re.compile(r"(?<=[,;|\t\r\n])(\s*)(?=[=@＝＠]|[+\-＋－][^\s0-9.,])")
"""A reader with another separator than the writer's splits text there, and a new cell begins."""
WORKBOOK_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def safe_text(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    text = AFTER_A_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if text.lstrip(" \u00a0")[:1] in tuple(TRIGGERS) else text


def safe_row(cells: Iterable[object]) -> list[object]:
    """A row whose texts are safe; everything else as it is."""
    return [safe_text(cell) if isinstance(cell, str) else cell for cell in cells]


def as_meant(text: str) -> str:
    """Text without the apostrophe that `safe_text` put before it, for reading back what was written."""
    return text[1:] if text[:1] == "'" and text[1:].lstrip(" \u00a0")[:1] in tuple(TRIGGERS) else text
