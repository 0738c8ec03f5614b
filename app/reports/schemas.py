"""Reports at the door."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.schemas import YEARS, Money, Month, Output
from app.tracking.schemas import AlertRead, GoalTrackingRead
from optimizer import Fault, InputError, Period

ReportPeriod = Annotated[
    str,
    StringConstraints(pattern="^[0-9]{4}-(0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-3]))$"),
    Field(examples=["2026-W49", "2026-12"]),
]


def period_of(text: str) -> Period:
    """The week or month that is meant; raises `InputError` outside the calendar."""
    if int(text[:4]) not in YEARS:
        raise InputError([Fault((), f"The year must lie between {YEARS[0]} and {YEARS[-1]}.")])
    return Period.parse(text)


class FiguresRead(Output):
    """What came in some days; null where no row has it."""

    model_config = ConfigDict(from_attributes=True)

    spend: Money
    revenue: Money | None
    conversions: float | None
    new_customers: float | None
    impressions: float | None
    clicks: float | None
    roi: float | None
    ctr: float | None
    cvr: float | None
    cpa: float | None


class ChannelReportRead(Output):
    """A channel's part, and what it was in the period before."""

    channel: str
    name: str
    figures: FiguresRead
    before: FiguresRead | None


class PlanReportRead(Output):
    """What a plan meant for the days of the report, and what became of it."""

    plan_id: str
    month: Month
    planned_spend: Money
    spend: Money
    planned_response: float
    response: float | None
    reserve_held: Money
    reserve_left: Money
    alerts: list[AlertRead] = Field(description="Of the whole month, as it stands now.")


class ReportRead(Output):
    """A week or a month: in sentences, in all, by channel, against the plan and the goals."""

    period: str
    first: date
    last: date
    currency: str
    covered_days: int = Field(description="Days of the period that stored history covers.")
    summary: list[str]
    total: FiguresRead = Field(description="All channels together, as credited to them.")
    before: FiguresRead | None = Field(description="The same of the period before.")
    year_before: FiguresRead | None = Field(description="The same of the same weeks or month a year before.")
    shop: FiguresRead | None = Field(description="The whole shop's results, where they are stored.")
    channels: list[ChannelReportRead] = Field(description="The one with the most spend first.")
    plans: list[PlanReportRead]
    goals: list[GoalTrackingRead]


class ReportSummary(Output):
    """A report there is."""

    period: str
    first: date
    last: date


class ReportList(Output):
    """Reports there are, the newest first."""

    items: list[ReportSummary]
    next: str | None = Field(description="Send as `after` to get the next page; null on the last one.")
