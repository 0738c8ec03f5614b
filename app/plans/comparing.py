"""Stored plans beside each other, and beside what they would be if something were different."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from app.db.tables import PlanRow
from app.dependencies import Language
from app.optimize import service as planning
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from app.plans.drafting import refusal
from app.scenarios.replies import CompareReply
from app.scenarios.schemas import CompareRequest, ScenarioInput
from app.scenarios.telling import compare_reply
from optimizer import InfeasibleError


def compared(
    plan: PlanRow, others: Sequence[PlanRow], scenarios: Sequence[ScenarioInput], language: Language
) -> CompareReply:
    """The plan first, by its id, then the others as they are stored, then each what-if, planned now."""
    plans: dict[str, PlanReply | InfeasibleError] = {
        row.id: PlanReply.model_validate(row.reply) for row in (plan, *others)
    }
    studies = planning.Studies()
    for name, request in _requests(plan, scenarios).items():
        try:
            plans[name] = planning.plan(request, language, studies)
        except InfeasibleError as error:
            plans[name] = error
    return compare_reply(plans, language)


def _requests(plan: PlanRow, scenarios: Sequence[ScenarioInput]) -> dict[str, PlanRequest]:
    """What each scenario asks for: what the plan was made from, with its changes."""
    if not scenarios:
        return {}
    base = PlanRequest.model_validate(plan.request)
    try:
        whole = CompareRequest(base=base, base_name=plan.id, scenarios=list(scenarios))
    except ValidationError as error:
        raise refusal(error) from error
    return {name: request for name, request in whole.requests.items() if name != plan.id}
