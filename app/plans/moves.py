"""What may be done with a plan in which state, and by whom.

draft → submitted → approved → active → closed
           └→ rejected            └→ superseded, by another version of its month
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from app.access.callers import Caller, Right
from app.db.tables import PlanRow
from app.errors import ConflictError, ForbiddenError

MOVES: dict[str, dict[str, str]] = {
    "draft": {"submit": "submitted"},
    "submitted": {"approve": "approved", "reject": "rejected"},
    "approved": {"activate": "active"},
    "active": {"close": "closed"},
    "rejected": {},
    "closed": {},
    "superseded": {},
}
RIGHTS: dict[str, Right] = {
    "submit": "plan",
    "approve": "approve",
    "reject": "approve",
    "activate": "plan",
    "close": "plan",
}


def target(state: str, move: str) -> str:
    """The state after a move; raises `ConflictError`, naming the moves that are legal, for any other."""
    if move not in MOVES[state]:
        legal = ", ".join(MOVES[state]) or "nothing"
        raise ConflictError(f"A plan that is {state} cannot be changed by {move}; legal now: {legal}.")
    return MOVES[state][move]


def check_four_eyes(plan: PlanRow, caller: Caller) -> None:
    """Raise `ForbiddenError` when the caller drafted or submitted the plan, whatever key is used."""
    if caller.is_one_of(plan.drafted_by, plan.submitted_by):
        raise ForbiddenError(f"{caller.person} drafted or submitted this plan; someone else has to decide.")


def check_not_past(month: str, today: date) -> None:
    """Raise `ConflictError` when the month is over."""
    year, number = (int(part) for part in month.split("-"))
    if today > date(year, number, monthrange(year, number)[1]):
        raise ConflictError(f"{month} is over; its plan cannot be activated any more.")
