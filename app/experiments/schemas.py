"""Lift tests: what is asked to design one and to read one, and what is answered."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from app.optimize.curve_requests import CurvesRequest
from app.optimize.known import LiftInput
from app.schemas import Amount, Day, Input, Name, Output, Quantity, Share

MOST_PERIODS, MOST_CONTROLS = 1000, 50


class DesignRequest(CurvesRequest):
    """What curves are fitted from, the month's budget for all channels, and how exact a test can be."""

    budget: Amount = Field(gt=0, description="What all channels may spend in the month.")
    weekly_revenue: Amount | None = Field(
        None, gt=0, description="Of the whole shop; by default as history and outcomes tell it."
    )
    noise_share: Share = Field(
        0.04, gt=0, description="How far control regions usually miss the treated ones, of a week's revenue."
    )
    months: int = Field(3, ge=1, le=24, description="How many months' plans the result serves.")


class ProposalRead(Output):
    """A test: the change of spend in half of the regions, its expected precision, and what it is worth."""

    channel: str
    change_share: float
    weeks: int
    treated_share: float
    spend_change: float
    standard_error: float = Field(description="Expected, of the revenue of the treated regions.")
    error_per_spend: float = Field(description="Expected standard error of the return per unit of spend.")
    gain: float = Field(description="What a month's plan is expected to bring more by knowing the result.")
    cost: float = Field(description="What the test brings less than the same money elsewhere.")
    value: float
    why: str


class DesignReply(Output):
    """Tests worth making, the most valuable first; when none is worth its cost, the message says why."""

    proposals: list[ProposalRead]
    message: str = ""


class SeriesInput(Input):
    """Revenue per period (weeks or days, all alike) before the test and during it."""

    before: list[Quantity] = Field([], max_length=MOST_PERIODS)
    during: list[Quantity] = Field(
        min_length=1,
        max_length=MOST_PERIODS,
        description="Of the test; the periods after it in which the change still works may be added.",
    )


class ReadRequest(Input):
    """A finished test: what the treated regions (or customers) brought, and the untouched ones."""

    channel: Name
    start: Day
    end: Day
    spend_change: Quantity = Field(description="In the treated part, over the whole test.")
    treated: SeriesInput
    controls: list[SeriesInput] = Field(min_length=1, max_length=MOST_CONTROLS)
    treated_share: Quantity = Field(
        0.5, gt=0, lt=1, description="The treated part of all customers or regions, by its usual revenue."
    )

    @field_validator("spend_change", "end")
    @classmethod
    def _makes_sense(cls, value: Any, info: ValidationInfo) -> Any:
        if info.field_name == "spend_change" and value == 0:
            raise ValueError("A test changes spend; the change is not zero.")
        if info.field_name == "end" and "start" in info.data and value < info.data["start"]:
            raise ValueError("It ends before it starts.")
        return value


class ExperimentRead(Output):
    """A lift test as plans take it in `experiments`: as if the whole country had been treated."""

    channel: str
    start: date
    end: date
    spend_change: float
    incremental_revenue: float
    standard_error: float


class StoredExperimentInput(LiftInput):
    """A lift test to be kept: finished, with its result; or planned, without one."""

    incremental_revenue: Quantity | None = Field(None, description="Left out while the test is planned.")
    standard_error: Quantity | None = Field(
        None, gt=0, validate_default=True, description="Of the result; left out while the test is planned."
    )
    expected_error: Quantity | None = Field(
        None, gt=0, description="What a planned test is expected to be sure to, as a standard error."
    )

    @field_validator("standard_error")
    @classmethod
    def _is_a_whole_result(cls, value: float | None, info: ValidationInfo) -> float | None:
        if (value is None) != (info.data.get("incremental_revenue") is None):
            raise ValueError("Give incremental_revenue and standard_error together, or neither.")
        return value


class StoredExperimentRead(Output):
    """A stored lift test and its version."""

    id: str
    name: str | None
    channel: str
    start: date
    end: date
    spend_change: float
    incremental_revenue: float | None
    standard_error: float | None
    expected_error: float | None
    state: Literal["planned", "finished"] = Field(description="Plans learn from those that are finished.")
    version: int


class ReadReply(Output):
    """What the test found in its treated part, and the same as an entry of `experiments`."""

    incremental_revenue: float
    standard_error: float
    low: float
    high: float
    return_per_spend: float
    is_clear: bool
    method: str
    explained_share: float | None
    experiment: ExperimentRead
    message: str
