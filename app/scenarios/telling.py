"""What-ifs in figures and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from app import money
from app.dependencies import Language
from app.optimize.caution import spends
from app.optimize.expected import total_of
from app.optimize.figures import figure
from app.optimize.replies import AllocationRead, PlanReply
from app.optimize.schemas import PlanRequest
from app.optimize.telling import found_in, warnings_read, words_of
from app.optimize.words import Words
from app.scenarios.replies import (
    BudgetRead,
    ChannelDifferenceRead,
    ChannelSpendRead,
    CompareReply,
    DifferenceRead,
    LeaningRead,
    LeanRead,
    RefusalRead,
    RefusedBudgetRead,
    ScenarioRead,
    SensitivityReply,
    SideBySideRead,
    SweepReply,
)
from app.scenarios.sentences import SENTENCES
from optimizer import Allocation, Fit, InfeasibleError, Lean, Sensitivity, __version__


def compare_reply(plans: Mapping[str, PlanReply | InfeasibleError], language: Language) -> CompareReply:
    """Scenarios side by side; each differs from the first that has a plan."""
    made = [plan for plan in plans.values() if isinstance(plan, PlanReply)]
    if not made:
        raise next(plan for plan in plans.values() if isinstance(plan, InfeasibleError))
    names = {line.channel: line.name for plan in reversed(made) for line in plan.allocations}
    rows = [_spends(plan) for plan in plans.values()]
    return CompareReply(
        currency=made[0].currency,
        scenarios=[_scenario(name, plan, made[0], language) for name, plan in plans.items()],
        channels=[
            SideBySideRead(channel=channel, name=names[channel], spends=[row.get(channel) for row in rows])
            for channel in dict.fromkeys(line.channel for plan in made for line in plan.allocations)
        ],
    )


def _spends(plan: PlanReply | InfeasibleError) -> dict[str, Decimal]:
    if isinstance(plan, InfeasibleError):
        return {}
    return {line.channel: line.spend for line in plan.allocations}


def _scenario(
    name: str, plan: PlanReply | InfeasibleError, first: PlanReply, language: Language
) -> ScenarioRead:
    if isinstance(plan, InfeasibleError):
        return ScenarioRead(name=name, plan=None, refusal=refusal_read(plan), difference=None)
    difference = None if plan is first else _difference(first, plan, language)
    return ScenarioRead(name=name, plan=plan, refusal=None, difference=difference)


def refusal_read(error: InfeasibleError) -> RefusalRead:
    """Why there is no plan."""
    return RefusalRead(detail=str(error), clashes=_plain(error.clashes), remedies=_plain(error.remedies))


def _plain(facts: Sequence[object]) -> list[dict[str, Any]]:
    return [fact.model_dump(mode="json") for fact in facts if isinstance(fact, BaseModel)]


def _difference(first: PlanReply, other: PlanReply, language: Language) -> DifferenceRead:
    """What a scenario spends and brings more than the first, and where."""
    before, after = ({line.channel: line for line in plan.allocations} for plan in (first, other))
    is_alike = first.objective == other.objective
    channels = [_channel(before.get(c), after.get(c), is_alike) for c in {**before, **after}]
    spend = sum((channel.spend for channel in channels), Decimal(0))
    response = other.expected.response - first.expected.response if is_alike else None
    per_spend = None if response is None or not spend else figure(response / float(spend))
    return DifferenceRead(
        budget=other.budget - first.budget,
        reserve=other.reserve.amount - first.reserve.amount,
        spend=spend,
        response=None if response is None else round(response, 2),
        response_per_spend=per_spend,
        moved=(sum((abs(c.spend) for c in channels), Decimal(0)) - abs(spend)) / 2,
        channels=sorted(channels, key=lambda channel: (-abs(channel.spend), channel.channel)),
        message=_told(Words(language, first.currency, first.objective), channels, spend, response),
    )


def _channel(
    before: AllocationRead | None, after: AllocationRead | None, is_alike: bool
) -> ChannelDifferenceRead:
    known = after or before
    assert known is not None
    spends = [line.spend if line else Decimal(0) for line in (before, after)]
    responses = [line.response if line else 0.0 for line in (before, after)]
    return ChannelDifferenceRead(
        channel=known.channel,
        name=known.name,
        spend=spends[1] - spends[0],
        response=round(responses[1] - responses[0], 2) if is_alike else None,
    )


def _told(
    words: Words, channels: Sequence[ChannelDifferenceRead], spend: Decimal, response: float | None
) -> str:
    """How a scenario differs, in one sentence or two."""
    say = SENTENCES[words.language]
    whole = say["same_spend"] if not spend else say["more_spend" if spend > 0 else "less_spend"]
    brought = "" if response is None else say["more" if response >= 0 else "less"]
    most = max(channels, key=lambda channel: (abs(channel.spend), channel.channel))
    moved = say["moved"] if most.spend else say["unmoved"]
    return (whole + brought + moved).format(
        spend=words.amount(abs(float(spend))),
        response=words.response(abs(response or 0.0)),
        channel=most.name,
        by=("+" if most.spend > 0 else "-") + words.amount(abs(float(most.spend))),
    )


def budget_read(request: PlanRequest, fit: Fit, plan: Allocation) -> BudgetRead:
    """The best plan at one budget, as a point of the frontier."""
    response, low, high = total_of(request, fit, spends(request, plan))
    spend = money.from_minor(sum(line.spend for line in plan.lines), request.currency)
    return BudgetRead(
        budget=request.budget,
        reserve=money.from_minor(plan.reserve.amount, request.currency),
        spend=spend,
        unallocated=money.from_minor(plan.unallocated, request.currency),
        response=response,
        response_low=low,
        response_high=high,
        roi=figure(response / float(spend)) if spend else None,
        marginal_roi=figure(plan.shadow_prices.budget - request.unit_cost),
        channels=[
            ChannelSpendRead(channel=line.channel, spend=money.from_minor(line.spend, request.currency))
            for line in plan.lines
        ],
    )


def sweep_reply(
    request: PlanRequest,
    fit: Fit,
    points: list[BudgetRead],
    impossible: list[RefusedBudgetRead],
    *,
    best: BudgetRead | None,
    worth: float,
    language: Language,
) -> SweepReply:
    """The frontier, with its best budget and its sentences."""
    words = words_of(request, language)
    break_even = worth - request.unit_cost
    return SweepReply(
        month=request.month,
        currency=request.currency,
        objective=request.objective,
        points=points,
        impossible=impossible,
        break_even=figure(break_even),
        best=best,
        summary=_summary(points, best, break_even, words),
        warnings=warnings_read(found_in(request, fit), words),
        inputs_hash=request.inputs_hash,
        model_version=__version__,
    )


def _summary(points: list[BudgetRead], best: BudgetRead | None, break_even: float, words: Words) -> list[str]:
    """The best budget, and what the last step up brings."""
    say, told = SENTENCES[words.language], []
    if best:
        facts = {"budget": words.amount(float(best.budget)), "spend": words.amount(float(best.spend))}
        told.append(say["best"].format(**facts, unit=words.unit, needed=words.gain(break_even)))
    elif points:
        most = words.amount(float(points[-1].budget))
        facts = {"budget": most, "marginal": words.gain(points[-1].marginal_roi), "unit": words.unit}
        told.append(say["no_best"].format(**facts, needed=words.gain(break_even)))
    if len(points) > 1:
        before, last = points[-2:]
        more, gain = float(last.spend - before.spend), last.response - before.response
        facts = {"spend": words.amount(more), "response": words.response(gain)}
        ends = {"low": words.amount(float(before.budget)), "high": words.amount(float(last.budget))}
        told.append(say["step"].format(**facts, **ends))
    return told


def sensitivity_reply(
    request: PlanRequest, fit: Fit, plan: Allocation, found: list[Sensitivity], language: Language
) -> SensitivityReply:
    """How the plan leans on each curve, in figures and in words."""
    words = words_of(request, language)
    spends = {line.channel: money.from_minor(line.spend, request.currency) for line in plan.lines}
    return SensitivityReply(
        month=request.month,
        currency=request.currency,
        objective=request.objective,
        budget=request.budget,
        channels=[_leaning(request, one, spends[one.channel], words) for one in found],
        warnings=warnings_read(found_in(request, fit), words),
        inputs_hash=request.inputs_hash,
        model_version=__version__,
    )


def _leaning(request: PlanRequest, one: Sensitivity, spend: Decimal, words: Words) -> LeaningRead:
    low, high = (_lean(request, lean) for lean in (one.low, one.high))
    say, name = SENTENCES[words.language], words.names[one.channel]
    ends = {"low": low, "high": high}
    told = {
        side: say["lean" if lean else "no_plan"].format(
            spend=words.amount(float(lean.spend)) if lean else "",
            loss=words.response(lean.loss) if lean else "",
        )
        for side, lean in ends.items()
    }
    message = say["leaning"].format(channel=name, now=words.amount(float(spend)), **told)
    return LeaningRead(channel=one.channel, name=name, spend=spend, low=low, high=high, message=message)


def _lean(request: PlanRequest, lean: Lean | None) -> LeanRead | None:
    if lean is None:
        return None
    spend, moved = (money.from_minor(amount, request.currency) for amount in (lean.spend, lean.moved))
    return LeanRead(spend=spend, moved=moved, loss=round(lean.loss, 2))
