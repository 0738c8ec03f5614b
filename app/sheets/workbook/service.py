"""From a filled-in workbook to one with the plan; and from a stored plan to its workbook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from app.dependencies import Language
from app.history.cells import HistoryFileError
from app.optimize import service as planning
from app.optimize.replies import ClashRead, PlanReply
from app.optimize.schemas import PlanRequest
from app.problems import schema_faults
from app.sheets.workbook.curve_points import BEYOND
from app.sheets.workbook.fields import Path
from app.sheets.workbook.own_sheets import OwnSheets, read_own_sheets
from app.sheets.workbook.places import Filled
from app.sheets.workbook.reading import read_workbook_inputs
from app.sheets.workbook.refusals import WorkbookClashError, WorkbookError, retold
from app.sheets.workbook.writing import filled_workbook
from optimizer import Fault, InfeasibleError, InputError

CHANGE_LIMITS = ("max_increase_share", "max_decrease_share")


@dataclass(frozen=True)
class PlannedWorkbook:
    """A workbook with its plan."""

    data: bytes
    language: Language
    reply: PlanReply


def plan_workbook(data: bytes, name: str, language: Language | None) -> PlannedWorkbook:
    """Plan from an uploaded workbook, and write the plan into a new one.

    Raises `WorkbookError` with every wrong cell, `WorkbookClashError` where the rules allow no plan.
    """
    try:
        filled = read_workbook_inputs(data, name)
    except HistoryFileError as error:
        raise WorkbookError(retold(error.faults, language or "en")) from error
    own = read_own_sheets(data, name, filled.language)
    filled.language = language or filled.language
    request, studies = to_request(filled), planning.Studies()
    try:
        reply = planning.plan(request, filled.language, studies)
    except InfeasibleError as error:
        raise WorkbookClashError(error, _clashes(filled, error)) from error
    except InputError as error:
        _tell(filled, error.faults)
        raise WorkbookError(list(filled.faults.found)) from error
    book = workbook_of(request, reply, filled.language, studies, own)
    return PlannedWorkbook(book, filled.language, reply)


def workbook_of(
    request: PlanRequest,
    reply: PlanReply,
    language: Language,
    studies: planning.Studies | None = None,
    own: OwnSheets | None = None,
) -> bytes:
    """The workbook of a plan that is already made, with the user's `own` sheets behind it.

    Its curves reach beyond all that matters on them.
    """
    reach = request.to_reach()
    for line in reply.allocations:
        matters = max(float(amount or 0) for amount in (line.spend, line.last_spend, line.observed_max_spend))
        reach[line.channel] = max(reach[line.channel], BEYOND * matters)
    studies = studies or planning.Studies()
    fit = studies.curves(request, request.month, reach, spendable=request.spendable)
    return filled_workbook(request, reply, fit, language, own or OwnSheets())


def to_request(filled: Filled) -> PlanRequest:
    """The request that a workbook stands for; raises `WorkbookError` with every wrong cell."""
    try:
        request = PlanRequest.model_validate(filled.body)
    except ValidationError as error:
        _tell(filled, schema_faults(error.errors()))
    if filled.faults.found:
        raise WorkbookError(list(filled.faults.found))
    return request


def _tell(filled: Filled, faults: Iterable[Fault]) -> None:
    """Add the faults of a request to those of the cells, except what follows from an unreadable cell."""
    for fault in faults:
        path: Path = tuple(fault.path)
        if not any(path[:length] in filled.broken for length in range(1, len(path) + 1)):
            filled.fault(filled.spot_of(path), filled.label_of(path), fault.message)


def _clashes(filled: Filled, error: InfeasibleError) -> list[Fault]:
    """The cells of the rules that clash."""
    for clash in error.clashes:
        if isinstance(clash, ClashRead):
            path = _path_of(filled, clash)
            filled.fault(filled.spot_of(path), filled.label_of(path), clash.message)
    return list(filled.faults.found)


def _path_of(filled: Filled, clash: ClashRead) -> Path:
    """Where the request holds the rule that a clash speaks of."""
    if clash.of == "plan":
        return ("budget",) if clash.kind == "budget" else ("reserve", clash.kind)
    if clash.of == "rule":
        return ("rules", clash.kind)
    lists = {"channel": ("channels", "id"), "group": ("groups", "name")}
    key, identity = lists.get(clash.of, ("counts", "name"))
    rows = filled.body.get(key, [])
    number = next((number for number, row in enumerate(rows) if row.get(identity) == clash.whose), 0)
    kind = "max_change_share" if clash.kind in CHANGE_LIMITS else clash.kind
    return (key, number, kind)
