"""LibreOffice: save as budget_plan.py among the user's Python scripts, then Tools > Macros > Run Macro.

plan_month sends the sheets Budget (B1 month, B2 amount), History and, if it is there, Channels, and fills the
sheet Plan. read_plan fills it with the stored plan; its key (role sheet) is asked once and kept in a file of
the profile that only the user can read, not in the document.
"""

import csv
import datetime
import io
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

XSCRIPTCONTEXT: Any
SERVICE = "{{address}}"
DAY_ZERO = datetime.date(1899, 12, 30)
SECONDS = 60


def plan_month(*_: Any) -> None:
    """Plan the month from this document."""
    document = _script().getDocument()
    budget = document.Sheets.getByName("Budget")
    asked = {
        "month": _month(budget.getCellRangeByName("B1")),
        "budget": budget.getCellRangeByName("B2").Value,
        "values": _rows(document, "History"),
        "channels": _rows(document, "Channels"),
        "answer": "values",
    }
    body = json.dumps(asked).encode()
    reply = _ask("/v1/optimize", body, {"Content-Type": "application/json"})
    _fill(document, json.loads(reply)["values"])


def read_plan(*_: Any) -> None:
    """Fill the sheet Plan with the latest stored plan."""
    document = _script().getDocument()
    text = _ask("/sheets/latest/allocations.csv", None, {"Authorization": "Bearer " + _key()})
    rows = list(csv.reader(io.StringIO(text, newline="")))
    _fill(document, [rows[0], *([_number(cell) for cell in row] for row in rows[1:])])


def _script() -> Any:
    """What LibreOffice gives every script."""
    return XSCRIPTCONTEXT  # noqa: F821


def _ask(path: str, body: Any, headers: Any) -> str:
    request = urllib.request.Request(SERVICE + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            return str(reply.read(), "utf-8")
    except urllib.error.HTTPError as error:
        problem = json.loads(error.read())
        faults = [fault["message"] for fault in problem.get("errors", [])]
        raise RuntimeError("\n".join([problem["detail"], *faults])) from None


def _rows(document: Any, name: str) -> Any:
    """All that a sheet holds, from its first cell on; a number under a date's format is a day."""
    if not document.Sheets.hasByName(name):
        return []
    sheet = document.Sheets.getByName(name)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    used = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    return [list(row) for row in used.DataArray]


def _month(cell: Any) -> str:
    if cell.String and not cell.Value:
        return str(cell.String)
    return (DAY_ZERO + datetime.timedelta(days=int(cell.Value))).strftime("%Y-%m")


def _fill(document: Any, rows: Any) -> None:
    sheets = document.Sheets
    if not sheets.hasByName("Plan"):
        sheets.insertNewByName("Plan", sheets.Count)
    sheet = sheets.getByName("Plan")
    sheet.clearContents(1 | 2 | 4 | 16)  # values, dates, texts, formulas
    target = sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
    target.setDataArray(tuple(tuple(row) for row in rows))


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _key() -> str:
    """The key from the user's profile; asked for when it is not there yet."""
    context = _script().getComponentContext()
    manager = context.ServiceManager
    paths = manager.createInstanceWithContext("com.sun.star.util.PathSubstitution", context)
    folder = urllib.parse.urlparse(paths.substituteVariables("$(user)", True)).path
    file = os.path.join(urllib.request.url2pathname(folder), "budget_key")
    if not os.path.exists(file):
        key = _asked(context, manager)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
            kept.write(key)
    with open(file) as kept:
        return kept.read().strip()


def _asked(context: Any, manager: Any) -> str:
    """What is typed into a small window."""
    model = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialogModel", context)
    model.Title, model.Width, model.Height = "Key of the role sheet · 密钥", 220, 50
    for name, kind, y, width in (("key", "Edit", 6, 208), ("ok", "Button", 28, 50)):
        part = model.createInstance("com.sun.star.awt.UnoControl" + kind + "Model")
        part.PositionX, part.PositionY, part.Width, part.Height = 6, y, width, 16
        model.insertByName(name, part)
    model.getByName("ok").Label, model.getByName("ok").PushButtonType = "OK", 1
    dialog = manager.createInstanceWithContext("com.sun.star.awt.UnoControlDialog", context)
    dialog.setModel(model)
    dialog.createPeer(manager.createInstanceWithContext("com.sun.star.awt.Toolkit", context), None)
    if not dialog.execute():
        raise RuntimeError("No key was given. 未提供密钥。")
    return str(dialog.getControl("key").Text).strip()


g_exportedScripts = (plan_month, read_plan)  # noqa: N816  LibreOffice's own name
