"""One file read, in a process of its own: what it gave, how long it worked, how much it took."""

from __future__ import annotations

import resource
import time
from multiprocessing.connection import Connection
from typing import NamedTuple

from app.history.cells import CellFault, HistoryFileError
from app.history.files import read_history
from app.history.workbooks import read_workbook  # noqa: F401  loaded before the clock runs
from app.sheets.workbook.marking import marked_copy
from app.sheets.workbook.reading import read_workbook_inputs
from app.sheets.workbook.refusals import WorkbookError
from app.sheets.workbook.service import to_request


class Outcome(NamedTuple):
    """`read` with the spends, names and periods found, or `refused` with the addresses of faults."""

    kind: str
    found: frozenset[object]


def outcome_of(data: bytes, *, is_workbook: bool) -> Outcome:
    """Read a file as history, or as the service's own workbook, whose wrong cells are marked as well."""
    if is_workbook:
        return _of_workbook(data)
    try:
        rows = read_history(data, "odd.xlsx").rows
    except HistoryFileError as error:
        return Outcome("refused", frozenset(f.address for f in error.faults if isinstance(f, CellFault)))
    return Outcome("read", frozenset(x for row in rows for x in (row.spend, row.channel, str(row.period))))


def _of_workbook(data: bytes) -> Outcome:
    try:
        request = to_request(read_workbook_inputs(data, "odd.xlsx"))
    except (HistoryFileError, WorkbookError) as error:
        marked_copy(data, "odd.xlsx", error.faults)
        return Outcome("refused", frozenset(f.address for f in error.faults if isinstance(f, CellFault)))
    found: set[object] = {float(request.budget), str(request.month)}
    found |= {x for row in request.history for x in (row.spend, row.channel, str(row.period))}
    return Outcome("read", frozenset(found))


def read_apart(data: bytes, is_workbook: bool, answer: Connection) -> None:
    """Answer the outcome, seconds of work and peak memory (MB)."""
    begun = time.process_time()
    outcome = outcome_of(data, is_workbook=is_workbook)
    seconds = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    answer.send((outcome, seconds, memory))
