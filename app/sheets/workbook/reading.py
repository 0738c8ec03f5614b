"""A filled-in workbook as the body of a request, with the place that every part of it came from.

Cells are found by their labels, in either language, wherever on their sheet they stand: rows and columns may
be moved, added, or hidden.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from app.dependencies import Language
from app.history.cells import Book, Cell, Sheet, Unreadable, refuse
from app.history.files import open_file
from app.history.numbers import decimal_mark
from app.sheets.workbook.fields import INPUT_SHEETS, SHEETS, Field, Path, casefolded, sheet_called
from app.sheets.workbook.inputs import GATHERED, put
from app.sheets.workbook.limits import RULES, owner_of
from app.sheets.workbook.lists import TABLES
from app.sheets.workbook.places import Filled, Found, Spot, find, keep_rows, said
from app.sheets.workbook.rules import settings
from app.sheets.workbook.values import is_empty, periods_of, read_value


def read_workbook_inputs(data: bytes, name: str) -> Filled:
    """What a workbook asks for; raises `HistoryFileError` where it is none of ours, damaged or hostile."""
    book = open_file(data, name)
    titles = [sheet.name.strip() for sheet in book.sheets]
    language: Language = "zh" if SHEETS["rules"].zh in titles else "en"
    ours = {text.of(language) for text in SHEETS.values()}
    last = sorted(book.sheets, key=lambda sheet: sheet.name.strip() in ours)  # of two, the language's own
    sheets = {key: sheet for sheet in last if (key := sheet_called(sheet.name))}
    _check_sheets(book, sheets, name)
    filled = Filled(language)
    _read_settings(sheets["rules"], filled)
    for table in TABLES:
        if table.sheet in sheets:
            find(table, sheets[table.sheet], filled)
    for key, found in filled.tables.items():
        keep_rows(found)
        if key not in GATHERED:
            _read_table(found, filled)
    _read_points(filled)
    _read_limits(filled)
    _read_more(filled)
    return filled


def _check_sheets(book: Book, sheets: dict[str, Sheet], name: str) -> None:
    """Raise `HistoryFileError` without the sheet of budget and rules, or with a hidden sheet of inputs."""
    hidden = [title for title in book.hidden if sheet_called(title) in INPUT_SHEETS]
    if hidden:
        raise refuse(hidden[0], "the sheet is hidden, and hidden sheets are not read: show it, and save")
    if "rules" not in sheets:
        titles = " / ".join(SHEETS["rules"])
        raise refuse(name, f"there is no sheet '{titles}': fill in the workbook that this service gives")


def _read_settings(sheet: Sheet, filled: Filled) -> None:
    labels = {words: one for one in settings() for words in casefolded(one.label)}
    cells = (cell for line in sheet.lines for cell in line.cells[1:2])
    mark = decimal_mark(cells, None)
    for line in sheet.lines:
        for index, cell in enumerate(line.cells[:3]):
            one = labels.get(said(cell))
            if one is not None and one.path not in filled.spots:
                spot = filled.spots[one.path] = Spot(sheet.name, line.number, index + 2)
                if not is_empty(line.cell(index + 1)):
                    value = read_value(line.cell(index + 1), one, mark, starts_1904=sheet.starts_1904)
                    _store(filled, one, one.path, value, spot)


def _store(filled: Filled, one: Field, path: Path, value: Any, spot: Spot) -> None:
    if isinstance(value, Unreadable):
        filled.broken.add(path)
        reason = f"'{value.text}' {value.reason}" if value.text else value.reason
        filled.fault(spot, one.label.of(filled.language), reason)
    elif value is not None:
        put(filled.body, path, value)


def _read_table(found: Found, filled: Filled) -> None:
    """Every filled row as an object of the request's list."""
    rows: list[dict[str, Any]] = [{} for _ in found.lines]
    filled.body[found.table.key] = rows
    for one in found.table.fields:
        if one.is_repeated:
            _read_repeated(found, one, filled)
        elif one.key in found.columns:
            _read_column(found, one, filled)


def _read_column(found: Found, one: Field, filled: Filled) -> None:
    rows = filled.body[found.table.key]
    place = found.columns[one.key][0]
    cells = [line.cell(place) for line in found.lines]
    mark = decimal_mark(cells, None) if one.kind not in ("text", "period") else "."
    told: dict[Any, Any] = {}
    if one.kind == "period":
        shown = [cell for cell in cells if cell is not None and not is_empty(cell)]
        told = {**periods_of(shown, starts_1904=found.sheet.starts_1904)}
    for number, cell in enumerate(cells):
        value = told[cell] if cell in told else _value(cell, one, mark, found.sheet)
        if isinstance(value, Unreadable):
            line = found.lines[number]
            path: Path = (found.table.key, number, *one.path)
            _store(filled, one, path, value, found.spot(line, one.key))
        elif value is not None:
            put(rows[number], one.path, value)


