"""How cells look and what goes into them: formats by kind and currency, widths for Chinese, safe text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from app import money
from app.dependencies import Language
from app.optimize.words import SYMBOLS

FONTS: dict[Language, str] = {"en": "Arial", "zh": "Microsoft YaHei"}
INK, QUIET, LINE, HEAD, INPUT, BAND, ACCENT = (
    "#1F2937",
    "#6B7280",
    "#D1D5DB",
    "#134E4A",
    "#FFF7D6",
    "#ECFDF5",
    "#0F766E",
)
SERIES = {"plan": "#0F766E", "last": "#9CA3AF", "reserve": "#D97706", "own": "#2563EB", "range": "#99C9C4"}
COUNTED = {"conversions", "new_customers"}
SHARE, CHANGE, RATIO = "0.0%", '+0.0%;-0.0%;"–"', "#,##0.00"


class Exact(float):
    """A number that is written with all its digits: 17 where the usual 16 would lose one."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


class Look:
    """The formats of one workbook, made once each; `put` writes a value as what it is."""

    def __init__(self, book: Any, language: Language, currency: str) -> None:
        self.book, self.language, self.currency = book, language, currency
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        """The format with these properties, over the plain look of the workbook."""
        plain = {"font_name": FONTS[self.language], "font_size": 10, "font_color": INK, "valign": "vcenter"}
        wanted = plain | properties
        key = tuple(sorted(wanted.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(wanted)
        return self.made[key]

    @property
    def money(self) -> str:
        """Amounts to the minor unit."""
        places = money.digits(self.currency)
        return "#,##0" + ("." + "0" * places if places else "")

    @property
    def money_with_symbol(self) -> str:
        """Amounts to the minor unit, with the currency's sign."""
        return f'"{SYMBOLS.get(self.currency, self.currency + " ")}"{self.money}'

    def response(self, objective: str) -> str:
        """What spend brings: whole units of money, or counts."""
        return "#,##0" if objective in COUNTED else self.money.split(".")[0]

    def ratio(self, objective: str) -> str:
        """What one unit of money brings."""
        return "0.0000" if objective in COUNTED else RATIO

    def pattern(self, kind: str) -> str:
        """The number format of a kind of field."""
        patterns = {
            "money": self.money,
            "amount": self.money,
            "result": f"{self.money};-{self.money}",
            "count": "#,##0",
            "share": "0.0#%",
            "day": "yyyy-mm-dd",
            "number": "General",
        }
        return patterns.get(kind, "@")

    def input(self, kind: str) -> Any:
        """The look of an input cell."""
        align = "left" if self.pattern(kind) == "@" else "right"
        return self.of(
            num_format=self.pattern(kind), bg_color=INPUT, border=1, border_color=LINE, align=align
        )

    def head(self, **properties: Any) -> Any:
        """The look of a heading over a column."""
        plain = {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": HEAD,
            "text_wrap": True,
            "align": "center",
        }
        return self.of(**(plain | {"border": 1, "border_color": HEAD} | properties))

    def title(self) -> Any:
        """The look of a sheet's title."""
        return self.of(bold=True, font_size=16, font_color=HEAD)

    def part(self) -> Any:
        """The look of the title of a part of a sheet."""
        return self.of(bold=True, font_size=12, font_color=ACCENT)

    def quiet(self, **properties: Any) -> Any:
        """The look of a hint."""
        return self.of(**({"font_color": QUIET, "font_size": 9} | properties))

    def result(self, pattern: str = "General", **properties: Any) -> Any:
        """The look of a cell that the service fills."""
        return self.of(**({"num_format": pattern, "bottom": 1, "bottom_color": LINE} | properties))

    def total(self, pattern: str = "General", **properties: Any) -> Any:
        """The look of a cell in a row of totals."""
        plain = {"num_format": pattern, "bold": True, "bg_color": BAND, "top": 1, "top_color": HEAD}
        return self.of(**(plain | properties))


def put(sheet: Any, row: int, column: int, value: object, look: Any = None) -> None:
    """Write a value as what it is: numbers as numbers, days as days, text as nothing but text."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), look)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, Exact(value), look)
    else:
        sheet.write_string(row, column, plain_text(str(value)), look)


def plain_text(text: str) -> str:
    """Text that xlsxwriter does not take for marked-up text, which it would write unescaped."""
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{escape(text)}</t></r>'
    return text


def width_of(text: str) -> float:
    """Columns of digits that a text takes; Chinese letters take two."""
    return sum(2.0 if unicodedata.east_asian_width(letter) in "WF" else 1.0 for letter in text)


def fitting(texts: Iterable[str], least: float = 8, most: float = 40) -> float:
    """The width of a column that shows these texts."""
    return min(most, max([least, *(width_of(text) * 1.1 + 2 for text in texts)]))
