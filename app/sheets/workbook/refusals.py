"""What is wrong with a workbook, cell by cell, in the language of its reader."""

from __future__ import annotations

from collections.abc import Iterable

from app.chinese import in_language
from app.dependencies import Language
from app.history.cells import CellFault, fault_at, letters
from optimizer import Fault, InfeasibleError, InputError

ENGLISH = {"Field required": "is missing"}


class WorkbookError(InputError):
    """A workbook that cannot be planned from; every fault names its cell."""

    faults: list[Fault]


class WorkbookClashError(InfeasibleError):
    """A workbook whose rules clash; `faults` name the cells of the rules."""

    def __init__(self, error: InfeasibleError, faults: list[Fault]) -> None:
        super().__init__(str(error), error.clashes, error.remedies)
        self.faults = faults


def told(fault: CellFault, label: str, reason: str, language: Language) -> CellFault:
    """A fault of one cell as it is read: its place, what the cell is called, and what is wrong."""
    words = in_language(ENGLISH.get(reason, reason), language)
    if language == "en":
        what = f"{label}: {words}" if label else words
        return fault_at(fault.sheet, what, fault.row, fault.column)
    place = f"“{fault.sheet}”"
    if fault.row:
        column = f"{letters(fault.column)}列" if fault.column else ""
        place += f"第{fault.row}行{column}（{fault.address}）"
    message = "：".join(part for part in (place, label, words) if part)
    return CellFault(fault.path, message, fault.sheet, fault.row, fault.column)


def retold(faults: Iterable[Fault], language: Language) -> list[Fault]:
    """The faults of a file that could not be read at all, in the reader's words."""
    return [
        told(fault, "", fault.message.partition(": ")[2] or fault.message, language)
        if isinstance(fault, CellFault)
        else fault
        for fault in faults
    ]
