"""Goals at the door."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from app.optimize.rules import Rates
from app.schemas import YEARS, Amount, Count, Output
from optimizer import Fault, InputError, Period

GoalPeriod = Annotated[
    str,
    StringConstraints(pattern="^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$"),
    Field(examples=["2026-12", "2026-Q4", "2026"]),
]


class GoalInput(Rates):
    """What shall be reached in the period, and what may be spent on it; what is left out is no goal.

    The three rates are rules for every plan of the period that gives none of its own.
    """

    spend: Amount | None = Field(None, gt=0, description="To be spent in the period, at most.")
    revenue: Amount | None = Field(None, gt=0)
    conversions: Count | None = Field(None, gt=0)
    new_customers: Count | None = Field(None, gt=0)


class GoalRead(Output):
    """A stored goal and its version."""

    period: str
    spend: Amount | None
    revenue: Amount | None
    conversions: float | None
    new_customers: float | None
    max_spend_to_revenue: float | None
    min_roi: float | None
    max_cost_per_conversion: float | None
    version: int


def days_of(period: str) -> tuple[date, date]:
    """First and last day of a month, quarter or year; raises `InputError` outside the calendar."""
    year, _, part = period.partition("-")
    if int(year) not in YEARS:
        reason = f"The year must lie between {YEARS[0]} and {YEARS[-1]}."
        raise InputError([Fault(("path", "period"), reason)])
    if part.startswith("Q"):
        months = 3 * int(part[1]) - 2, 3 * int(part[1])
    else:
        months = (int(part), int(part)) if part else (1, 12)
    first, last = (Period.month(int(year), month) for month in months)
    return first.first, date.fromordinal(last.end - 1)
