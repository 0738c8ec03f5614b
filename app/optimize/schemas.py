"""What a caller asks for: a month's plan, and the rules it has to obey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from app import money
from app.optimize.channels import Channel
from app.optimize.known import Known
from app.optimize.rules import RulesInput, metrics_of, outcome_rules
from app.optimize.sources import channel_ids, has_metric, metric_of
from app.optimize.wishes import CountInput, GroupInput, Selection, TargetInput, Wish
from app.schemas import Amount, Input, Month, refuse
from optimizer import (
    AllocationProblem,
    ChannelTerms,
    Count,
    Fault,
    Fit,
    FittedCurve,
    OutcomeRule,
    Period,
    ResponseCurve,
)
from optimizer import Group as GroupTerms

Selected = TypeVar("Selected", GroupInput, CountInput)
Given = TypeVar("Given")


class PlanRequest(Wish, Known):
    """A month to plan: its budget, the channels and their limits, and what is known."""

    month: Month
    budget: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})

    @field_validator("from_day")
    @classmethod
    def _is_of_the_month(cls, day: date | None, info: ValidationInfo) -> date | None:
        month = info.data.get("month")
        if day is not None and month and not month.start <= day.toordinal() < month.end:
            raise ValueError(f"{day} is not in {month}.")
        return day

    @field_validator("rules")
    @classmethod
    def _can_be_told(cls, rules: RulesInput, info: ValidationInfo) -> RulesInput:
        refuse(untold((), rules, channel_ids(info.data), info.data))
        return rules

    @field_validator("channels")
    @classmethod
    def _can_each_be_told(cls, channels: list[Channel], info: ValidationInfo) -> list[Channel]:
        known = info.data | {"channels": channels}
        refuse([fault for i, c in enumerate(channels) for fault in untold((i,), c, {c.id}, known)])
        return channels

    @field_validator("target")
    @classmethod
    def _can_be_aimed_at(cls, target: TargetInput | None, info: ValidationInfo) -> TargetInput | None:
        if target is not None and info.data.get("objective") == "profit":
            raise ValueError("Profit falls where spend rises too far; aim at revenue, or plan for profit.")
        if target is not None and info.data.get("objective") == "scorecard":
            raise ValueError("A target is one result; weigh it by asking for at least so much in the rules.")
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

    @field_validator("groups", "counts")
    @classmethod
    def _are_of_known_channels_too(cls, found: list[Selected], info: ValidationInfo) -> list[Selected]:
        refuse(_unselectable(found, info.data))
        return found

    @property
    def span(self) -> Period:
        """The days that are planned: the month's, or what is left of them."""
        first = self.from_day or self.month.first
        return Period(first, self.month.end - first.toordinal())

    def to_reach(self, metric: str | None = None) -> dict[str, float]:
        """The largest monthly spend that each channel's curve must cover, in currency.

        Of a metric that no row tells of, only channels whose curve was given have one.
        """
        limits = {c.id: c.max_spend if c.fixed_spend is None else c.fixed_spend for c in self._told(metric)}
        return {name: min(float(limit or self.most), self.most) for name, limit in limits.items()}

    @property
    def most(self) -> float:
        """The most that may be spent in a month, in currency."""
        return float(self.budget)

    def _told(self, metric: str | None) -> list[Channel]:
        """The channels that have a curve of this metric."""
        every = list(self.every_channel.values())
        if metric in {None, self.metric} or has_metric(vars(self), str(metric)):
            return every
        return [channel for channel in every if metric in channel.curves]

    @property
    def spendable(self) -> float:
        """What the channels may spend together when the least is held back, in currency."""
        return float(self.budget) * (1 - self.reserve.to_terms(0.0).min_share)

    def to_problem(self, fit: Fit, measured: dict[str, Fit]) -> AllocationProblem:
        """The core's own problem: the curves of the fit, and those of other results that rules speak of."""
        step = Decimal(1).scaleb(-money.digits(self.currency)) if self.round_to is None else self.round_to
        return AllocationProblem(
            channels=tuple(self._terms(channel, fit, measured) for channel in self.every_channel.values()),
            budget=self._minor(self.budget),
            reserve=self.reserve.to_terms(self._break_even()),
            groups=tuple(self._group(group) for group in self.groups),
            minor_units=10 ** money.digits(self.currency),
            step=self._minor(step),
            counts=tuple(
                Count(count.name, self._members(count), count.min_channels, count.max_channels)
                for count in self.counts
            ),
            rules=tuple(self._rules({self.metric: fit, **measured})),
            risk=self.risk.to_terms(),
            idle_value=self.unit_cost,
        )

    @cached_property
    def ruled_metrics(self) -> frozenset[str]:
        """The results that rules speak of; a rule is kept by what is expected of them."""
        limits = (self.rules, *self.groups, *self.channels)
        return frozenset(metric for each in limits for metric in metrics_of(each))

    @cached_property
    def counted_metrics(self) -> frozenset[str]:
        """The results that rules speak of, and those that a scorecard weighs."""
        return self.ruled_metrics | frozenset(self.weights or {})

    @property
    def other_metrics(self) -> list[str]:
        """Results that count beside the objective, or within it."""
        return sorted(self.counted_metrics - {self.metric})

    def usual_spend(self, fit: Fit) -> dict[str, float]:
        """Each channel's spend today: last month's; an even split of the money where none is known."""
        last = {c.id: self.last_spend(c, fit) for c in self.every_channel.values()}
        known = {name: float(amount or 0) for name, amount in last.items()}
        return known if any(known.values()) else dict.fromkeys(known, self.spendable / len(known))

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
        """The curve to plan with: the prudent one; for the bad case, or a target, the expected one."""
        is_prudent = self.risk.measure == "expected" and self.target is None
        return fitted.prudent if is_prudent else fitted.curve

    def _terms(self, channel: Channel, fit: Fit, measured: dict[str, Fit]) -> ChannelTerms:
        last, own = self.last_spend(channel, fit), self.planned_with(fit.curves[channel.id])
        measures = {
            metric: other.curves[channel.id].curve
            for metric, other in (measured | {self.metric: fit}).items()
            if metric in self.counted_metrics and channel.id in other.curves
        }
        low, high = self._limits(channel, fit.curves[channel.id])
        return ChannelTerms(
            id=channel.id,
            curve=own.scaled(self.worth_of(channel)),
            draws=fit.curves[channel.id].draws * self.worth_of(channel),
            measures=measures,
            min_spend=low,
            max_spend=high,
            last_spend=None if last is None else self._minor(last),
            max_increase_share=_first(channel.max_increase_share, channel.max_change_share),
            max_decrease_share=_first(channel.max_decrease_share, channel.max_change_share),
            min_if_used=self._minor(channel.min_if_used or Decimal(0)),
            min_marginal_return=None
            if channel.min_marginal_roi is None
            else channel.min_marginal_roi + self.unit_cost,
            paused=channel.paused,
        )

    def _limits(self, channel: Channel, fitted: FittedCurve) -> tuple[int, int | None]:
        """Least and most spend in minor units; of a commitment or a commission both are its amount."""
        if fitted.commission is not None:
            paid = 0 if channel.paused else self._minor(Decimal(repr(fitted.commission.value)))
            return paid, paid
        low = _first(channel.fixed_spend, channel.min_spend) or Decimal(0)
        high = _first(channel.fixed_spend, channel.max_spend)
        return self._minor(low), None if high is None else self._minor(high)

    def _members(self, selection: Selection) -> tuple[str, ...]:
        return selection.members(self.every_channel.values())

    def _rules(self, fits: Mapping[str, Fit]) -> Iterator[OutcomeRule]:
        """What spend has to bring: in the whole plan, in each group, in each channel."""
        known = {metric: fit.demand.baseline for metric, fit in fits.items()}
        baselines = {metric: found.value for metric, found in known.items() if found is not None}
        owners: list[tuple[str, Input, tuple[str, ...]]] = [
            ("", self.rules, ()),
            *((f"groups/{group.name}", group, self._members(group)) for group in self.groups),
            *((f"channels/{channel.id}", channel, (channel.id,)) for channel in self.channels),
        ]
        for owner, limits, channels in owners:
            yield from outcome_rules(limits, owner, channels, baselines=baselines)

    def _group(self, group: GroupInput) -> GroupTerms:
        low, high = (None if x is None else self._minor(x) for x in (group.min_spend, group.max_spend))
        return GroupTerms(group.name, self._members(group), group.min_share, group.max_share, low, high)

    def _minor(self, amount: Decimal) -> int:
        return money.to_minor(amount, self.currency)

    def _break_even(self) -> float:
        """What a unit held back must be worth: 1 of profit; 1 / margin of revenue; 0 of customers."""
        if self.objective in {"conversions", "new_customers", "scorecard"}:
            return 0.0
        margins = [c.margin for c in self.channels if c.margin]
        return len(margins) / sum(margins) if margins and self.objective == "revenue" else 1.0


