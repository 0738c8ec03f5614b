"""What a caller gets back: the plan, its proof, and the words."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from app.optimize.known import Objective
from app.schemas import Money, Month, Output

Hash = Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")]


class ReleaseRead(Output):
    """Where the next unit of released money goes, and what it would bring."""

    channel: str
    marginal_response: float


class TrialRead(Output):
    """A test budget for a channel that never spent: what it costs, should bring, and teaches."""

    channel: str
    spend: Money = Field(description="On top of what the plan gives the channel; drawn from the reserve.")
    response: float
    response_low: float
    response_high: float
    message: str


class ReserveRead(Output):
    """The money held back, its price, and who gets it first when it is released."""

    amount: Money
    share: float
    unit_value: float
    response_forgone: float = Field(description="What releasing all of it now would bring.")
    release_order: list[ReleaseRead]
    trials: list[TrialRead] = Field(
        description="Test budgets that may be drawn from it for channels that never spent."
    )


class CommissionRead(Output):
    """What a channel paid by commission should sell, and cost: from low to high nine times in ten."""

    share: float = Field(description="Of the revenue it sells.")
    revenue: float
    spend_low: Money
    spend_high: Money


class AllocationRead(Output):
    """One channel's part of the plan; the range holds the truth nine times in ten."""

    channel: str
    name: str
    spend: Money
    share: float = Field(description="Of what all channels spend together.")
    last_spend: Money | None
    change_share: float | None
    response: float
    response_low: float
    response_high: float
    roi: float | None = Field(description="Response per currency unit; null where nothing is spent.")
    marginal_roi: float = Field(description="What the next currency unit would bring.")
    last_marginal_roi: float | None = Field(
        description="What it would bring in the plan month after last month's spend."
    )
    position: str = Field(
        description="free, at_min, at_max, at_change_limit, at_group_limit, zero or commission."
    )
    held_by: str | None = Field(
        None, description="What holds it beside its position: paused, fixed, ruled, alone, kept, or kept_out."
    )
    shadow_price: float = Field(description="What one more currency unit of room at its bound would bring.")
    commission: CommissionRead | None = Field(
        None, description="Where nobody decides the spend: a share of the revenue that the channel sells."
    )
    observed_max_spend: Money | None
    extrapolated: bool
    source: str = Field(
        description="What its curve rests on: attributed, total, combined, pooled, given or commission."
    )
    why: str


class ExpectedRead(Output):
    """What all channels together are expected to bring."""

    response: float
    low: float
    high: float
    against_last_mix: float | None = Field(
        description="Share gained over spending the same money in last month's proportions."
    )
    against_last_mix_low: float | None = Field(None, description="Nine times in ten it is more than this.")
    against_last_mix_high: float | None = Field(None, description="And less than this.")
    chance_of_gain: float | None = Field(
        None, description="How likely the plan is no worse than last month's proportions, from 0 to 1."
    )
    message: str = Field("", description="The gain in words.")


class ExpectedPlanRead(Output):
    """The plan of most expected response, made without any caution."""

    response: float = Field(description="What is expected of it.")
    bad_case: float = Field(description="The mean of the worst results it may have.")
    reserve: Money
    spend: dict[str, Money]


class RiskRead(Output):
    """The bad case that the plan was made for; marginal returns, prices and the certificate speak of it.

    In `gained` and `given_up` money held back counts at the reserve's unit value.
    """

    level: float
    bad_case: float = Field(description="The mean of the worst results, 1 - level of all that may come.")
    expected_plan: ExpectedPlanRead
    gained: float = Field(description="In the bad case, against the plan of most expected response.")
    given_up: float = Field(description="Of what that plan is expected to be worth.")
    message: str


class TradeOffRead(Output):
    """One result of a scorecard: what the plan reaches of it, and what a plan for it alone would."""

    objective: Objective
    weight: float
    reached: float
    alone: float
    given_up_share: float = Field(description="Of what a plan for it alone would reach.")
    message: str


class CertificateRead(Output):
    """How far the plan can be from the best possible one."""

    status: str
    value: float = Field(description="Response plus what the reserve is worth, on the true curves.")
    ceiling: float = Field(description="What no plan can exceed.")
    gap_share: float
    method: str
    solver: str
    seconds: float


