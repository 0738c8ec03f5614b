"""XLSX workbooks as sheets of cells.

Rows are kept only where cells stand, so that a cell in a far corner costs nothing. Formulas are never
evaluated: the value stored with each is read, and a formula without one is an unreadable cell. Macros are
never run, links never followed, hidden sheets left alone.
"""

from __future__ import annotations

from openpyxl.styles.numbers import is_date_format

from app.history.cells import LONGEST_TEXT, Book, Note, Sheet, refuse
from app.history.packages import NAMES_ITS_DAMAGE, Ends, Package, Starts
from app.history.worksheets import Cells

DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}


def read_workbook(data: bytes, name: str) -> Book:
    """Every visible sheet; raises `HistoryFileError` where the workbook is damaged, encrypted or hostile."""
    package = Package(data, name)
    main = _target(package.relations(""), "/officeDocument")
    if main is None:
        raise refuse(name, NAMES_ITS_DAMAGE)
    relations = package.relations(main)
    contents = Contents()
    package.read(main, contents)
    strings, styles = Strings(), Styles()
    for kind, reader in (("/sharedStrings", strings), ("/styles", styles)):
        if part := _target(relations, kind):
            package.read(part, reader)
    book = Book([], _notes(package, contents), contents.hidden)
    for title, relation in contents.sheets:
        kind, part = relations.get(relation, ("", ""))
        if kind.endswith("/worksheet"):
            cells = Cells(title, strings.items, styles.dates(), contents.starts_1904)
            package.feed(part, cells)
            book.sheets.append(Sheet(title, cells.lines, tuple(cells.merges), None, contents.starts_1904))
    return book


def _target(relations: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((part for name, part in relations.values() if name.endswith(kind)), None)


def _notes(package: Package, contents: Contents) -> list[Note]:
    notes = [Note("hidden_sheet", f"The hidden sheet '{title}' was not read.") for title in contents.hidden]
    if package.holds("xl/vbaproject"):
        notes.append(Note("macros", "The workbook holds macros; they were not run."))
    if package.holds("xl/externallinks/"):
        notes.append(
            Note("external_links", "Links to other workbooks were not followed; stored values were read.")
        )
    return notes


class Contents:
    """Reads the workbook part: its sheets, which of them are hidden, and how it counts days."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.hidden: list[str] = []
        self.starts_1904 = False
        self.starts: Starts = {"workbookPr": self._properties, "sheet": self._sheet}
        self.ends: Ends = {}

    def _properties(self, attributes: dict[str, str]) -> None:
        self.starts_1904 = attributes.get("date1904") in ("1", "true")

    def _sheet(self, attributes: dict[str, str]) -> None:
        if attributes.get("state", "visible") != "visible":
            self.hidden.append(attributes["name"])
        else:
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attributes["name"], relation))


class Strings:
    """Reads the shared texts, without their reading aids (phonetic runs)."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.runs: list[str] = []
        self.is_phonetic = False
        self.starts: Starts = {"si": self._begin, "rPh": self._begin_phonetic}
        self.ends: Ends = {"t": self._keep_run, "rPh": self._end_phonetic, "si": self._keep}

    def _begin(self, _: dict[str, str]) -> None:
        self.runs = []

    def _begin_phonetic(self, _: dict[str, str]) -> None:
        self.is_phonetic = True

    def _keep_run(self, text: str) -> None:
        if not self.is_phonetic:
            self.runs.append(text)

    def _end_phonetic(self, _: str) -> None:
        self.is_phonetic = False

    def _keep(self, _: str) -> None:
        self.items.append("".join(self.runs)[:LONGEST_TEXT])


class Styles:
    """Reads which cell styles show their number as a date."""

    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.formats: list[int] = []
        self.is_cell_style = False
        self.starts: Starts = {"numFmt": self._number_format, "cellXfs": self._begin, "xf": self._style}
        self.ends: Ends = {"cellXfs": self._end}

    def _number_format(self, attributes: dict[str, str]) -> None:
        self.codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")

    def _begin(self, _: dict[str, str]) -> None:
        self.is_cell_style = True

    def _style(self, attributes: dict[str, str]) -> None:
        if self.is_cell_style:
            self.formats.append(int(attributes.get("numFmtId", "0")))

    def _end(self, _: str) -> None:
        self.is_cell_style = False

    def dates(self) -> set[str]:
        """The numbers, as cells write them, of the cell styles that show a date."""
        own = {number: bool(is_date_format(code)) for number, code in self.codes.items()}
        return {str(i) for i, number in enumerate(self.formats) if own.get(number, number in DATE_FORMATS)}
