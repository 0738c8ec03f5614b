"""Test budgets for channels that never spent, as they are answered."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from math import exp

from app import money
from app.dependencies import Language
from app.optimize.replies import TrialRead, WarningRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import NINE_IN_TEN, Allocation, Fit, Trial, trials

TRIED: dict[Language, str] = {
    "en": "To find out what {channel} brings, {spend} for the month may be drawn from the reserve: channels "
    "like it suggest {low} to {high}, and the month would tell it to about {after:.0%} either way instead of "
    "{before:.0%}.",
    "zh": "要了解{channel}的效果，本月可从预留中支取{spend}试投：参照同类渠道，预计带来{low}~{high}；"
    "试投一个月后，误差可由约{before:.0%}缩小到{after:.0%}。",
}


def trials_read(request: PlanRequest, fit: Fit, allocation: Allocation, words: Words) -> list[TrialRead]:
    """The test budgets of a plan, in whole steps and in words; amounts too small to pay are left out."""
    scale = 10 ** money.digits(request.currency)
    planned = {line.channel: line.spend / scale for line in allocation.lines}
    found = trials(
        fit,
        request.to_history(),
        request.month,
        planned=planned,
        room=request.to_reach(),
        reserve=allocation.reserve.amount / scale,
    )
    read = [_read(request, trial, words) for trial in found]
    return [trial for trial in read if trial.spend > 0]


def trial_warnings(tried: list[TrialRead]) -> list[WarningRead]:
    """The same among the plan's warnings."""
    return [WarningRead(code="test_budget", channel=t.channel, message=t.message) for t in tried]


def _read(request: PlanRequest, trial: Trial, words: Words) -> TrialRead:
    step = request.round_to or Decimal(1).scaleb(-money.digits(request.currency))
    spend = (Decimal(repr(trial.spend)) / step).to_integral_value(ROUND_DOWN) * step
    channel = request.every_channel[trial.channel]
    worth, cost = request.worth_of(channel), request.unit_cost * float(spend)
    response, low, high = (round(worth * x - cost, 2) for x in (trial.response, trial.low, trial.high))
    message = TRIED[words.language].format(
        channel=channel.name or channel.id,
        spend=words.amount(float(spend)),
        low=words.response(low),
        high=words.response(high),
        before=_either_way(trial.doubt_before),
        after=_either_way(trial.doubt_after),
    )
    return TrialRead(
        channel=trial.channel,
        spend=spend,
        response=response,
        response_low=low,
        response_high=high,
        message=message,
    )


def _either_way(doubt: float) -> float:
    """Half the range that holds nine in ten, as a share of what is expected."""
    return (exp(NINE_IN_TEN * doubt) - exp(-NINE_IN_TEN * doubt)) / 2
