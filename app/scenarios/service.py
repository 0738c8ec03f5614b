"""What-ifs from requests: every plan is the one that `/v1/optimize` makes; a history is learnt once."""

from __future__ import annotations

from app import money
from app.dependencies import Language
from app.optimize import service as planning
from app.optimize.refusals import in_words
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest
from app.optimize.service import Studies
from app.optimize.telling import range_at
from app.scenarios import telling
from app.scenarios.replies import BudgetRead, CompareReply, RefusedBudgetRead, SensitivityReply, SweepReply
from app.scenarios.schemas import CompareRequest, SweepRequest
from optimizer import (
    Allocation,
    AllocationProblem,
    Fit,
    InfeasibleError,
    ResponseCurve,
    allocate,
    sensitivity,
    sweep,
)

Ends = tuple[ResponseCurve, ResponseCurve]
MOST_LEANINGS = 40  # curves looked at, those with the most at stake: each takes two plans


def compared(request: CompareRequest, language: Language) -> CompareReply:
    """The plan of each scenario, and how it differs from the first."""
    studies, plans = Studies(), dict[str, PlanReply | InfeasibleError]()
    for name, wish in request.requests.items():
        try:
            plans[name] = planning.plan(wish, language, studies)
        except InfeasibleError as error:
            plans[name] = error
    return telling.compare_reply(plans, language)


def swept(request: SweepRequest, language: Language, studies: Studies | None = None) -> SweepReply:
    """The best plan at each budget, and the best budget of all."""
    studies = studies or Studies()
    wishes = [request.at(budget) for budget in request.every_budget]
    posed = [planning.posed(wish, studies) for wish in wishes]
    found = sweep(problem for _, problem in posed)
    points, impossible = [], []
    for wish, (fit, problem) in zip(wishes, posed, strict=True):
        if problem.budget in found.allocations:
            points.append(telling.budget_read(wish, fit, found.allocations[problem.budget]))
        else:
            refusal = in_words(wish, found.impossible[problem.budget], language)
            impossible.append(RefusedBudgetRead(budget=wish.budget, refusal=telling.refusal_read(refusal)))
    largest, (fit, problem) = wishes[-1], posed[-1]
    best = None
    if found.best_budget is not None and found.best_budget <= problem.budget:
        best = _at(largest, found.best_budget, studies)
    worth = problem.reserve.worth
    return telling.sweep_reply(request, fit, points, impossible, best=best, worth=worth, language=language)


def leaning(request: PlanRequest, language: Language) -> SensitivityReply:
    """How the plan would change were each curve at its low or its high end."""
    fit, problem = planning.posed(request, Studies())
    try:
        plan = allocate(problem)
    except InfeasibleError as error:
        raise in_words(request, error, language) from error
    found = sensitivity(problem, plan, _ends(problem, fit, plan))
    return telling.sensitivity_reply(request, fit, plan, found, language)


def _at(request: SweepRequest, budget: int, studies: Studies) -> BudgetRead | None:
    """The best plan at a budget in minor units, None where there is none."""
    wish = request.at(money.from_minor(budget, request.currency))
    fit, problem = planning.posed(wish, studies)
    try:
        return telling.budget_read(wish, fit, allocate(problem))
    except InfeasibleError:
        return None


def _ends(problem: AllocationProblem, fit: Fit, plan: Allocation) -> dict[str, Ends]:
    """Each curve as low and as high as its range allows where the plan stands on it."""
    curves = {terms.id: terms.curve for terms in problem.channels}
    stakes: dict[str, tuple[float, Ends]] = {}
    for line in plan.lines:
        curve, fitted = curves[line.channel], fit.curves[line.channel]
        spend = line.spend / problem.minor_units or float(curve.spend[-1])
        low, high = range_at(fitted, spend)
        response = float(fitted.curve(spend))
        if response > 0 and high > low and fitted.commission is None:
            ends = curve.scaled(low / response), curve.scaled(high / response)
            stakes[line.channel] = (high - low) / response * float(curve(spend)), ends
    most = sorted(stakes, key=lambda name: (-stakes[name][0], name))[:MOST_LEANINGS]
    return {name: stakes[name][1] for name in most}