def _value(cell: Cell, one: Field, mark: str, sheet: Sheet) -> Any:
    if is_empty(cell):
        return Unreadable("", "is missing") if one.is_required else None
    return read_value(cell, one, mark, starts_1904=sheet.starts_1904)


def _read_repeated(found: Found, one: Field, filled: Filled) -> None:
    """A list over the cells of a row, several to a cell where lines are broken."""
    for number, line in enumerate(found.lines):
        names: list[Any] = []
        for cell in (line.cell(place) for place in found.columns[one.key]):
            if isinstance(cell, Unreadable):
                _store(filled, one, (found.table.key, number, one.key), cell, found.spot(line, one.key))
            elif not is_empty(cell):
                names += str(read_value(cell, one)).split("\n")
        if names:
            put(filled.body, (found.table.key, number, *one.path), names)


def _read_apart(filled: Filled, key: str) -> tuple[Found, Filled] | None:
    """A table whose rows stand elsewhere in the request, read by itself; None where there is none."""
    found = filled.tables.pop(key, None)
    if found is None:
        return None
    read = Filled(filled.language, faults=filled.faults)
    _read_table(found, read)
    return found, read


def _read_points(filled: Filled) -> None:
    """The points of given curves, gathered under their channels; a channel that is not listed is added."""
    if (apart := _read_apart(filled, "points")) is None:
        return
    found, read = apart
    channels = filled.body.setdefault("channels", [])
    numbers = {channel.get("id"): number for number, channel in reversed(list(enumerate(channels)))}
    broken = {row for _, row, *_ in read.broken}
    gathered: defaultdict[str, list[int]] = defaultdict(list)
    for row, point in enumerate(read.body["points"]):
        gathered[point.get("channel", "")].append(row)
    for name, rows in gathered.items():
        if name not in numbers:
            numbers[name] = len(channels)
            channels.append({"id": name})
        if broken.intersection(rows):
            filled.broken.add(("channels", numbers[name], "curve"))
            continue
        path: Path = ("channels", numbers[name], "curve", "points")
        points = [
            [point[key] for key in ("spend", "response", "low", "high") if key in point]
            for point in (read.body["points"][row] for row in rows)
        ]
        put(filled.body, path, points)
        filled.spots[path[:-1]] = filled.spots[path] = found.spot(found.lines[rows[0]])
        for place, row in enumerate(rows):
            filled.spots[*path, place] = found.spot(found.lines[row], "spend")


def _read_limits(filled: Filled) -> None:
    """The rules of the plan, of channels and of groups, each put where the request has it."""
    if (apart := _read_apart(filled, "limits")) is None:
        return
    found, read = apart
    for number, row in enumerate(read.body["limits"]):
        if "rule" not in row or "value" not in row:
            continue
        line, label = found.lines[number], RULES[row["rule"]].of(filled.language)
        owner = owner_of(row.get("whose"), filled.body)
        path = None if owner is None else (*owner, row["rule"])
        if path is None:
            filled.fault(found.spot(line, "whose"), label, f"there is no channel or group '{row['whose']}'")
        elif path in filled.spots:
            filled.fault(found.spot(line, "rule"), "", f"{label} is given twice.")
        else:
            put(filled.body, path, row["value"])
            filled.spots[path] = found.spot(line, "value")


def _read_more(filled: Filled) -> None:
    """Further fields by their JSON pointers; a row of a table is named by its identity, or counted from 0."""
    if (apart := _read_apart(filled, "more")) is None:
        return
    found, read = apart
    for number, row in enumerate(read.body["more"]):
        path = _path_of(str(row.get("pointer", "")), filled.body)
        try:
            value = json.loads(str(row.get("value", "null")))
            put(filled.body, path, value)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            spot = found.spot(found.lines[number], "value")
            filled.fault(
                spot, str(row.get("pointer", "")), "this is no field of the API with a value in JSON"
            )
            continue
        filled.spots[path] = found.spot(found.lines[number], "value")


def _path_of(pointer: str, body: dict[str, Any]) -> Path:
    """The path of a JSON pointer, a row's name in it replaced by the row's number."""
    steps: list[str | int] = [
        step.replace("~1", "/").replace("~0", "~") for step in pointer.removeprefix("/").split("/")
    ]
    identities = {table.key: table.identity for table in TABLES}
    if len(steps) > 2 and steps[0] in identities:
        rows = body.get(str(steps[0]), [])
        key = identities[str(steps[0])]
        named = [number for number, row in enumerate(rows) if key and row.get(key) == steps[1]]
        steps[1] = named[0] if named else steps[1]
    return tuple(int(step) if isinstance(step, str) and step.isdecimal() else step for step in steps)
