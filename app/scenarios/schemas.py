"""What-ifs at the door: scenarios to compare, budgets to sweep."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from app import money
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
from app.optimize.schemas import PlanRequest
from app.optimize.wishes import Wish
from app.problems import schema_faults
from app.scenarios.merging import merged, place_of
from app.schemas import Amount, Country, Input, Month, Name, Quantity, refuse
from optimizer import Fault

MOST_SCENARIOS, MOST_BUDGETS = 12, 60
USUAL_BUDGETS = [Decimal(tenths) / 10 for tenths in range(5, 16)]  # times the budget of the request


class Changes(Wish):
    """What a scenario changes of the base: the fields given here, and no other.

    `channels` are changed by `id` and `groups` by `name`, field by field; null takes a limit away.
    Any other list takes the place of the base's.
    """

    month: Month | None = None
    budget: Amount | None = Field(None, gt=0, json_schema_extra={"exclusiveMinimum": 0})
    country: Country | None = None
    objective: Objective = "revenue"
    weights: dict[Weighed, Annotated[Quantity, Field(gt=0)]] | None = None
    customer_values: CustomerValues | None = None
    channels: list[Channel] = Field([], max_length=MOST_CHANNELS)
    history: list[HistoryInput] = Field([], max_length=MOST_ROWS)
    outcomes: list[OutcomeInput] = Field([], max_length=MOST_ROWS)
    events: list[EventInput] = Field([], max_length=MOST_EVENTS)
    experiments: list[ExperimentInput] = Field([], max_length=MOST_EVENTS)


class ScenarioInput(Input):
    """One what-if: changes to the base, or a whole request of its own."""

    name: Name
    changes: Changes | None = None
    request: PlanRequest | None = None


class CompareRequest(Input):
    """Plans side by side: the base, if there is one, and each scenario; others differ from the first."""

    base: PlanRequest | None = None
    base_name: Name = "base"
    scenarios: list[ScenarioInput] = Field(min_length=1, max_length=MOST_SCENARIOS)

    @field_validator("scenarios")
    @classmethod
    def _are_requests(cls, scenarios: list[ScenarioInput], info: ValidationInfo) -> list[ScenarioInput]:
        """Each scenario with its whole request: its own, or the base with its changes."""
        if "base" not in info.data:
            return scenarios
        base: PlanRequest | None = info.data["base"]
        if base is None and len(scenarios) < 2:
            raise ValueError("Give a base, or two scenarios.")
        faults = _twice([info.data.get("base_name") if base else None, *(s.name for s in scenarios)])
        whole = [_whole(i, scenario, base, faults) for i, scenario in enumerate(scenarios)]
        refuse(faults + _in_other_currencies(base, whole))
        return whole

    @property
    def requests(self) -> dict[str, PlanRequest]:
        """The request of each scenario, by name and in order."""
        found = {} if self.base is None else {self.base_name: self.base}
        return found | {each.name: each.request for each in self.scenarios if each.request is not None}


class SweepRequest(PlanRequest):
    """A request whose best plan is wanted for a range of budgets."""

    budgets: list[Amount] = Field(
        [],
        max_length=MOST_BUDGETS,
        description="By default eleven, from half to one and a half times `budget`.",
    )

    @field_validator("target")
    @classmethod
    def _has_no_target(cls, target: Any) -> Any:
        if target is not None:
            raise ValueError("A sweep tells what each budget brings; ask /v1/optimize for a target.")
        return target

    @field_validator("budgets")
    @classmethod
    def _can_be_spent(cls, budgets: list[Decimal], info: ValidationInfo) -> list[Decimal]:
        currency = info.data.get("currency", "CNY")
        refuse(
            [
                Fault((i,), f"A budget is more than nothing, in at most {money.digits(currency)} decimals.")
                for i, budget in enumerate(budgets)
                if budget <= 0 or not money.is_whole(budget, currency)
            ]
        )
        return budgets

    @property
    def every_budget(self) -> list[Decimal]:
        """The budgets to plan, rising."""
        if self.budgets:
            return sorted(set(self.budgets))
        unit = self.round_to or Decimal(1).scaleb(-money.digits(self.currency))
        whole = {(share * self.budget / unit).to_integral_value() * unit for share in USUAL_BUDGETS}
        return sorted(budget for budget in whole if budget > 0)

    def at(self, budget: Decimal) -> SweepRequest:
        """The same request with this budget."""
        return self.model_copy(update={"budget": budget})


def _twice(names: list[str | None]) -> list[Fault]:
    """Names of scenarios that are taken; the first is the base's."""
    return [
        Fault((i - 1, "name"), f"{name} is given twice.") for i, name in enumerate(names) if name in names[:i]
    ]


def _whole(i: int, scenario: ScenarioInput, base: PlanRequest | None, faults: list[Fault]) -> ScenarioInput:
    """The scenario with its request; what keeps it from having one joins the faults."""
    changes = scenario.changes
    if (changes is None) == (scenario.request is None):
        faults.append(Fault((i,), "A scenario has either changes or a request."))
    elif changes is not None and base is None:
        faults.append(Fault((i, "changes"), "There is no base to change."))
    elif changes is not None and base is not None:
        try:
            request = PlanRequest.model_validate(merged(base, changes))
            return scenario.model_copy(update={"request": request})
        except ValidationError as error:
            found = schema_faults(error.errors())
            faults += [Fault((i, "changes", *place_of(f.path, changes)), f.message) for f in found]
    return scenario


def _in_other_currencies(base: PlanRequest | None, scenarios: list[ScenarioInput]) -> list[Fault]:
    """Scenarios whose money cannot be held against the first one's."""
    currencies = [each.request.currency if each.request else None for each in scenarios]
    first = base.currency if base else currencies[0]
    return [
        Fault((i, "request", "currency"), f"{currency} cannot be held against {first}.")
        for i, currency in enumerate(currencies)
        if currency and first and currency != first
    ]
