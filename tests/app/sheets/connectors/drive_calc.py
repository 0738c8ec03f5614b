"""Drives a LibreOffice over UNO; run by the system's Python, which LibreOffice's bridge belongs to.

Told in JSON what to do, it answers in JSON what the cells hold.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]

FULL_UPDATE, NORMAL_LINK, YELLOW = 3, 1, 0xFFFF00
CSV_AS_WRITTEN = "44,34,76,1,,1033,false,true"  # comma, quotes, UTF-8, from row 1, numbers as in English
MACRO = "vnd.sun.star.script:budget_plan.py${}?language=Python&location=user"


def connected(pipe: str) -> Any:
    """The desktop of a LibreOffice that is starting."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:  # noqa: BLE001  until it listens there is no telling which
            time.sleep(0.2)
    raise TimeoutError("LibreOffice did not start")


def opened(desktop: Any, address: str = "private:factory/scalc", **options: Any) -> Any:
    """A document; options are those of LibreOffice's media descriptor."""
    given = tuple(PropertyValue(Name=name, Value=value) for name, value in options.items())
    return desktop.loadComponentFromURL(address, "_blank", 0, given)


def formulas(desktop: Any, folder: str, given: list[str]) -> list[Any]:
    """What formulas come to in a document that is opened from a trusted place; with the seconds it took."""
    book = opened(desktop)
    sheet = book.Sheets.getByIndex(0)
    for row, formula in enumerate(given):
        sheet.getCellByPosition(0, row).Formula = formula
    book.storeAsURL(f"file://{folder}/cells.ods", ())
    book.close(True)
    began = time.monotonic()
    book = opened(desktop, f"file://{folder}/cells.ods", UpdateDocMode=FULL_UPDATE)
    book.calculateAll()
    cells = [book.Sheets.getByIndex(0).getCellByPosition(0, row) for row in range(len(given))]
    told = [cell.String if cell.getError() else cell.Value for cell in cells]
    book.close(True)
    return [told, time.monotonic() - began]


def linked(desktop: Any, address: str) -> Any:
    """The cells of a sheet that is linked to a CSV."""
    book = opened(desktop)
    sheet = book.Sheets.getByIndex(0)
    sheet.link(address, "", "Text - txt - csv (StarCalc)", CSV_AS_WRITTEN, NORMAL_LINK)
    rows = rows_of(book, sheet.Name)
    book.close(True)
    return rows


def played(desktop: Any, macro: str, sheets: dict[str, Any]) -> Any:
    """What a macro says after it ran on these sheets, the sheet `Plan` then, and the cells that it marked."""
    book = opened(desktop)
    for place, (name, rows) in enumerate(sheets.items()):
        book.Sheets.insertNewByName(name, place)
        sheet = book.Sheets.getByName(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                at = sheet.getCellByPosition(c, r)
                if isinstance(cell, str) and cell.startswith("="):
                    at.Formula = cell
                elif isinstance(cell, str):
                    at.String = cell
                else:
                    at.Value = cell
    said, _, _ = book.ScriptProvider.getScript(MACRO.format(macro)).invoke((), (), ())
    marked = [
        [name, r, c]
        for name, rows in sheets.items()
        for r, row in enumerate(rows)
        for c in range(len(row))
        if book.Sheets.getByName(name).getCellByPosition(c, r).CellBackColor == YELLOW
    ]
    rows = rows_of(book, "Plan") if book.Sheets.hasByName("Plan") else None
    book.close(True)
    return [said, rows, marked]


def rows_of(book: Any, name: str) -> Any:
    """All that a sheet holds."""
    sheet = book.Sheets.getByName(name)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).DataArray


def main() -> None:
    """Do all that is asked for, in order, then end LibreOffice."""
    asked = json.load(sys.stdin)
    desktop = connected(asked["pipe"])
    jobs: dict[str, Any] = {"formulas": formulas, "linked": linked, "played": played}
    told = [jobs[name](desktop, *given) for name, *given in asked["jobs"]]
    json.dump(told, sys.stdout)
    desktop.terminate()


if __name__ == "__main__":
    main()
