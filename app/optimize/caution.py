"""The bad case that a plan was made for, beside the plan of most expected response."""

from __future__ import annotations

from collections.abc import Mapping

from app import money
from app.dependencies import Language
from app.optimize.replies import ExpectedPlanRead, RiskRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Allocation, Fit

NOTABLE = 1e-4  # of the bad case: what caution gains below it is nothing
SENTENCES: dict[str, dict[Language, str]] = {
    "moved": {
        "en": "Made for the worst {share:.0%} of what may come: in their mean it brings {bad}. Against the "
        "plan of most expected response that is {gained} more, for {given_up} less of what is expected; "
        "money held back is counted in.",
        "zh": "按最不利的{share:.0%}情形规划：这些情形下平均带来{bad}。与预期最高的方案相比，"
        "不利时多{gained}，预期少{given_up}；预留的钱已计入。",
    },
    "same": {
        "en": "Made for the worst {share:.0%} of what may come: in their mean it brings {bad}. The plan of "
        "most expected response is as good as the same.",
        "zh": "按最不利的{share:.0%}情形规划：这些情形下平均带来{bad}。预期最高的方案几乎相同。",
    },
}


def value_of(request: PlanRequest, fit: Fit, spend: Mapping[str, float]) -> float:
    """What spends (currency, by channel) are expected to bring, in the objective."""
    worth = {name: request.worth_of(request.every_channel[name]) for name in spend}
    brought = sum(worth[name] * float(fit.curves[name].curve(amount)) for name, amount in spend.items())
    return brought - request.unit_cost * sum(spend.values())


def risk_read(request: PlanRequest, fit: Fit, allocation: Allocation, words: Words) -> RiskRead | None:
    """What planning for the bad case gains there, and what it gives up; None when the expectation counts."""
    if allocation.bad_case is None:
        return None
    case = allocation.bad_case
    expected = ExpectedPlanRead(
        response=round(value_of(request, fit, spends(request, case.expected)), 2),
        bad_case=round(_bad_case(request, case.expected, case.expected_response), 2),
        reserve=money.from_minor(case.expected.reserve.amount, request.currency),
        spend={line.channel: money.from_minor(line.spend, request.currency) for line in case.expected.lines},
    )
    here = round(_bad_case(request, allocation, case.response), 2)
    kept = _kept(request, allocation) - _kept(request, case.expected)
    given_up = expected.response - value_of(request, fit, spends(request, allocation)) - kept
    read = RiskRead(
        level=case.level,
        bad_case=here,
        expected_plan=expected,
        gained=round(here - expected.bad_case + kept, 2) + 0.0,
        given_up=round(given_up, 2) + 0.0,
        message="",
    )
    return read.model_copy(update={"message": told(read, words)})


def spends(request: PlanRequest, allocation: Allocation) -> dict[str, float]:
    """What each channel gets, in currency."""
    return {line.channel: float(money.from_minor(line.spend, request.currency)) for line in allocation.lines}


def _bad_case(request: PlanRequest, allocation: Allocation, response: float) -> float:
    """The mean of the worst results, less what the spend itself costs where profit counts."""
    return response - request.unit_cost * sum(spends(request, allocation).values())


def _kept(request: PlanRequest, allocation: Allocation) -> float:
    """What the money held back is worth beside the response: where profit counts, it is no cost already."""
    held = float(money.from_minor(allocation.reserve.amount, request.currency))
    return (allocation.reserve.unit_value - request.unit_cost) * held


def told(read: RiskRead, words: Words) -> str:
    """What caution gains and gives up, as a sentence."""
    is_same = read.gained <= NOTABLE * abs(read.bad_case)
    return SENTENCES["same" if is_same else "moved"][words.language].format(
        share=1 - read.level,
        bad=words.response(read.bad_case),
        gained=words.response(max(read.gained, 0.0)),
        given_up=words.response(max(read.given_up, 0.0)),
    )
