"""A cell as a number: thousands marks, decimal commas, 万 and 亿, currencies, percentages, blanks.

Two marks are ambiguous, `,` and `.`: which one is the decimal mark is decided once for a sheet, from
all its amounts (`decimal_mark`); a cell that contradicts the rest is refused, never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import TypeGuard

from app.history.cells import Cell, Unreadable, plain

LARGEST = 1e15
LONGEST = 60
LONGEST_PLAIN = 15
"""Digits and marks of a number that cannot be beyond all bounds."""
BLANKS = {"", "-", "--", "---", "—", "——", "–", "―", "/", "\\", "\\n", "...", "…", "n/a", "na", "nan", "nil"}
BLANKS |= {"null", "none", "暂无", "无", "空", "暂无数据"}
UNITS = {"千": 1e3, "k": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "m": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8}
CURRENCY = re.compile(
    r"us\$|hk\$|nt\$|rmb|cny|usd|eur|gbp|jpy|hkd|人民币|[¥$€£元円]|(?<=[0-9])\s*(?:次|个|人|笔|单|件)$"
)
UNIT = re.compile(r"\s*(百万|千万|[千万萬亿億km])$")
PLAIN = {
    ".": re.compile(r"[0-9]+(?:\.[0-9]+)?").fullmatch,
    ",": re.compile(r"[0-9]+").fullmatch,
}
DIGITS = frozenset("0123456789")
POINT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([,.'’\s])[0-9]{3})(?:\1[0-9]{3})*")
SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
TRAILING = re.compile(r"[+-]?(?:[0-9]+(?=[,.](?:[0-9]{1,2}|[0-9]{4,})$)|[0-9]{4,})([,.])[0-9]+")
BOTH = re.compile(r"[+-]?[0-9]{1,3}(?:[,.'’\s][0-9]{3})+([,.])[0-9]+")
LEADING_ZERO = re.compile(r"[+-]?0([,.])[0-9]+")
MANY = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing, or a dash or a word that stands for nothing."""
    if not isinstance(cell, str):
        return cell is None
    return cell[:1] not in DIGITS and len(cell) < 12 and plain(cell).lower() in BLANKS


def is_plain(cell: Cell, decimal: str) -> TypeGuard[str]:
    """Whether a cell is text of a number as machines write it: digits, at most one point, no sign."""
    return type(cell) is str and len(cell) < LONGEST_PLAIN and PLAIN[decimal](cell) is not None


def read_number(cell: Cell, decimal: str = ".") -> float | Unreadable | None:
    """The number a cell shows, None for a blank; `decimal` is the sheet's decimal mark, `.` or `,`."""
    if is_plain(cell, decimal):
        return float(cell)
    if isinstance(cell, str):
        return _read_text(plain(cell), decimal)
    if isinstance(cell, float):
        return cell if abs(cell) <= LARGEST else _bounded(cell, f"{cell:g}")
    if isinstance(cell, datetime):
        return Unreadable(f"{cell:%Y-%m-%d}", "is a date, not a number")
    return cell


def _read_text(shown: str, decimal: str) -> float | Unreadable | None:
    text = shown.lower()
    if text in BLANKS:
        return None
    if len(text) > LONGEST:
        return Unreadable(shown[:LONGEST] + "…", "is not a number")
    if text.startswith("#"):
        return Unreadable(shown, "is an error value, not a number")
    body, factor = _body(text)
    if decimal == ",":
        body = body.translate(str.maketrans(",.", ".,"))
    digits, point, rest = body.partition(".")
    if GROUPED.fullmatch(digits) and (not point or rest.isdigit()):
        body = re.sub(r"[,'’\s]", "", digits) + point + rest
    if not POINT.fullmatch(body):
        return Unreadable(shown, "is not a number")
    return _bounded(float(body) * factor, shown)


def _body(text: str) -> tuple[str, float]:
    """Digits and marks alone, and the factor that sign, percent and unit stand for."""
    factor = 1.0
    if text.startswith("(") and text.endswith(")"):
        text, factor = text[1:-1], -1.0
    text = CURRENCY.sub("", text).strip()
    if text.endswith("%"):
        return text[:-1].strip(), factor / 100
    if match := UNIT.search(text):
        text, factor = text[: match.start()], factor * UNITS[match[1]]
    text = text.replace("−", "-").strip()
    if text.startswith("-"):
        text, factor = text[1:].strip(), -factor
    return SPACES.sub(" ", text), factor


def _bounded(number: float, shown: str) -> float | Unreadable:
    if not math.isfinite(number):
        return Unreadable(shown, "is not a finite number")
    return number if abs(number) <= LARGEST else Unreadable(shown, "is beyond 1,000,000,000,000,000")


def decimal_mark(cells: Iterable[Cell], separator: str | None) -> str:
    """The decimal mark of a sheet, from all its text amounts: the mark more of them can only mean that way.

    `1,5`, `1.234,5`, `0,125` and `1.234.567` speak for the comma, their mirror images for the point;
    `1,234` says nothing. Where nothing speaks, a file separated by `;` has the comma, any other the point.
    """
    votes = {",": 0, ".": 0}
    for cell in cells:
        if isinstance(cell, str) and ("," in cell or "." in cell):
            body, _ = _body(plain(cell).lower())
            for pattern in (BOTH, LEADING_ZERO, TRAILING):
                if match := pattern.fullmatch(body):
                    if pattern is BOTH and body.count(match[1]) > 1:
                        continue
                    votes[match[1]] += 1
                    break
            else:
                if MANY.fullmatch(body):
                    votes["." if "," in body else ","] += 1
    if votes[","] == votes["."]:
        return "," if separator == ";" else "."
    return max(votes, key=lambda mark: votes[mark])