def _first(*given: Given | None) -> Given | None:
    """The first of these that was given."""
    return next((value for value in given if value is not None), None)


def untold(
    at: tuple[int, ...], limits: Input, members: set[str] | None, known: dict[str, Any]
) -> list[Fault]:
    """Limits on a result that no row tells of, for channels that have no curve of it either."""
    if members is None or not {"history", "outcomes", "objective"} <= known.keys():
        return []
    given = {channel.id: channel.curves for channel in known["channels"]}
    missing = [
        metric
        for metric in sorted(metrics_of(limits) - {metric_of(known["objective"])})
        if not has_metric(known, metric) and any(metric not in given.get(name, {}) for name in members)
    ]
    return [
        Fault(at, f"No row of history or outcomes has {metric}, nor do curves tell.") for metric in missing
    ]


def _unselectable(found: Sequence[GroupInput | CountInput], known: dict[str, Any]) -> list[Fault]:
    """Groups or counts of one name, of unknown channels or of none, or limited in what nobody tells."""
    names, ids = Counter(each.name for each in found), channel_ids(known)
    faults = [
        Fault((i, "name"), f"{each.name} is given twice.")
        for i, each in enumerate(found)
        if names[each.name] > 1
    ]
    if ids is None:
        return faults
    seen = [Channel(id=name) for name in ids - {channel.id for channel in known["channels"]}]
    for i, each in enumerate(found):
        members = each.members([*known["channels"], *seen])
        if not members:
            faults.append(Fault((i,), f"No channel is of the role or kind of {each.name}."))
        unknown = [(j, name) for j, name in enumerate(members) if name not in ids]
        faults += [
            Fault((i, "channels", j), f"{name} is neither in channels nor in history.") for j, name in unknown
        ]
        faults += untold((i,), each, set(members), known)
    return faults
