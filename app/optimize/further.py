"""Results out of reach: the larger budget that would reach them, or else the most that any brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app import money
from app.optimize.schemas import PlanRequest
from optimizer import (
    FURTHEST,
    AllocationProblem,
    Clash,
    InfeasibleError,
    Remedy,
    enough_budget,
    has_plan,
    most_brought,
)

MORE, TRIES = 1.01, 4  # how much more is tried where curves made for the budget itself ask for it
Pose = Callable[[PlanRequest], AllocationProblem]


@dataclass(frozen=True)
class Further:
    """A refusal with the budget that is enough among its remedies; or the most of a result that the
    largest budget looked at brings, as the limit that it would have to be."""

    error: InfeasibleError
    most: Clash | None = None


def further(request: PlanRequest, error: InfeasibleError, pose: Pose) -> Further:
    """The refusal of a request whose results need more than its budget, told how much more.

    Curves reach as far as there is money, so a budget far above the present one asks for others: `pose`
    makes the problem of a request with another budget.
    """
    clashes = [clash for clash in error.clashes if isinstance(clash, Clash)]
    goals = [clash for clash in clashes if clash.of == "rule" and clash.kind == "min_total"]
    told = {(r.of, r.kind) for r in error.remedies if isinstance(r, Remedy)}
    if not goals or ("plan", "budget") in told or not any(clash.kind == "budget" for clash in clashes):
        return Further(error)
    present = money.to_minor(request.budget, request.currency)
    widest = pose(_with_budget(request, FURTHEST * present))
    needed = enough_budget(replace(widest, budget=present))
    if needed is None:
        most = most_brought(widest)
        return Further(error, None if most is None else replace(goals[0], limit=most))
    for _ in range(TRIES):
        if has_plan(pose(_with_budget(request, needed))):
            remedy = Remedy("plan", "", "budget", present, needed)
            return Further(InfeasibleError(str(error), error.clashes, (*error.remedies, remedy)))
        needed = _rounded(MORE * needed, widest.minor_units)
    return Further(error)


def _with_budget(request: PlanRequest, budget: int) -> PlanRequest:
    return request.model_copy(update={"budget": money.from_minor(budget, request.currency)})


def _rounded(amount: float, unit: int) -> int:
    """Up to the whole unit."""
    return int(-(-amount // unit) * unit)
