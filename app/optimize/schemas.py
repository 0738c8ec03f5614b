"""What a caller asks for: a month's plan, and the rules it has to obey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from app import money
from app.optimize.channels import Channel
from app.optimize.known import MOST_CHANNELS, Known, channel_ids, has_metric, metric_of
from app.optimize.rules import RulesInput
from app.schemas import Amount, Count, Input, Month, Name, Quantity, Share, refuse
from optimizer import AllocationProblem, ChannelTerms, Fault, Fit
from optimizer import Group as GroupTerms
from optimizer import Reserve as ReserveTerms

RESERVE_BAND = (0.10, 0.15)


class ReserveInput(Input):
    """The band that the money held back must lie in, and what a unit of it is worth.

    Defaults: 10 to 15 % of the budget; one limit given alone moves the other out of its way.
    """

    min_share: Share | None = None
    max_share: Share | None = None
    unit_value: Count | None = Field(
        None, description="Response per currency unit held back; by default break-even."
    )

    @field_validator("max_share")
    @classmethod
    def _not_below_the_minimum(cls, value: float | None, info: ValidationInfo) -> float | None:
        least = info.data.get("min_share")
        if value is not None and least is not None and value < least:
            raise ValueError(f"The maximum {value:g} is below the minimum {least:g}.")
        return value

    def to_terms(self, unit_value: float) -> ReserveTerms:
        """The core's own reserve; `unit_value` is what counts when none was given."""
        least, most = self.min_share, self.max_share
        low = min(RESERVE_BAND[0], most) if least is None and most is not None else least
        high = max(RESERVE_BAND[1], least) if most is None and least is not None else most
        worth = unit_value if self.unit_value is None else self.unit_value
        return ReserveTerms(
            RESERVE_BAND[0] if low is None else low, RESERVE_BAND[1] if high is None else high, worth
        )


class GroupInput(Input):
    """Channels that share a limit: of what all channels spend together, or in money."""

    name: Name
    channels: list[Name] = Field(min_length=1, max_length=MOST_CHANNELS)
    min_share: Share | None = None
    max_share: Share | None = None
    min_spend: Amount | None = None
    max_spend: Amount | None = None

    @field_validator("max_share", "max_spend")
    @classmethod
    def _not_below_the_minimum(cls, value: Any, info: ValidationInfo) -> Any:
        least = info.data.get(str(info.field_name).replace("max", "min"))
        if value is not None and least is not None and value < least:
            raise ValueError(f"The maximum {value} is below the minimum {least}.")
        return value

    @field_validator("channels")
    @classmethod
    def _once_each(cls, names: list[str]) -> list[str]:
        first = {name: i for i, name in reversed(list(enumerate(names)))}
        refuse([Fault((i,), f"{name} is named twice.") for i, name in enumerate(names) if first[name] != i])
        return names


class RiskInput(Input):
    """What of the possible results counts. Only the expectation is offered yet."""

    measure: Literal["expected", "cvar"] = "expected"
    level: Quantity | None = Field(None, gt=0, lt=1)

    @field_validator("measure")
    @classmethod
    def _not_offered(cls, value: str) -> str:
        if value == "cvar":
            raise ValueError("The measure cvar is not offered yet; leave it out.")
        return value


