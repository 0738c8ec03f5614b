"""What an input cell lets in, and what it says when it is chosen: drop-downs, ranges, hints."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.dependencies import Language
from app.sheets.workbook.fields import SHEETS, Field, Text
from app.sheets.workbook.rules import NO_FESTIVALS

LONGEST_TITLE, LONGEST_HINT, LONGEST_LIST = 32, 255, 255
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "KRW", "SGD", "AUD", "CAD", "INR")
COUNTRIES = ("CN", "US", "DE", "GB", "JP", "HK", "TW", "KR", "SG", "AU", "CA", "IN")
LARGEST = 1e15
FIRST_DAY = date(1990, 1, 1)
REFUSALS: dict[str, Text] = {
    "choice": Text("Choose one of the list.", "请从列表中选择。"),
    "share": Text("A share, such as 10%.", "请填比例，例如 10%。"),
    "least": Text("A number from 0 on.", "请填不小于 0 的数字。"),
    "number": Text("A number.", "请填数字。"),
    "day": Text("A day, such as 2026-11-11.", "请填日期，例如 2026-11-11。"),
    "title": Text("This cell", "此单元格"),
}


def validation(field: Field, language: Language, channels: str | None = None) -> dict[str, Any]:
    """The rule for a field's cells as xlsxwriter takes it; `channels` is the range of channel names."""
    rule = _rule(field, language, channels) | {"ignore_blank": True}
    if field.note.en:
        rule["input_title"] = field.label.of(language)[:LONGEST_TITLE]
        rule["input_message"] = field.note.of(language)[:LONGEST_HINT]
    return rule


def _rule(field: Field, language: Language, channels: str | None) -> dict[str, Any]:
    offered = {"currency": list(CURRENCIES), "country": [NO_FESTIVALS.of(language), *COUNTRIES]}
    if field.choices:
        return _only({"validate": "list", "source": _labels(field, language)}, "choice", language)
    if field.kind in offered:
        return {"validate": "list", "source": offered[field.kind], "show_error": False}
    if field.names_channel and channels:
        return {"validate": "list", "source": f"={channels}", "show_error": False}
    bounds: dict[str, tuple[dict[str, Any], str]] = {
        "share": (_between(0, field.most), "share"),
        "money": (_between(0, LARGEST), "least"),
        "amount": (_between(0, LARGEST), "least"),
        "whole": ({"validate": "integer", "criteria": ">=", "value": 0}, "least"),
        "day": ({"validate": "date", "criteria": ">=", "value": FIRST_DAY}, "day"),
    }
    bounds |= dict.fromkeys(("result", "count", "number"), (_between(-LARGEST, LARGEST), "number"))
    rule, refusal = bounds.get(field.kind, ({"validate": "any"}, ""))
    return _only(rule, refusal, language) if refusal else rule


def _between(least: float, most: float) -> dict[str, Any]:
    return {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most}


def _only(rule: dict[str, Any], refusal: str, language: Language) -> dict[str, Any]:
    words = {
        "error_title": REFUSALS["title"].of(language),
        "error_message": REFUSALS[refusal].of(language),
    }
    return rule | words


def _labels(field: Field, language: Language) -> list[str]:
    return [text.of(language) for text in field.choices.values()]


def range_on(sheet: str, cells: str, language: Language) -> str:
    """A range of another sheet as formulas write it."""
    return f"'{SHEETS[sheet].of(language)}'!{cells}"
