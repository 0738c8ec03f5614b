"""What histories teach, kept between two looks at the same plan, so that a what-if only solves again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.db.tables import PlanRow
from app.optimize.schemas import PlanRequest
from app.optimize.service import Studies
from app.plans import repository

MOST = 16


@dataclass(frozen=True, eq=False)
class Ground:
    """What a plan was made from, and what that teaches."""

    request: PlanRequest
    studies: Studies = field(default_factory=Studies)


class Grounds:
    """The grounds of the plans looked at last in this process; a plan's never change."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Ground] = OrderedDict()
        self._lock = Lock()

    def of(self, session: Session, caller: Caller, plan: PlanRow) -> Ground:
        """The ground of a stored plan."""
        key = (caller.workspace_id, plan.id)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        row = repository.get(session, caller, plan.id)
        ground = Ground(PlanRequest.model_validate(row.request))
        with self._lock:
            self._kept[key] = ground
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return ground
