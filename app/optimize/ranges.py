"""Ranges of cells at the door: a spreadsheet's own rows, header first, where the API has lists of objects.

`values` is history as a spreadsheet has it, read as a file of history is: long or wide, headers in English or
Chinese. `channels` may be such a range too. Every fault names its row and column, both counted from 1.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ModelWrapValidatorHandler, PrivateAttr, ValidationError, model_validator

from app.dependencies import Language
from app.history.cells import (
    LONGEST_TEXT,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_LINES,
    Book,
    Cell,
    CellFault,
    HistoryFileError,
    Line,
    Note,
    Sheet,
    Unreadable,
    letters,
    plain,
    refuse,
)
from app.history.files import read_book
from app.history.numbers import read_number
from app.optimize.replies import PlanReply, WarningRead
from app.optimize.schemas import PlanRequest
from app.problems import schema_faults
from app.schemas import LARGEST_NUMBER, FaultyError, Output
from app.sheets.cells import grids
from optimizer import Fault

Place = tuple[int, int | None]
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!00:00)[0-9]{2}:[0-9]{2}[0-9:.]*Z")
A_MOMENT = "is a moment in UTC, not a day; send days as text such as 2026-09-07"
CHANNEL_HEADERS = {
    "id": ("channel", "渠道", "渠道编号"),
    "name": ("名称", "渠道名称"),
    "kind": ("类型",),
    "role": ("角色",),
    "min_spend": ("min", "minimum", "最低花费", "最少花费", "下限"),
    "max_spend": ("max", "maximum", "最高花费", "最多花费", "上限"),
    "max_change_share": ("max change", "最大变动"),
    "last_spend": ("last month", "上月花费"),
    "margin": ("毛利率", "利润率"),
    "commission_share": ("commission", "佣金比例", "佣金率"),
    "expected_revenue": ("expected revenue", "预计销售额"),
}
AMOUNTS = {
    "min_spend",
    "max_spend",
    "max_change_share",
    "last_spend",
    "margin",
    "commission_share",
    "expected_revenue",
}
FIELD_OF = {word: field for field, words in CHANNEL_HEADERS.items() for word in (field, *words)}


class RangeRequest(PlanRequest):
    """A month to plan, whose history or channels may come as a spreadsheet has them."""

    values: list[list[Any]] | None = Field(
        None,
        exclude=True,
        description="Instead of `history` and `outcomes`: rows of a spreadsheet, the header first; long (a "
        "row per channel and period) or wide (a column per channel). `channels` may be given so, too.",
    )
    answer: Literal["plan", "values"] = Field(
        "plan", exclude=True, description="values: the plan as rows of a spreadsheet, the header first."
    )
    _notes: list[Note] = PrivateAttr(default_factory=list)

    @model_validator(mode="wrap")
    @classmethod
    def _read_ranges(cls, given: Any, handler: ModelWrapValidatorHandler[RangeRequest]) -> RangeRequest:
        if not isinstance(given, dict):
            return handler(given)
        ranges = Ranges(given)
        try:
            request = handler(ranges.filled)
        except ValidationError as error:
            if not ranges.are_any:
                raise
            raise FaultyError([ranges.placed(fault) for fault in schema_faults(error.errors())]) from error
        request._notes = ranges.notes
        return request

    @property
    def notes(self) -> list[Note]:
        """What was noticed in reading the ranges."""
        return self._notes


class RangeReply(Output):
    """A plan as rows of a spreadsheet: a line per channel, the reserve, what is unallocated, the budget."""

    values: list[list[str | float | int]] = Field(description="The header first; nothing is empty text.")
    notes: list[str] = Field(description="What a planner should know, in words.")


def noted(reply: PlanReply, notes: list[Note]) -> PlanReply:
    """The plan with what was noticed in reading its ranges before its own warnings."""
    told = [WarningRead(code=note.code, channel=None, message=note.message) for note in notes]
    return reply.model_copy(update={"warnings": [*told, *reply.warnings]}) if told else reply


def as_rows(reply: PlanReply, headings: Language | None) -> RangeReply:
    """The plan as a range; headings are the API's names unless a language is asked for."""
    values = grids.as_values(grids.allocations(reply), headings)
    return RangeReply(values=values, notes=[warning.message for warning in reply.warnings])


