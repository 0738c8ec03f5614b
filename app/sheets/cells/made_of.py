"""What a plan was made from: its history, and the curves fitted to that."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from app.db.tables import PlanRow
from app.optimize import service
from app.optimize.curve_requests import CurvesRequest
from app.optimize.replies import CurvesReply
from app.sheets.cells.grids import Cell

KEPT = 32


def history(plan: PlanRow) -> list[dict[str, Cell]]:
    """The rows of channels, as they were given or stored when the plan was made."""
    rows: list[dict[str, Cell]] = plan.request["history"]
    return rows


class Curves:
    """The curves of the last plans that were asked for; a plan's content never changes, so they stay true."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, CurvesReply] = OrderedDict()
        self._lock = Lock()

    def of(self, plan: PlanRow) -> CurvesReply:
        """The curves that the plan rests on, fitted again to the history that it was made from."""
        with self._lock:
            if (known := self._kept.get(plan.content_hash)) is not None:
                return known
        given = {name: plan.request[name] for name in CurvesRequest.model_fields if name in plan.request}
        fitted = service.curves(CurvesRequest.model_validate(given | {"foresight_months": 0}), "en")
        with self._lock:
            self._kept[plan.content_hash] = fitted
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return fitted
