"""What what-ifs answer: plans side by side, the frontier, how far a plan leans on each curve."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.optimize.known import Objective
from app.optimize.replies import Hash, PlanReply, WarningRead
from app.schemas import Money, Month, Output


class RefusalRead(Output):
    """Why no plan obeys every rule, as `/v1/optimize` would answer it."""

    detail: str
    clashes: list[dict[str, Any]]
    remedies: list[dict[str, Any]]


class ChannelDifferenceRead(Output):
    """One channel against the first scenario: money more, and response more."""

    channel: str
    name: str
    spend: Money
    response: float | None


class DifferenceRead(Output):
    """A scenario against the first; responses are null where the two plan for different things."""

    budget: Money
    reserve: Money
    spend: Money
    response: float | None
    response_per_spend: float | None = Field(
        description="Response more per unit of spend more; null where spend is the same."
    )
    moved: Money = Field(description="How much money changed places between channels.")
    channels: list[ChannelDifferenceRead] = Field(description="The most changed first.")
    message: str


class ScenarioRead(Output):
    """One scenario: its plan, or why there is none; and how it differs from the first that has one."""

    name: str
    plan: PlanReply | None
    refusal: RefusalRead | None
    difference: DifferenceRead | None


class SideBySideRead(Output):
    """One channel's spend in each scenario, in order; null where there is no plan or no such channel."""

    channel: str
    name: str
    spends: list[Money | None]


class CompareReply(Output):
    """Scenarios side by side."""

    currency: str
    scenarios: list[ScenarioRead]
    channels: list[SideBySideRead]


class ChannelSpendRead(Output):
    """One channel's spend at one budget."""

    channel: str
    spend: Money


class BudgetRead(Output):
    """The best plan at one budget."""

    budget: Money
    reserve: Money
    spend: Money
    unallocated: Money
    response: float
    response_low: float
    response_high: float
    roi: float | None
    marginal_roi: float = Field(description="What the next currency unit of spend would bring.")
    channels: list[ChannelSpendRead]


class RefusedBudgetRead(Output):
    """A budget at which no plan obeys every rule."""

    budget: Money
    refusal: RefusalRead


class SweepReply(Output):
    """What each budget brings at best, and the budget beyond which money earns less than it must."""

    month: Month
    currency: str
    objective: Objective
    points: list[BudgetRead] = Field(description="Rising by budget.")
    impossible: list[RefusedBudgetRead]
    break_even: float = Field(
        description="What the last unit spent must bring: a unit held back is worth it."
    )
    best: BudgetRead | None = Field(
        description="Where the last unit spent brings just that; null when no budget tried goes so far."
    )
    summary: list[str]
    warnings: list[WarningRead]
    inputs_hash: Hash
    model_version: str


class LeanRead(Output):
    """The plan, were one curve at one end of its range."""

    spend: Money = Field(description="What the channel would get then.")
    moved: Money = Field(description="How much money would change places in all.")
    loss: float = Field(description="What keeping the present plan would bring less.")


class LeaningRead(Output):
    """How far the plan leans on one channel's curve; an end is null where it would allow no plan."""

    channel: str
    name: str
    spend: Money
    low: LeanRead | None
    high: LeanRead | None
    message: str


class SensitivityReply(Output):
    """How the plan would change if single curves were at their low or high end; the most moved first."""

    month: Month
    currency: str
    objective: Objective
    budget: Money
    channels: list[LeaningRead]
    warnings: list[WarningRead]
    inputs_hash: Hash
    model_version: str
