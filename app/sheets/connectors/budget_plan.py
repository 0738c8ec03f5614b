"""LibreOffice: save as budget_plan.py among the user's Python scripts, then Tools > Macros > Run Macro.

plan_month sends the sheets Budget (B1 month, B2 amount), History data and, if it is there, Channels, and
fills the sheet Plan; wrong cells turn yellow. read_plan fills it with the stored plan; its key (role sheet)
is asked once and kept in a file of the profile that only the user can read, not in the document.
"""

import csv
import datetime
import importlib
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
ERRORS = 4  # com.sun.star.sheet.FormulaResult.ERROR
YELLOW = 0xFFFF00


class ProblemError(Exception):
    """What the user should know, and the faults that name cells."""

    def __init__(self, text: str, faults: Any = ()) -> None:
        super().__init__(text)
        self.faults = faults


def plan_month(*_: Any) -> Any:
    """Plan the month from this document; answers what was wrong, if anything was."""
    return _told(_plan)


def read_plan(*_: Any) -> Any:
    """Fill the sheet Plan with the latest stored plan; answers what was wrong, if anything was."""
    return _told(_read)


def _plan(document: Any) -> None:
    budget = _sheet(document, "Budget")
    asked = {
        "month": _month(budget.getCellRangeByName("B1")),
        "budget": budget.getCellRangeByName("B2").Value,
        "values": _rows(_sheet(document, "History data")),
        "channels": _rows(document.Sheets.getByName("Channels"))
        if document.Sheets.hasByName("Channels")
        else [],
        "answer": "values",
    }
    path, body = "/v1/optimize?lang=" + _language(document), json.dumps(asked).encode()
    reply = _ask(path, body, {"Content-Type": "application/json"})
    _fill(document, json.loads(reply)["values"])


def _read(document: Any) -> None:
    path = "/sheets/latest/allocations.csv?lang=" + _language(document)
    text = _ask(path, None, {"Authorization": "Bearer " + _key()})
    rows = list(csv.reader(io.StringIO(text, newline="")))
    _fill(document, [rows[0], *([_number(cell) for cell in row] for row in rows[1:])])


def _told(work: Any) -> Any:
    """Do the work; what is wrong is shown in a window, and the cells that are wrong turn yellow."""
    document = _script().getDocument()
    try:
        work(document)
    except ProblemError as problem:
        for fault in problem.faults:
            _mark(document, fault["pointer"])
        _show(document, str(problem))
        return str(problem)


def _show(document: Any, text: str) -> None:
    window = document.CurrentController.Frame.ContainerWindow
    kind = importlib.import_module("uno").Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX")
    window.Toolkit.createMessageBox(window, kind, 1, "Budget", text).execute()


def _script() -> Any:
    """What LibreOffice gives every script."""
    return XSCRIPTCONTEXT  # noqa: F821


def _ask(path: str, body: Any, headers: Any) -> str:
    request = urllib.request.Request(SERVICE + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            return str(reply.read(), "utf-8")
    except urllib.error.HTTPError as error:
        raise _problem(error.code, error.read()) from None
    except OSError:
        raise ProblemError("The service cannot be reached · 无法连接服务: " + SERVICE) from None


def _problem(status: int, body: bytes) -> ProblemError:
    """What the service says is wrong."""
    try:
        problem = json.loads(body)
    except ValueError:
        return ProblemError("The service answered · 服务返回: " + str(status))
    faults = problem.get("errors", [])
    return ProblemError("\n".join([fault["message"] for fault in faults] or [problem["detail"]]), faults)


def _sheet(document: Any, name: str) -> Any:
    if not document.Sheets.hasByName(name):
        raise ProblemError("There is no sheet · 缺少工作表: " + name)
    return document.Sheets.getByName(name)


def _rows(sheet: Any) -> Any:
    """All that a sheet holds, from its first cell on; dates are numbers, errors are what the cell shows."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    used = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
    rows = [list(row) for row in used.DataArray]
    wrong = used.queryFormulaCells(ERRORS).Cells.createEnumeration()
    while wrong.hasMoreElements():
        cell = wrong.nextElement()
        rows[cell.CellAddress.Row][cell.CellAddress.Column] = cell.String
    return rows


def _mark(document: Any, pointer: str) -> None:
    """Turn a cell yellow: "/values/4/2" is the fifth row and third column of History data."""
    name, *place = pointer.split("/")[1:]
    if name in ("values", "channels") and len(place) == 2:
        sheet = _sheet(document, "Channels" if name == "channels" else "History data")
        sheet.getCellByPosition(int(place[1]), int(place[0])).CellBackColor = YELLOW


def _language(document: Any) -> str:
    return "zh" if document.CharLocale.Language == "zh" else "en"


def _month(cell: Any) -> str:
    if not cell.Value:
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
        raise ProblemError("No key was given. 未提供密钥。")
    return str(dialog.getControl("key").Text).strip()


g_exportedScripts = (plan_month, read_plan)  # noqa: N816  LibreOffice's own name