class Ranges:
    """The ranges of one request, read; and the place of a fault in them."""

    def __init__(self, given: dict[str, Any]) -> None:
        """Raises `FaultyError` with every cell that cannot be read."""
        self.filled = dict(given)
        self.notes: list[Note] = []
        self._places: list[Place] = []
        self._fields: list[str | None] = []
        self._lines: list[int] = []
        self.faults: list[Fault] = []
        if _is_range(given.get("values")):
            self._read_history(given)
        if _is_range(given.get("channels")):
            self._read_channels(given["channels"])
        if self.faults:
            raise FaultyError(self.faults)

    @property
    def are_any(self) -> bool:
        """Whether anything came as a range."""
        return bool(self._places or self._lines)

    def placed(self, fault: Fault) -> Fault:
        """The fault at the row and column it came from; one of anything else as it is."""
        match fault.path:
            case ("history", int(i), *_) if self._places:
                return _at("values", *self._places[i], fault.message)
            case ("channels", int(i), *rest) if self._lines:
                column = self._fields.index(str(rest[0])) + 1 if rest and rest[0] in self._fields else None
                return _at("channels", self._lines[i], column, fault.message)
        return fault

    def _read_history(self, given: dict[str, Any]) -> None:
        """Put the rows that `values` holds where the API has them."""
        if twice := [name for name in ("history", "outcomes") if given.get(name)]:
            self.faults.append(Fault(("values",), f"Give values or {' and '.join(twice)}, not both."))
            return
        try:
            read = read_book(Book([_sheet("values", given["values"])]), "values")
        except HistoryFileError as error:
            self.faults += [_of_cell(fault) for fault in error.faults]
            return
        self._places, self.notes = [(row, column) for _, row, column in read.places], read.notes
        self.filled["history"] = [vars(row) for row in read.rows]
        self.filled["outcomes"] = [vars(row) for row in read.outcomes]

    def _read_channels(self, rows: list[list[Any]]) -> None:
        """Turn a range of channels into the list that the API has."""
        header = [plain(str(cell or "")).lower() for cell in rows[0]]
        self._fields = [FIELD_OF.get(word.replace(" ", "_"), FIELD_OF.get(word)) for word in header]
        for column, (word, field) in enumerate(zip(header, self._fields, strict=True), start=1):
            if word and field is None:
                known = ", ".join(CHANNEL_HEADERS)
                self.faults.append(_at("channels", 1, column, f"'{word}' is none of {known}."))
        channels = []
        for number, row in enumerate(rows[1:], start=2):
            if channel := self._channel(number, row):
                self._lines.append(number)
                channels.append(channel)
        self.filled["channels"] = channels

    def _channel(self, number: int, row: list[Any]) -> dict[str, Any]:
        """One row of channels, its blanks left out."""
        channel: dict[str, Any] = {}
        for column, (field, value) in enumerate(zip(self._fields, row, strict=False), start=1):
            cell = _cell(value)
            if field in AMOUNTS:
                cell = read_number(cell)
            if isinstance(cell, Unreadable):
                self.faults.append(_at("channels", number, column, f"'{cell.text}' {cell.reason}"))
            elif field and cell is not None:
                channel[field] = cell if field in AMOUNTS else _text(cell)
        return channel


def _is_range(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(row, list) for row in given)


def _sheet(name: str, rows: list[list[Any]]) -> Sheet:
    """The range as a sheet; raises `HistoryFileError` when it is larger than a file may be."""
    cells = sum(map(len, rows))
    if len(rows) > MAX_LINES or max(map(len, rows)) > MAX_COLUMNS or cells > MAX_CELLS:
        raise refuse(name, f"more than {MAX_LINES:,} rows, {MAX_COLUMNS} columns or {MAX_CELLS:,} cells")
    return Sheet(name, [Line(i, [_cell(value) for value in row]) for i, row in enumerate(rows, start=1)])


def _cell(value: Any) -> Cell:
    """A cell as files have it; what a spreadsheet's script sends for an empty one is None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return Unreadable(value[:40], A_MOMENT) if MOMENT.fullmatch(value) else value[:LONGEST_TEXT]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Unreadable(str(value)[:20], "is neither a number nor text")
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        return Unreadable("…", "is beyond 1e15")
    return float(value)


def _text(cell: Cell) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def _of_cell(fault: Fault) -> Fault:
    """A fault of a file at its place in the range."""
    if not isinstance(fault, CellFault) or fault.row is None:
        return Fault(("values",), fault.message)
    column = () if fault.column is None else (fault.column - 1,)
    return Fault(("values", fault.row - 1, *column), fault.message)


def _at(name: str, row: int, column: int | None, message: str) -> Fault:
    """A fault of a range; row and column are told as spreadsheets count them, the path counts from 0."""
    where = f"row {row}" if column is None else f"row {row}, column {letters(column)}"
    path = (name, row - 1) if column is None else (name, row - 1, column - 1)
    return Fault(path, f"'{name}', {where}: {message}")
