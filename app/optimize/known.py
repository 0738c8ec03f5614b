"""What a caller tells of channels and the past, and how it becomes the core's own types."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from app.optimize.channels import Channel
from app.optimize.sources import (
    channel_ids,
    curve_of,
    given_twice,
    metric_of,
    without_a_source,
    without_margin,
)
from app.schemas import (
    AnyPeriod,
    Count,
    Country,
    Currency,
    Day,
    Input,
    Month,
    Name,
    Quantity,
    refuse,
)
from optimizer import (
    Commission,
    Event,
    Experiment,
    Fault,
    GivenCurve,
    History,
    HistoryRow,
    OutcomeRow,
    Period,
    contradictions,
    gather,
    lifetime_weights,
)

Objective = Literal["revenue", "profit", "conversions", "new_customers", "lifetime_value", "scorecard"]
Weighed = Literal["revenue", "conversions", "new_customers", "lifetime_value"]
PAST = {"history", "outcomes", "events", "experiments"}  # the fields that curves are learnt from
MOST_CHANNELS, MOST_ROWS, MOST_EVENTS = 1000, 150_000, 500


class HistoryInput(Input):
    """One channel's spend in one period, and what it brought as far as that is known."""

    channel: Name
    period: AnyPeriod
    spend: Count
    revenue: Quantity | None = Field(None, description="Credited to the channel; negative after refunds.")
    conversions: Quantity | None = None
    new_customers: Quantity | None = None
    impressions: Count | None = None
    clicks: Count | None = None

    def to_row(self) -> HistoryRow:
        return HistoryRow(
            self.channel,
            self.period,
            self.spend,
            self.revenue,
            self.conversions,
            self.new_customers,
            self.impressions,
            self.clicks,
        )


class OutcomeInput(Input):
    """The whole shop's result in one period, whatever brought it."""

    period: AnyPeriod
    revenue: Quantity | None = None
    conversions: Quantity | None = None
    new_customers: Quantity | None = None

    def to_row(self) -> OutcomeRow:
        return OutcomeRow(self.period, self.revenue, self.conversions, self.new_customers)


class EventInput(Input):
    """A promotion or festival, both days included; past ones teach, coming ones are planned for."""

    name: Name
    start: Day
    end: Day

    @field_validator("end")
    @classmethod
    def _not_before_it_starts(cls, value: Any, info: ValidationInfo) -> Any:
        if "start" in info.data and value < info.data["start"]:
            raise ValueError("It ends before it starts.")
        return value


class LiftInput(EventInput):
    """A change of one channel's spend, made to see what it brings."""

    name: Name | None = None  # type: ignore[assignment]  # a test may go unnamed
    channel: Name
    spend_change: Quantity = Field(description="Over the whole test, in currency.")

    @field_validator("spend_change")
    @classmethod
    def _changes_something(cls, value: float) -> float:
        if value == 0:
            raise ValueError("A test changes spend; the change is not zero.")
        return value


class ExperimentInput(LiftInput):
    """A lift test: a known change of one channel's spend, and what it brought."""

    incremental_revenue: Quantity = Field(description="That the change brought in all, also after the test.")
    standard_error: Quantity = Field(gt=0)


class CustomerValues(Input):
    """What an order is worth in the long run, in currency: of a new customer, of a returning one."""

    new: Quantity = Field(gt=0)
    returning: Quantity = Field(ge=0)


