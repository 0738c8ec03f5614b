"""From a dropped file to a plan, with as little asked as possible."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from pydantic import ValidationError

from app import problems
from app.dependencies import Language
from app.history.cells import HistoryFileError
from app.history.files import HistoryFile, read_history
from app.history.mapping import ColumnMapping
from app.optimize import service
from app.optimize.known import month_after
from app.optimize.schemas import PlanRequest
from app.web.desk import Trial, Wish
from app.web.forms import amount
from optimizer import Fault, InputError, OptimizerError, Period, gather, last_spend
from sample_data import FOLDER

SAMPLE_FILE = FOLDER / "history_weekly.csv"
SAMPLE_WISH = Wish(month="2026-12", budget="1000000", currency="CNY")
OBJECTIVES = ("revenue", "conversions", "new_customers")


class Reader(Protocol):
    """Whatever reads a file of history."""

    def __call__(self, data: bytes, name: str, /, *, mapping: ColumnMapping | None = None) -> HistoryFile: ...


def tried(
    name: str,
    data: bytes,
    wish: Wish,
    language: Language,
    mapping: ColumnMapping | None = None,
    *,
    reader: Reader = read_history,
) -> Trial:
    """Read the file and plan its next month; whatever is wrong is kept beside it, not raised."""
    trial = Trial(name, data, wish)
    try:
        read = reader(data, name, mapping=mapping)
    except HistoryFileError as error:
        return replace(trial, faults=error.faults, mapping=error.mapping)
    trial = replace(trial, read=read, mapping=read.mapping)
    try:
        body, left_out = asked(read, wish)
        request = PlanRequest.model_validate(body)
        return replace(trial, planned=service.made(request, language, trial.studies), left_out=left_out)
    except ValidationError as error:
        return replace(trial, faults=list(problems.schema_faults(error.errors())))
    except InputError as error:
        return replace(trial, faults=error.faults)
    except OptimizerError as error:
        return replace(trial, faults=[Fault((), str(error))])


def asked(read: HistoryFile, wish: Wish) -> tuple[dict[str, Any], int]:
    """The request that a file makes, and how many of its rows are not from before the month.

    The month is the one after the file's last day, the budget what was spent in the month before, and what
    counts is the first result that any row has.
    """
    periods = [*(row.period for row in read.rows), *(row.period for row in read.outcomes)]
    month = _month(wish.month) if wish.month else month_after(periods)
    rows = [row for row in read.rows if row.period.start < month.start]
    outcomes = [row for row in read.outcomes if row.period.start < month.start]
    results = [name for name in OBJECTIVES if any(getattr(r, name) is not None for r in [*rows, *outcomes])]
    return {
        "month": month,
        "budget": amount(wish.budget, "budget") or usual_budget(rows, month),
        "currency": wish.currency,
        "objective": results[0] if results else OBJECTIVES[0],
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
    }, len(periods) - len(rows) - len(outcomes)


def _month(text: str) -> Period:
    try:
        return Period.parse(text)
    except InputError as error:
        raise InputError([Fault(("month",), str(error))]) from None


def usual_budget(rows: list[Any], month: Period) -> Decimal:
    """What was spent in the month before, to three figures; raises `InputError` when that was nothing."""
    spent = sum(last_spend(gather(rows), month).values()) if rows else 0.0
    if spent < 1:
        raise InputError([Fault(("budget",), "Nothing was spent last month; say what the budget is.")])
    return Decimal(f"{Decimal(repr(spent)):.2e}").quantize(Decimal(1))


@lru_cache(maxsize=1)
def sample() -> Trial:
    """The sample shop's next month: what a page shows before anything is asked."""
    return tried(SAMPLE_FILE.name, SAMPLE_FILE.read_bytes(), SAMPLE_WISH, "en")