class ShadowPricesRead(Output):
    """What one more currency unit would bring: of budget, of room at each group's limit and each rule."""

    budget: float
    groups: dict[str, float]
    counts: dict[str, float | None] = Field(
        description="Null: one channel more or fewer is no small step and has no price; compare the plans."
    )
    rules: dict[str, float] = Field(
        description="By field; of a group's or channel's own rule, as in channels/douyin/min_roi."
    )
    message: str = Field("", description="What the next currency unit of budget brings.")


class DemandRead(Output):
    """How the plan month's demand compares when spend is held alike."""

    month_factor: float = Field(description="Multiplies an average month.")
    against_last: float = Field(description="Multiplies the last days known, which last month's spend is of.")
    events: dict[str, float] = Field(description="Effect of each named event in the month.")
    last_day: date | None = Field(None, description="Of the days known; null where no history tells.")
    last_days: int = 0
    last_events: dict[str, float] = Field({}, description="Effect of each named event in those days.")
    without_events: float = Field(1.0, description="What `against_last` would be without any event.")
    message: str = ""


class WarningRead(Output):
    """One thing a planner should know."""

    code: str
    channel: str | None
    message: str


class ClashRead(Output):
    """A rule that cannot hold together with the others named: money in currency, shares as shares."""

    of: str = Field(description="plan, channel, group, count or rule; of months also month, pool, phase.")
    whose: str = Field(description="The channel, group or rule; empty for the plan's own.")
    kind: str = Field(description="The field that sets the limit.")
    limit: Money
    message: str


class RemedyRead(Output):
    """A change that alone makes a plan possible."""

    of: str
    whose: str
    kind: str
    now: Money
    needed: Money
    message: str


class PlanReply(Output):
    """Next month's plan. `reserve.amount` + Σ `allocations.spend` + `unallocated` = `budget`, exactly."""

    month: Month
    currency: str
    objective: Objective
    budget: Money
    reserve: ReserveRead
    allocations: list[AllocationRead]
    unallocated: Money = Field(
        description="No rule lets it be spent or held back, or it would not earn itself back."
    )
    expected: ExpectedRead
    risk: RiskRead | None = Field(None, description="When the plan was made for the bad case.")
    trade_off: list[TradeOffRead] | None = Field(None, description="When a scorecard was planned for.")
    certificate: CertificateRead
    shadow_prices: ShadowPricesRead
    demand: DemandRead
    warnings: list[WarningRead]
    inputs_hash: Hash
    model_version: str


class EstimateRead(Output):
    """A number and the range that holds it nine times in ten."""

    value: float
    low: float
    high: float


class PointRead(Output):
    """One row of a curve's table."""

    spend: float
    response: float
    low: float
    high: float
    marginal: float


class AdviceRead(Output):
    """What would make a curve surer."""

    code: str = Field(
        description="start, restart, wait, vary, separate, own_results, lift_test, go_further or none."
    )
    message: str


class ForesightRead(Output):
    """How well results were foreseen: of one channel, or (channel null) of all together."""

    channel: str | None
    months: int
    held: int = Field(description="In how many of them what came lay in the range.")
    coverage: float = Field(description="Their share; ranges are meant to hold 0.9 of the time.")
    typical_error: float | None = Field(description="Median distance from what came, as a share of it.")


class CurveRead(Output):
    """What a channel's spend in the month is expected to bring."""

    channel: str
    source: str = Field(description="attributed, total, combined, pooled, given or commission.")
    is_concave: bool = Field(description="Whether every further unit brings less than the one before.")
    last_spend: Money | None
    observed_max_spend: Money | None
    explained_share: float | None = Field(
        description="Share of its results' ups and downs that it explains; where only the shop's results "
        "are known (source total), share of the shop's ups and downs that go with it."
    )
    doubt_inside: float | None = Field(
        description="Half the range's width as a share of the response, up to the fastest spend seen."
    )
    doubt_outside: float | None = Field(description="The same beyond the fastest spend seen.")
    advice: AdviceRead
    parameters: dict[str, EstimateRead]
    table: list[PointRead]


class CurvesReply(Output):
    """The curve of each channel, for one month."""

    month: Month
    currency: str
    objective: Objective
    curves: list[CurveRead]
    explained_share: float | None = Field(
        description="Share of all results' ups and downs that curves, season and events explain together."
    )
    demand: DemandRead
    foresight: list[ForesightRead] = Field(
        description="How well the last months would have been foreseen from what was known before each: "
        "all together first, then channel by channel; empty when the history is too short or none is asked."
    )
    warnings: list[WarningRead]
    inputs_hash: Hash
    model_version: str
