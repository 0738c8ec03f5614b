"""What a caller asks for and gets: several months planned together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app import money
from app.optimize.known import MOST_CHANNELS, Objective
from app.optimize.replies import CertificateRead, Hash, WarningRead
from app.optimize.schemas import PlanRequest
from app.optimize.sources import channel_ids
from app.optimize.wishes import ReserveInput, RiskInput, TargetInput
from app.schemas import Amount, Count, Input, Money, Month, Name, Output, Quantity, Share, refuse
from optimizer import (
    AllocationProblem,
    ChannelTerms,
    Demand,
    Fault,
    Fit,
    Horizon,
    Period,
    Phase,
    Pool,
    carry_share,
)

MOST_MONTHS, QUARTER = 12, 3
Demanded = Annotated[Quantity, Field(gt=0, le=100)]


class PhaseInput(Input):
    """A stretch of months with a goal or limits of its own, such as a launch."""

    name: Name
    first: Month
    last: Month
    channels: list[Name] = Field([], max_length=MOST_CHANNELS, description="All of them when empty.")
    min_spend: Amount | None = None
    max_spend: Amount | None = None
    min_response: Count | None = Field(None, description="What it must bring, in units of the objective.")

    @field_validator("last")
    @classmethod
    def _not_before_the_first(cls, value: Period, info: ValidationInfo) -> Period:
        if "first" in info.data and value.start < info.data["first"].start:
            raise ValueError("It ends before it starts.")
        return value


class OutlookRequest(PlanRequest):
    """Several months to plan together: the first is the decision, the others are the outlook.

    All that `/v1/optimize` takes holds in every month; `max_change_share` from month to month.
    """

    months: int = Field(3, ge=1, le=MOST_MONTHS)
    budgets: list[Amount] = Field(
        [], max_length=MOST_MONTHS, description="Each month's, the first first; by default `budget` each."
    )
    quarters: list[Amount] = Field(
        [],
        max_length=MOST_MONTHS // QUARTER,
        description="Instead: each for three months.",
    )
    move_share: Share | None = Field(
        None,
        description="Of each budget, what may move between months: by default all within given quarters, "
        "otherwise nothing.",
    )
    reserves: list[ReserveInput] = Field(
        [], max_length=MOST_MONTHS, description="Each month's; by default `reserve`."
    )
    season: list[Demanded] = Field(
        [], max_length=MOST_MONTHS, description="Demand of each month; by default as the history tells."
    )
    phases: list[PhaseInput] = Field([], max_length=100)

    @field_validator("budgets", "reserves", "season")
    @classmethod
    def _one_per_month(cls, value: Sequence[object], info: ValidationInfo) -> Sequence[object]:
        if value and "months" in info.data and len(value) != info.data["months"]:
            raise ValueError(f"Give one for each of the {info.data['months']} months, or none.")
        return value

    @field_validator("quarters")
    @classmethod
    def _cover_the_months(cls, value: list[Decimal], info: ValidationInfo) -> list[Decimal]:
        if value and info.data.get("budgets"):
            raise ValueError("Give budgets by month or by quarter, not both.")
        if value and "months" in info.data and len(value) * QUARTER != info.data["months"]:
            raise ValueError(f"{len(value)} quarters are not {info.data['months']} months.")
        return value

    @field_validator("budgets", "quarters")
    @classmethod
    def _are_amounts(cls, value: list[Decimal], info: ValidationInfo) -> list[Decimal]:
        currency = info.data.get("currency", "CNY")
        odd = [i for i, amount in enumerate(value) if amount <= 0 or not money.is_whole(amount, currency)]
        refuse([Fault((i,), f"This is no amount to spend in {currency}.") for i in odd])
        return value

    @field_validator("risk")
    @classmethod
    def _is_expected(cls, value: RiskInput) -> RiskInput:
        if value.measure != "expected":
            raise ValueError("An outlook is made for what is expected; ask /v1/optimize for the bad case.")
        return value

    @field_validator("target")
    @classmethod
    def _has_phases_instead(cls, value: TargetInput | None) -> TargetInput | None:
        if value is not None:
            raise ValueError("Over several months a goal is a phase with min_response.")
        return value

    @field_validator("phases")
    @classmethod
    def _lie_within(cls, phases: list[PhaseInput], info: ValidationInfo) -> list[PhaseInput]:
        known, faults = channel_ids(info.data), []
        for i, phase in enumerate(phases):
            if known is not None:
                unknown = [j for j, name in enumerate(phase.channels) if name not in known]
                faults += [Fault((i, "channels", j), "This channel is not known.") for j in unknown]
            if {"month", "months"} <= info.data.keys():
                ends = info.data["month"], info.data["month"].next(info.data["months"] - 1)
                if not ends[0].start <= phase.first.start <= phase.last.start <= ends[1].start:
                    faults.append(Fault((i, "first"), f"It lies outside {ends[0]} to {ends[1]}."))
            if phase.min_response is not None and info.data.get("objective") == "profit":
                faults.append(Fault((i, "min_response"), "With profit, limit a phase's spend instead."))
        refuse(faults)
        return phases

    @property
    def periods(self) -> list[Period]:
        """The months, the first first."""
        return [self.month.next(m) for m in range(self.months)]

    @property
    def each_budget(self) -> list[Decimal]:
        """Each month's budget in currency; a quarter's is split evenly, its last month takes what is left."""
        if not self.quarters:
            return self.budgets or [self.budget] * self.months
        split = []
        for amount in self.quarters:
            part = money.from_minor(self._minor(amount) // QUARTER, self.currency)
            split += [part, part, amount - 2 * part]
        return split

    @property
    def each_size(self) -> list[Decimal]:
        """Each month's budget at the first month's length: the size at which its curves keep the mix."""
        pairs = zip(self.each_budget, self.periods, strict=True)
        paces = [float(budget) * self.month.days / period.days for budget, period in pairs]
        return [
            money.from_minor(money.to_minor(Decimal(repr(pace)), self.currency), self.currency)
            for pace in paces
        ]

    @property
    def most(self) -> float:
        """The most that may be spent in a month with all that may move into it, in currency."""
        return float(max(self.each_budget)) * (1 + self._moving)

    @property
    def _moving(self) -> float:
        return (1.0 if self.quarters else 0.0) if self.move_share is None else self.move_share

    def to_horizon(
        self, problems: Sequence[AllocationProblem], fit: Fit, demand: Sequence[Demand]
    ) -> Horizon:
        """The core's own months in their season and length; each of `problems` is of the first month, at
        the size that one of them has."""
        factors = self.season or [each.month_factor for each in demand]
        budgets, size = self.each_budget, QUARTER if self.quarters else self.months
        paid = {name for name, curve in fit.curves.items() if curve.commission}
        days, reserves = self.month.days, self.reserves or [self.reserve] * self.months
        months = []
        for m, (period, problem) in enumerate(zip(self.periods, problems, strict=True)):
            length, factor = period.days / days, factors[m] / factors[0]
            month = replace(
                problem,
                channels=tuple(_in_season(terms, length, factor, paid) for terms in problem.channels),
                rules=tuple(
                    replace(rule, baseline=rule.baseline * length * factor) for rule in problem.rules
                ),
                budget=self._minor(budgets[m]),
                reserve=reserves[m].to_terms(problem.reserve.worth),
            )
            months.append(month)
        return Horizon(
            months=tuple(months),
            pools=tuple(Pool(m, m + size - 1, self._moving) for m in range(0, self.months, size)),
            phases=tuple(self._phase(phase) for phase in self.phases),
            carry={name: _carried(fit, name, days) for name in fit.curves},
        )

    def _phase(self, phase: PhaseInput) -> Phase:
        places = {period.start: m for m, period in enumerate(self.periods)}
        low, high = (None if x is None else self._minor(x) for x in (phase.min_spend, phase.max_spend))
        first, last = places[phase.first.start], places[phase.last.start]
        channels = tuple(phase.channels)
        return Phase(phase.name, first, last, channels, low, high, min_total=phase.min_response)


def _in_season(terms: ChannelTerms, length: float, factor: float, paid: Collection[str]) -> ChannelTerms:
    """A channel in a month of other length and demand; one `paid` by commission sells so much more."""
    if terms.id in paid:
        cost, measures = round(terms.min_spend * length * factor), terms.measures
        lines = {name: curve.stretched(length * factor, 1.0) for name, curve in measures.items()}
        curve = terms.curve.stretched(length * factor, 1.0)
        return replace(terms, curve=curve, measures=lines, min_spend=cost, max_spend=cost, draws=None)
    measures = {name: curve.stretched(length, factor) for name, curve in terms.measures.items()}
    return replace(terms, curve=terms.curve.stretched(length, factor), measures=measures, draws=None)


def _carried(fit: Fit, name: str, days: int) -> float:
    """The share of a channel's effect that comes a month later; nothing where its curve was given."""
    half_life = fit.curves[name].parameters.get("half_life_days")
    return 0.0 if half_life is None else carry_share(half_life.value, days)


