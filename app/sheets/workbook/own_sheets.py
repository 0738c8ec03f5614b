"""Sheets that a user added to the workbook: their values and formulas are kept when it comes back filled.

A formula is kept where it speaks of nothing but this workbook; otherwise the value that was stored with it.
Colours, charts and comments of such sheets are not kept, nor are hidden sheets.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import BUILTIN_FORMATS

from app.dependencies import Language
from app.history.packages import Ends, Package, Starts
from app.history.workbooks import Contents, Strings, Styles
from app.history.worksheets import column_number
from app.sheets.workbook.fields import SHEETS, sheet_called
from app.sheets.workbook.look import Look, plain_text
from app.sheets.workbook.values import ESCAPED

MOST_CELLS, MOST_SHARED, MOST_SHEETS, MOST_WIDTHS, MOST_NAMES = 20_000, 3_000, 50, 200, 500
LONGEST_TEXT, LONGEST_FORMULA = 32_767, 8_000
DAYS_TO_1904 = 1462
PADDING = 5 / 7  # of a digit's width, which files count in and xlsxwriter adds
ELSEWHERE = re.compile(
    r"[\[\]|\\{}]|\b(?:WEBSERVICE|FILTERXML|HYPERLINK|IMAGE|RTD|DDE\w*|CALL|REGISTER|EXEC|SQL\.REQUEST"
    r"|STOCKHISTORY|CUBE\w+|IMPORT\w+|PY|LAMBDA|LET)\b",
    re.IGNORECASE,
)
"""What a formula that fetches, links or runs something has, and much that is harmless."""
OTHER_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([\w.]+))!")
TITLE = re.compile(r"(?!')[^\[\]:*?/\\\x00-\x1f]{1,31}(?<!')")
IN_QUOTES = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class OwnCell:
    """One cell: a value as it is stored, the formula that gave it, and the number of its format."""

    row: int
    column: int
    kind: str
    stored: str
    formula: str
    style: int


@dataclass
class OwnSheet:
    """A sheet of the user's: its cells, and the widths of its columns."""

    title: str
    cells: list[OwnCell] = field(default_factory=list)
    widths: dict[tuple[int, int], float] = field(default_factory=dict)


@dataclass
class OwnSheets:
    """All sheets of the user's, and what is needed to write them; `left_out` are those too large to keep."""

    sheets: list[OwnSheet] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    dates: frozenset[int] = frozenset()
    names: list[str] = field(default_factory=list)
    starts_1904: bool = False

    def beside(self, language: Language) -> OwnSheets:
        """The same beside the service's sheets: those whose titles are taken, or none, are left out."""
        taken = {text.of(language).casefold() for text in SHEETS.values()}
        kept, left_out = list[OwnSheet](), list(self.left_out)
        for sheet in self.sheets:
            title = sheet.title.casefold()
            if title in taken or not TITLE.fullmatch(title):
                left_out.append(sheet.title)
            else:
                kept.append(sheet)
                taken.add(title)
        return replace(self, sheets=kept, left_out=left_out)


def read_own_sheets(data: bytes, name: str, language: Language) -> OwnSheets:
    """The visible sheets of a workbook that was read before, and that are none of this service's."""
    package = Package(data, name)
    main = next(part for kind, part in package.relations("").values() if kind.endswith("/officeDocument"))
    relations, contents = package.relations(main), Names()
    package.read(main, contents)
    ours = {key for title, _ in contents.sheets if (key := _ours(title, language))}
    titles = [
        (title, relation)
        for title, relation in contents.sheets
        if not (_ours(title, language) or sheet_called(title) in SHEETS.keys() - ours)
    ]
    own = OwnSheets(names=contents.names, starts_1904=contents.starts_1904)
    if not titles:
        return own
    strings, styles = WholeStrings(), Styles()
    for kind, part in relations.values():
        if kind.endswith(("/sharedStrings", "/styles")):
            package.read(part, strings if kind.endswith("/sharedStrings") else styles)
    own.patterns = [
        styles.codes.get(number, BUILTIN_FORMATS.get(number, "General")) for number in styles.formats
    ]
    own.dates = frozenset(int(style) for style in styles.dates())
    left = MOST_CELLS
    for title, relation in titles[:MOST_SHEETS]:
        kind, part = relations.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            reader = OwnCells(title, strings.items, left)
            package.read(part, reader)
            left -= len(reader.sheet.cells)
            if reader.is_whole:
                own.sheets.append(reader.sheet)
            else:
                own.left_out.append(title)
    own.left_out += [title for title, _ in titles[MOST_SHEETS:]]
    return own


def _ours(title: str, language: Language) -> str | None:
    """The key of a sheet that the service calls so in this language."""
    key = sheet_called(title)
    return key if key and title.strip().casefold() == SHEETS[key].of(language).casefold() else None


