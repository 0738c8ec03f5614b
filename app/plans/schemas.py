"""Plans at the door: a draft's wish, a stored plan, and what is done with it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from app.optimize.channels import Channel
from app.optimize.known import (
    MOST_CHANNELS,
    MOST_EVENTS,
    MOST_ROWS,
    CustomerValues,
    EventInput,
    ExperimentInput,
    HistoryInput,
    Objective,
    OutcomeInput,
    Weighed,
)
from app.optimize.replies import Hash, PlanReply
from app.optimize.wishes import Wish
from app.scenarios.schemas import MOST_SCENARIOS, ScenarioInput
from app.schemas import Amount, Country, Input, Money, Month, Name, Output, Quantity

State = Literal["draft", "submitted", "approved", "rejected", "active", "closed", "superseded"]


class DraftInput(Wish):
    """A month to plan, as `/v1/optimize` takes it; what is left out is filled in from what is stored.

    Channels given here change those stored, field by field, for this plan alone.
    """

    month: Month
    budget: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})
    country: Country | None = None
    objective: Objective = "revenue"
    weights: dict[Weighed, Annotated[Quantity, Field(gt=0)]] | None = None
    customer_values: CustomerValues | None = None
    channels: list[Channel] = Field([], max_length=MOST_CHANNELS)
    history: list[HistoryInput] = Field([], max_length=MOST_ROWS)
    outcomes: list[OutcomeInput] = Field([], max_length=MOST_ROWS)
    events: list[EventInput] = Field([], max_length=MOST_EVENTS)
    experiments: list[ExperimentInput] = Field([], max_length=MOST_EVENTS)


class ActInput(Input):
    """A word on what is done, for the audit trail."""

    note: Name | None = None


class CompareInput(Input):
    """What a plan is held against: other stored plans, and what-ifs of its own request."""

    plans: list[Name] = Field([], max_length=MOST_SCENARIOS)
    scenarios: list[ScenarioInput] = Field([], max_length=MOST_SCENARIOS, validate_default=True)

    @field_validator("scenarios")
    @classmethod
    def _is_something(cls, scenarios: list[ScenarioInput], info: ValidationInfo) -> list[ScenarioInput]:
        if not scenarios and not info.data.get("plans"):
            raise ValueError("Name plans, scenarios, or both.")
        return scenarios


class PlanSummary(Output):
    """A stored plan in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    month: Month
    version: int = Field(description="Of the month's plans; a version's content never changes.")
    state: State
    drafted_by: str
    drafted_at: datetime
    submitted_by: str | None
    approved_by: str | None
    content_hash: Hash = Field(description="Over what the plan says; an approval is of this.")


class PlanRead(PlanSummary, PlanReply):
    """A stored plan, whole."""

    rolled_reserve: Money = Field(description="Of the budget: what last month's reserve had left.")
    base_id: str | None = Field(
        description="The plan that this one goes on from; its own amounts are of the rest of the month."
    )
    spent_before: dict[str, Money] = Field(description="By channel, in the month's days that are over.")


class ReplayRead(Output):
    """Whether the plan, made again from what it was made from, is the same."""

    is_same: bool
    content_hash: Hash
    replayed_hash: Hash