class AheadRead(Output):
    """One channel's part of a month."""

    channel: str
    name: str
    spend: Money
    share: float = Field(description="Of what all channels spend in the month.")
    change_share: float | None = Field(description="Against the month before.")
    response: float = Field(description="What comes in the month, from its spend and the month's before.")
    marginal_roi: float = Field(description="What the next currency unit would bring, now and a month later.")
    position: str = Field(
        description="free, at_min, at_max, at_change_limit, at_group_limit, at_phase_limit, zero or "
        "commission."
    )


class MonthRead(Output):
    """One month's plan. `reserve` + Σ `allocations.spend` + `unallocated` = `budget`, exactly."""

    month: Month
    is_decision: bool
    budget: Money = Field(description="With what moved in from other months.")
    moved: Money
    reserve: Money
    unallocated: Money
    response: float
    demand: float = Field(description="A day's, against the first month's.")
    shadow_price: float = Field(description="What one more currency unit of its budget would bring.")
    allocations: list[AheadRead]


class OutlookReply(Output):
    """Several months planned together: the first is the decision, the others are the outlook."""

    currency: str
    objective: Objective
    months: list[MonthRead]
    response: float
    phases: dict[str, float] = Field(description="What one more unit of room in each phase would bring.")
    certificate: CertificateRead
    warnings: list[WarningRead]
    inputs_hash: Hash
    model_version: str