class Known(Input):
    """What is known before the plan month, and about which channels."""

    month: Month | None = None
    from_day: Day | None = Field(
        None, description="Plan the rest of the month only: budget and limits are its."
    )
    currency: Currency = "CNY"
    country: Country | None = None
    objective: Objective = "revenue"
    weights: dict[Weighed, Annotated[Quantity, Field(gt=0)]] | None = Field(
        None,
        validate_default=True,
        description="Of a scorecard: how much each result counts, such as revenue 0.6 and new_customers 0.4.",
    )
    customer_values: CustomerValues | None = Field(
        None, validate_default=True, description="Needed when lifetime_value counts."
    )
    history: list[HistoryInput] = Field([], max_length=MOST_ROWS)
    outcomes: list[OutcomeInput] = Field([], max_length=MOST_ROWS)
    channels: list[Channel] = Field([], max_length=MOST_CHANNELS, validate_default=True)
    events: list[EventInput] = Field([], max_length=MOST_EVENTS)
    experiments: list[ExperimentInput] = Field([], max_length=MOST_EVENTS)

    @field_validator("weights")
    @classmethod
    def _belong_to_a_scorecard(
        cls, weights: dict[Weighed, float] | None, info: ValidationInfo
    ) -> dict[Weighed, float] | None:
        is_scorecard = info.data.get("objective") == "scorecard"
        if is_scorecard and len(weights or {}) < 2:
            raise ValueError("A scorecard needs the weights of two results or more.")
        if weights and not is_scorecard:
            raise ValueError("Weights belong to the objective scorecard.")
        return weights or None

    @field_validator("customer_values")
    @classmethod
    def _are_given(cls, values: CustomerValues | None, info: ValidationInfo) -> CustomerValues | None:
        counts = {info.data.get("objective"), *(info.data.get("weights") or {})}
        if values is None and "lifetime_value" in counts:
            raise ValueError("Lifetime value needs what a new and a returning customer are worth.")
        return values

    @field_validator("history")
    @classmethod
    def _is_a_history(cls, rows: list[HistoryInput], info: ValidationInfo) -> list[HistoryInput]:
        month, day = info.data.get("month"), info.data.get("from_day")
        end = day.toordinal() if day else month.start if month else None
        late = [
            Fault((i, "period"), f"{row.period} is not before the plan month {month}.")
            for i, row in enumerate(rows)
            if end is not None and row.period.start >= end
        ]
        refuse([*late, *_history_faults(rows, [])])
        return rows

    @field_validator("outcomes")
    @classmethod
    def _is_an_outcome(cls, rows: list[OutcomeInput]) -> list[OutcomeInput]:
        refuse(_history_faults([], rows))
        return rows

    @field_validator("channels")
    @classmethod
    def _can_be_planned(cls, channels: list[Channel], info: ValidationInfo) -> list[Channel]:
        refuse(
            [
                *given_twice(channels),
                *without_a_source(channels, info.data),
                *without_margin(channels, info.data),
            ]
        )
        return channels

    @field_validator("experiments")
    @classmethod
    def _are_of_known_channels(
        cls, tests: list[ExperimentInput], info: ValidationInfo
    ) -> list[ExperimentInput]:
        known = channel_ids(info.data)
        refuse(
            [
                Fault((i, "channel"), f"{test.channel} is neither in channels nor in history.")
                for i, test in enumerate(tests)
                if known is not None and test.channel not in known
            ]
        )
        return tests

    @property
    def metric(self) -> str:
        """The result that counts: what of history the curves are fitted to."""
        return metric_of(self.objective)

    @property
    def calendar(self) -> str:
        """The country whose festivals count; a currency's code begins with its country's (ISO 4217)."""
        return self.currency[:2] if self.country is None else self.country

    @cached_property
    def every_channel(self) -> dict[str, Channel]:
        """The channels by id: those listed, then those seen only in history, with defaults."""
        listed = {channel.id: channel for channel in self.channels}
        seen = dict.fromkeys(row.channel for row in self.history)
        return listed | {name: Channel(id=name) for name in seen if name not in listed}

    @cached_property
    def past_hash(self) -> str:
        """SHA-256 over what is known of the past, in one written form."""
        return _hashed(self.model_dump_json(include=PAST))

    @property
    def inputs_hash(self) -> str:
        """SHA-256 over the whole request in one written form: the order of its fields does not matter."""
        return "sha256:" + _hashed(self.past_hash + self.model_dump_json(exclude=PAST))

    def to_history(self, metric: str | None = None) -> History:
        """The core's own history, of the metric that counts unless another is asked for; gathered once."""
        metric = metric or self._main_metric
        if metric not in self._histories:
            self._histories[metric] = self._gathered(metric)
        return self._histories[metric]

    @property
    def _main_metric(self) -> str:
        """The result that counts, or counts most."""
        return max(self.weights, key=lambda name: (self.weights or {})[name]) if self.weights else self.metric

    @cached_property
    def _histories(self) -> dict[str, History]:
        return {}

    def _gathered(self, metric: str) -> History:
        """The history of a metric from rows and calendar."""
        values = self.customer_values if metric == "lifetime_value" else None
        return gather(
            [row.to_row() for row in self.history],
            [row.to_row() for row in self.outcomes],
            events=[Event(event.name, event.start, event.end) for event in self.events],
            experiments=[_experiment(test) for test in self.experiments if metric == "revenue"],
            incrementality={c.id: c.incrementality.to_core() for c in self.channels if c.incrementality},
            kinds={channel.id: channel.kind for channel in self.every_channel.values()},
            commissions=self.commissions,
            metric=lifetime_weights(values.new, values.returning) if values else metric,
        )

    @property
    def commissions(self) -> dict[str, Commission]:
        """The channels paid by commission, for the days that are planned."""
        share = self._share_of_month
        found = {channel.id: channel.commission(share) for channel in self.channels}
        return {name: commission for name, commission in found.items() if commission is not None}

    @property
    def _share_of_month(self) -> float:
        """Of the month's days, those that are planned."""
        if self.month is None or self.from_day is None:
            return 1.0
        return (self.month.end - self.from_day.toordinal()) / self.month.days

    def to_given(self, metric: str | None = None) -> dict[str, GivenCurve]:
        """The curves of a metric (by default the one that counts) that the caller gave, by channel."""
        given = {c.id: curve_of(c, metric or self.metric, self.metric) for c in self.channels}
        return {name: curve.to_given() for name, curve in given.items() if curve is not None}

    def plan_month(self) -> Period:
        """The month asked for, otherwise the one after the last day of history."""
        if self.month is not None:
            return self.month
        return month_after([row.period for row in self.history] + [row.period for row in self.outcomes])


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def month_after(periods: list[Period]) -> Period:
    """The calendar month after the one in which the last of these periods ends."""
    last = date.fromordinal(max(period.end for period in periods) - 1)
    return Period.month(last.year, last.month).next()


def _history_faults(history: list[HistoryInput], outcomes: list[OutcomeInput]) -> list[Fault]:
    """What the core finds wrong with the rows, with paths from the list that they stand in."""
    found = contradictions([row.to_row() for row in history], [row.to_row() for row in outcomes])
    return [Fault(fault.path[1:], fault.message) for fault in found]


def _experiment(test: ExperimentInput) -> Experiment:
    first, last = Period(test.start, 1), Period(test.end, 1)
    return Experiment(
        test.channel, first, last, test.spend_change, test.incremental_revenue, test.standard_error
    )
