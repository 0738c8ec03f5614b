"""What is asked of a backtest, and what it answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from app.optimize.channels import Channel
from app.optimize.known import HistoryInput, Known, Objective
from app.optimize.replies import EstimateRead, ForesightRead, Hash
from app.schemas import Money, Month, Output, Share, refuse
from optimizer import Fault

MOST_MONTHS = 24
Rule = Literal["plan", "roi_rule", "done"]


class BacktestRequest(Known):
    """The past to try the planner on. Of channels only id, name, kind, margin and incrementality count."""

    weights: None = Field(None, description="A backtest judges by one result.")
    months: int = Field(6, ge=1, le=MOST_MONTHS, description="How many of the last months are planned again.")
    max_change_share: Share = Field(
        0.5, description="Largest change of a channel, up or down, against last month's mix."
    )

    @field_validator("history")
    @classmethod
    def _there_is_a_past(cls, rows: list[HistoryInput]) -> list[HistoryInput]:
        if not rows:
            raise ValueError("A backtest needs a history.")
        return rows

    @field_validator("channels")
    @classmethod
    def _are_fitted(cls, channels: list[Channel]) -> list[Channel]:
        given = [i for i, channel in enumerate(channels) if channel.curve is not None]
        refuse([Fault((i, "curve"), "A backtest fits every curve to what was known then.") for i in given])
        return channels

    @property
    def worth(self) -> dict[str, float]:
        """Objective per unit of each channel's response: its margin when profit counts."""
        if self.objective != "profit":
            return {}
        return {name: channel.margin or 0.0 for name, channel in self.every_channel.items()}


class GainRead(EstimateRead):
    """What a rule would have gained over keeping last month's mix, as a share of its value.

    plan: planned from what was known then. roi_rule: shifted by last month's ROI. done: really spent.
    """

    rule: Rule


class ForecastRead(Output):
    """What was expected of a month, from what was known before, and what came."""

    value: float
    low: float
    high: float
    actual: float
    holds: bool = Field(description="Whether what came lies in the range, which is meant to hold 9 in 10.")
    error_share: float | None = Field(description="How far the forecast was above what came.")


class PastSpendRead(Output):
    """One channel's spend in a past month: by each rule, and as it was."""

    channel: str
    mix: Money
    plan: Money
    roi_rule: Money | None
    done: Money


class PastMonthRead(Output):
    """A past month, planned again."""

    month: Month
    spent: Money
    spends: list[PastSpendRead]
    gains: list[GainRead]
    forecast: ForecastRead


class BacktestReply(Output):
    """Past months planned again, and their forecasts held against what came."""

    currency: str
    objective: Objective
    measured: Literal["attributed", "total"] = Field(
        description="What is forecast: the channels' credited results, or the whole shop's."
    )
    max_change_share: float
    gains: list[GainRead] = Field(description="Over all months together.")
    chance: float = Field(description="How likely the plans were worth more than the mix.")
    foresight: list[ForesightRead] = Field(description="All together first, then channel by channel.")
    months: list[PastMonthRead]
    summary: list[str]
    inputs_hash: Hash
    model_version: str
