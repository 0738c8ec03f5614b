"""Plan against actual at the door."""

from __future__ import annotations

from datetime import date

from pydantic import ConfigDict, Field

from app.optimize.known import Objective
from app.schemas import Money, Month, Output


class RangeRead(Output):
    """A number, and the range that holds it nine times in ten."""

    model_config = ConfigDict(from_attributes=True)

    value: float
    low: float
    high: float


class RatesRead(Output):
    """What clicks, conversions and spend came to; null where the history cannot tell."""

    model_config = ConfigDict(from_attributes=True)

    ctr: float | None = Field(description="Clicks per impression.")
    cvr: float | None = Field(description="Conversions per click.")
    cpa: float | None = Field(description="Spend per conversion.")
    roi: float | None = Field(description="Revenue per unit of spend.")


class WeekRead(Output):
    """A week of the month, or the part of one that lies in it."""

    week: str
    first: date
    last: date
    planned_spend: Money
    spend: Money
    planned_response: float
    response: float | None
    covered_days: int = Field(description="Days that stored history covers.")


class LineRead(Output):
    """Planned and actual so far, and the month's end as it looks now."""

    planned_spend: Money = Field(
        description="Of the whole month, released reserve included; what was spent before the days that the "
        "plan is of counts as planned."
    )
    planned_spend_so_far: Money
    spend: Money
    planned_response: RangeRead
    response: float | None = Field(description="As credited so far; null without results to compare.")
    projected_spend: RangeRead
    projected_response: RangeRead | None


class ChannelTrackingRead(LineRead):
    """A channel's month."""

    channel: str
    name: str
    released: Money = Field(description="Of the reserve, granted to this channel.")
    covered_days: int
    is_comparable: bool = Field(
        description="Whether credited results are what its plan counted; not so for results of the shop."
    )
    rates: RatesRead
    usual_rates: RatesRead = Field(description="Of the 13 weeks before the month.")
    weeks: list[WeekRead]


class GoalTrackingRead(Output):
    """How far a goal is reached."""

    period: str
    measure: str
    goal: float
    so_far: float
    elapsed_share: float = Field(description="Of the period's days, those covered by history.")
    share: float = Field(description="Reached so far, of the goal.")


class AlertRead(Output):
    """One thing to look at, in words."""

    code: str = Field(
        description="overspend, underspend, unplanned, roi_below_plan, above_range, below_range, pause, "
        "no_actuals or stale."
    )
    channel: str | None = Field(description="null: all channels together.")
    message: str


class TrackingRead(Output):
    """A month's plan against what came of it so far."""

    plan_id: str
    month: Month
    currency: str
    objective: Objective
    as_of: date | None = Field(description="The last day that stored history covers; null without any.")
    elapsed_share: float
    total: LineRead
    channels: list[ChannelTrackingRead]
    goals: list[GoalTrackingRead]
    alerts: list[AlertRead]
