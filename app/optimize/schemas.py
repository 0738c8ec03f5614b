"""What a caller asks for: a month's plan, and the rules it has to obey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from app import money
from app.optimize.channels import Channel
from app.optimize.known import Known, channel_ids, has_metric, metric_of
from app.optimize.rules import RulesInput
from app.optimize.wishes import GroupInput, TargetInput, Wish
from app.schemas import Amount, Month, refuse
from optimizer import AllocationProblem, ChannelTerms, Fault, Fit, FittedCurve, ResponseCurve
from optimizer import Group as GroupTerms


class PlanRequest(Wish, Known):
    """A month to plan: its budget, the channels and their limits, and what is known."""

    month: Month
    budget: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})

    @field_validator("rules")
    @classmethod
    def _can_be_told(cls, rules: RulesInput, info: ValidationInfo) -> RulesInput:
        known = info.data
        if {"history", "outcomes", "objective"} <= known.keys():
            own = metric_of(known["objective"])
            missing = [m for m in sorted(rules.metrics() - {own}) if not has_metric(known, m)]
            refuse([Fault((), f"No row of history or outcomes has {metric}.") for metric in missing])
        return rules

    @field_validator("target")
    @classmethod
    def _can_be_aimed_at(cls, target: TargetInput | None, info: ValidationInfo) -> TargetInput | None:
        if target is not None and info.data.get("objective") == "profit":
            raise ValueError("Profit falls where spend rises too far; aim at revenue, or plan for profit.")
        if target is not None and "risk" in info.data and info.data["risk"].measure == "cvar":
            raise ValueError("A target is what is expected to be reached; leave the risk out.")
        return target

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
            risk=self.risk.to_terms(),
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

    def planned_with(self, fitted: FittedCurve) -> ResponseCurve:
        """The curve to plan with: the prudent one; the expected one where the bad case counts already."""
        return fitted.prudent if self.risk.measure == "expected" else fitted.curve

    def _terms(self, channel: Channel, fit: Fit, measured: Mapping[str, Fit]) -> ChannelTerms:
        last, own = self.last_spend(channel, fit), self.planned_with(fit.curves[channel.id])
        measures = {metric: other.curves[channel.id].prudent for metric, other in measured.items()}
        return ChannelTerms(
            id=channel.id,
            curve=own.scaled(self.worth_of(channel)),
            draws=fit.curves[channel.id].draws * self.worth_of(channel),
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