class PlanRequest(Known):
    """A month to plan: its budget, the channels and their limits, and what is known."""

    month: Month
    budget: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})
    reserve: ReserveInput = ReserveInput()
    groups: list[GroupInput] = Field([], max_length=200)
    rules: RulesInput = RulesInput()
    risk: RiskInput = RiskInput()
    round_to: Amount | None = Field(
        None, gt=0, description="Spend is planned in multiples of this; by default the minor unit."
    )

    @field_validator("rules")
    @classmethod
    def _can_be_told(cls, rules: RulesInput, info: ValidationInfo) -> RulesInput:
        known = info.data
        if {"history", "outcomes", "objective"} <= known.keys():
            own = metric_of(known["objective"])
            missing = [m for m in sorted(rules.metrics() - {own}) if not has_metric(known, m)]
            refuse([Fault((), f"No row of history or outcomes has {metric}.") for metric in missing])
        return rules

    @field_validator("budget", "round_to")
    @classmethod
    def _can_be_paid(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        currency = info.data.get("currency")
        if value is not None and currency and not money.is_whole(value, currency):
            raise ValueError(f"{currency} has {money.digits(currency)} decimals; {value:f} has more.")
        return value

    @field_validator("groups")
    @classmethod
    def _are_of_known_channels_too(cls, groups: list[GroupInput], info: ValidationInfo) -> list[GroupInput]:
        known = channel_ids(info.data)
        names = Counter(group.name for group in groups)
        twice = [
            Fault((i, "name"), f"Group {group.name} is given twice.")
            for i, group in enumerate(groups)
            if names[group.name] > 1
        ]
        unknown = [
            Fault((i, "channels", j), f"{name} is neither in channels nor in history.")
            for i, group in enumerate(groups)
            for j, name in enumerate(group.channels)
            if known is not None and name not in known
        ]
        refuse(twice + unknown)
        return groups

    def to_reach(self) -> dict[str, float]:
        """The largest monthly spend that each channel's curve must cover, in currency."""
        most = {channel.id: channel.max_spend for channel in self.every_channel.values()}
        return {name: float(min(limit or self.budget, self.budget)) for name, limit in most.items()}

    @property
    def spendable(self) -> float:
        """What the channels may spend together when the least is held back, in currency."""
        return float(self.budget) * (1 - self.reserve.to_terms(0.0).min_share)

    def to_problem(self, fit: Fit, measured: Mapping[str, Fit]) -> AllocationProblem:
        """The core's own problem: the curves of the fit, and those of other results that rules speak of."""
        step = Decimal(1).scaleb(-money.digits(self.currency)) if self.round_to is None else self.round_to
        baseline = measured.get("revenue", fit).demand.baseline
        own = None if self.objective == "profit" else self.metric
        return AllocationProblem(
            channels=tuple(self._terms(channel, fit, measured) for channel in self.every_channel.values()),
            budget=self._minor(self.budget),
            reserve=self.reserve.to_terms(self._break_even()),
            groups=tuple(self._group(group) for group in self.groups),
            minor_units=10 ** money.digits(self.currency),
            step=self._minor(step),
            rules=tuple(self.rules.to_terms(own, 0.0 if baseline is None else baseline.value)),
        )

    @property
    def other_metrics(self) -> list[str]:
        """Results that rules speak of and the objective does not count."""
        return sorted(self.rules.metrics() - {self.metric})

    @property
    def unit_cost(self) -> float:
        """Objective that a currency unit of spend itself costs: 1 of profit, none of anything else."""
        return 1.0 if self.objective == "profit" else 0.0

    def worth_of(self, channel: Channel) -> float:
        """Objective per unit of what the channel's curve counts: its margin when profit counts."""
        return (channel.margin or 0.0) if self.objective == "profit" else 1.0

    def last_spend(self, channel: Channel, fit: Fit) -> Decimal | None:
        """Last month's spend: as stated, otherwise as the history tells it."""
        known = fit.curves[channel.id].last_spend
        return channel.last_spend if channel.last_spend is not None or known is None else Decimal(repr(known))

    def _terms(self, channel: Channel, fit: Fit, measured: Mapping[str, Fit]) -> ChannelTerms:
        last, own = self.last_spend(channel, fit), fit.curves[channel.id].prudent
        measures = {metric: other.curves[channel.id].prudent for metric, other in measured.items()}
        return ChannelTerms(
            id=channel.id,
            curve=own.scaled(self.worth_of(channel)),
            measures=measures | ({"revenue": own} if self.objective == "profit" else {}),
            min_spend=self._minor(channel.min_spend),
            max_spend=None if channel.max_spend is None else self._minor(channel.max_spend),
            last_spend=None if last is None else self._minor(last),
            max_increase_share=channel.max_change_share,
            max_decrease_share=channel.max_change_share,
        )

    def _group(self, group: GroupInput) -> GroupTerms:
        low, high = (None if x is None else self._minor(x) for x in (group.min_spend, group.max_spend))
        return GroupTerms(group.name, tuple(group.channels), group.min_share, group.max_share, low, high)

    def _minor(self, amount: Decimal) -> int:
        return money.to_minor(amount, self.currency)

    def _break_even(self) -> float:
        """What a unit held back must be worth: 1 of profit; 1 / margin of revenue; 0 of customers."""
        if self.objective in {"conversions", "new_customers"}:
            return 0.0
        margins = [c.margin for c in self.channels if c.margin]
        return len(margins) / sum(margins) if margins and self.objective == "revenue" else 1.0