class Names(Contents):
    """Reads what the workbook part tells of its sheets, and the names that the user gave to ranges."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.starts |= {"definedName": lambda attributes: self.names.append(attributes.get("name", ""))}


class WholeStrings(Strings):
    """Reads the shared texts as long as they are."""

    def _keep(self, _: str) -> None:
        self.items.append("".join(self.runs)[:LONGEST_TEXT])


class OwnCells:
    """Reads one sheet; `is_whole` is False where it holds more than is kept."""

    def __init__(self, title: str, strings: list[str], most: int) -> None:
        self.sheet, self.strings, self.most = OwnSheet(title), strings, most
        self.is_whole = True
        self.row = self.column = 0
        self.cell: dict[str, str] = {}
        self.about: dict[str, str] = {}
        self.stored = self.inline = self.formula = ""
        self.shared: dict[str, Translator] = {}
        self.shared_left = MOST_SHARED
        self.starts: Starts = {"col": self._width, "row": self._row, "c": self._begin, "f": self._of_formula}
        self.ends: Ends = {"v": self._value, "t": self._text, "f": self._formula, "c": self._keep}

    def _width(self, attributes: dict[str, str]) -> None:
        if "width" in attributes and len(self.sheet.widths) < MOST_WIDTHS:
            span = int(attributes["min"]), int(attributes["max"])
            self.sheet.widths[span] = min(255.0, float(attributes["width"]))

    def _row(self, attributes: dict[str, str]) -> None:
        self.row, self.column = int(attributes.get("r", self.row + 1)), 0

    def _begin(self, attributes: dict[str, str]) -> None:
        self.cell, self.about = attributes, {}
        self.stored = self.inline = self.formula = ""

    def _of_formula(self, attributes: dict[str, str]) -> None:
        self.about = attributes

    def _value(self, text: str) -> None:
        self.stored = text

    def _text(self, text: str) -> None:
        self.inline += text[:LONGEST_TEXT]

    def _formula(self, text: str) -> None:
        self.formula = text

    def _keep(self, _: str) -> None:
        letters = self.cell.get("r", "").rstrip("0123456789")
        self.column = column_number(letters) if letters else self.column + 1
        kind, stored = self.cell.get("t", "n"), self.stored
        if kind == "s" and stored:
            kind, stored = "str", self.strings[int(stored)]
        elif kind == "inlineStr":
            kind, stored = "str", self.inline
        formula = self._whole_formula()
        if not (stored or formula):
            return
        if len(self.sheet.cells) >= self.most:
            self.is_whole = False
            self.sheet.cells.clear()
            self.most = 0
        elif self.is_whole:
            style = int(self.cell.get("s", "0"))
            self.sheet.cells.append(OwnCell(self.row, self.column, kind, stored, formula, style))

    def _whole_formula(self) -> str:
        """The cell's formula; of one that is shared by many cells, the cell's own form of it."""
        kind, key = self.about.get("t", "normal"), self.about.get("si", "")
        if kind == "normal":
            return self.formula
        place = self.cell.get("r", "")
        if kind != "shared" or not place or self.shared_left <= 0:
            return ""
        self.shared_left -= 1
        try:
            if self.formula:
                self.shared[key] = Translator(f"={self.formula}", origin=place)
                return self.formula
            return str(self.shared[key].translate_formula(place))[1:] if key in self.shared else ""
        except (TokenizerError, ValueError, IndexError):  # a formula that is none
            return ""


class OwnSheetsWriter:
    """Adds the sheets of a user to a new workbook."""

    def __init__(self, look: Look, own: OwnSheets) -> None:
        self.look, self.own = look, own
        titles = [
            *(text.of(look.language) for text in SHEETS.values()),
            *(sheet.title for sheet in own.sheets),
        ]
        self.titles = {title.casefold() for title in titles}
        names = "|".join(rf"\b{re.escape(name)}\b" for name in own.names if name) or r"(?!)"
        self.own_names = re.compile(names if len(own.names) <= MOST_NAMES else "", re.IGNORECASE)

    def write(self) -> None:
        """Every sheet, behind those of the service."""
        for own in self.own.sheets:
            sheet = self.look.book.add_worksheet(own.title)
            for (first, last), width in own.widths.items():
                sheet.set_column(first - 1, last - 1, max(0.0, width - PADDING))
            for cell in own.cells:
                self._put(sheet, cell)

    def _put(self, sheet: Any, cell: OwnCell) -> None:
        place, value = (cell.row - 1, cell.column - 1), self._value(cell)
        known = self.own.patterns
        look = self.look.of(num_format=known[cell.style] if cell.style < len(known) else "General")
        if cell.formula and self._is_kept(cell.formula):
            sheet.write_formula(*place, f"={cell.formula}", look, value)
        elif isinstance(value, bool):
            sheet.write_boolean(*place, value, look)
        elif isinstance(value, float):
            sheet.write_number(*place, value, look)
        elif value:
            sheet.write_string(*place, plain_text(value), look)

    def _value(self, cell: OwnCell) -> float | bool | str:
        """The stored value; days are counted from 1900 as the new workbook does."""
        if cell.kind == "b":
            return cell.stored == "1"
        if cell.kind != "n" or not cell.stored:
            return ESCAPED.sub(lambda match: chr(int(match[1], 16)), cell.stored)[:LONGEST_TEXT]
        number = float(cell.stored)
        if not math.isfinite(number):
            return cell.stored
        return number + (DAYS_TO_1904 if self.own.starts_1904 and cell.style in self.own.dates else 0)

    def _is_kept(self, formula: str) -> bool:
        """Whether a formula speaks of nothing but the sheets that are written."""
        bare = IN_QUOTES.sub('""', formula)
        if len(formula) > LONGEST_FORMULA or ELSEWHERE.search(bare):
            return False
        named = (quoted.replace("''", "'") or plain for quoted, plain in OTHER_SHEET.findall(bare))
        return self._are_ours(named) and not self.own_names.search(bare)

    def _are_ours(self, titles: Iterable[str]) -> bool:
        return all(title.casefold() in self.titles for title in titles)
