"""A plan with a channel that never spent: humble in the plan, with a test budget beside it."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from app.dependencies import Language
from app.optimize import examples, service
from app.optimize.replies import PlanReply
from app.optimize.schemas import PlanRequest


def planned(language: Language = "en", **more: Any) -> PlanReply:
    """The example's plan with one more channel, of which nothing is known."""
    body = copy.deepcopy(examples.FROM_HISTORY) | more
    body["channels"].append({"id": "weibo", "name": "微博"})
    return service.plan(PlanRequest.model_validate(body), language)


PLAN = planned()


def test_the_test_budget_comes_out_of_the_reserve() -> None:
    """It is at most half of what is held back, and changes nothing of the plan's sum."""
    (trial,) = PLAN.reserve.trials
    assert trial.channel == "weibo"
    assert 0 < trial.spend <= PLAN.reserve.amount / 2
    spent = sum(line.spend for line in PLAN.allocations)
    assert PLAN.reserve.amount + spent + PLAN.unallocated == PLAN.budget


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_told_in_words_and_as_a_warning(language: Language) -> None:
    """The sentence names the channel as its owner does and the amount; the warnings repeat it."""
    plan = planned(language)
    (trial,) = plan.reserve.trials
    assert "微博" in trial.message
    assert f"¥{trial.spend:,.0f}" in trial.message
    told = {warning.code: warning for warning in plan.warnings if warning.channel == "weibo"}
    assert {"no_history", "test_budget"} == set(told)
    assert told["test_budget"].message == trial.message


def test_it_is_paid_in_whole_steps() -> None:
    """With plans in steps of ¥1,000 a test budget is whole thousands."""
    (trial,) = planned(round_to=1000).reserve.trials
    assert trial.spend % 1000 == 0


def test_profit_counts_the_margin_and_the_money() -> None:
    """For profit, what the test brings is a margin of the revenue, less what it costs."""
    body = copy.deepcopy(examples.FROM_HISTORY) | {"objective": "profit"}
    body["channels"] = [
        channel | {"margin": 0.5} for channel in [*body["channels"], {"id": "weibo", "name": "微博"}]
    ]
    plan = service.plan(PlanRequest.model_validate(body), "en")
    for trial in plan.reserve.trials:
        assert Decimal(repr(trial.response_low)) >= -trial.spend


def test_a_plan_of_known_channels_has_no_trial() -> None:
    """Where every channel has a past, the reserve is only a reserve."""
    plan = service.plan(PlanRequest.model_validate(examples.FROM_HISTORY), "en")
    assert plan.reserve.trials == []
