"""What is wanted of a plan: how much to hold back, limits that channels share, targets, steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from app.optimize.channels import Channel, ChannelKind, Role
from app.optimize.known import MOST_CHANNELS
from app.optimize.rules import OutcomeLimits, RulesInput
from app.schemas import Amount, Count, Input, Name, Quantity, Share, refuse
from optimizer import Fault
from optimizer import Reserve as ReserveTerms
from optimizer import Risk as RiskTerms

RESERVE_BAND = (0.10, 0.15)
CAUTION = 0.8  # the worst fifth


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


class Selection(Input):
    """Channels by name, or all of one role or one kind."""

    name: Name
    channels: list[Name] | None = Field(None, min_length=1, max_length=MOST_CHANNELS)
    role: Role | None = None
    kind: ChannelKind | None = None

    @model_validator(mode="after")
    def _selects_by_one(self) -> Selection:
        given = [way for way in (self.channels, self.role, self.kind) if way is not None]
        if len(given) != 1:
            raise ValueError("Give channels, or a role, or a kind.")
        return self

    @field_validator("channels")
    @classmethod
    def _once_each(cls, names: list[str] | None) -> list[str] | None:
        if names is not None:
            first = {name: i for i, name in reversed(list(enumerate(names)))}
            twice = [i for i, name in enumerate(names) if first[name] != i]
            refuse([Fault((i,), f"{names[i]} is named twice.") for i in twice])
        return names

    def members(self, channels: Iterable[Channel]) -> tuple[str, ...]:
        """The channels selected, by id."""
        if self.channels is not None:
            return tuple(self.channels)
        return tuple(c.id for c in channels if self.role == c.role or self.kind == c.kind)


class CountInput(Selection):
    """How many of these channels get anything."""

    min_channels: int = Field(0, ge=0, le=MOST_CHANNELS)
    max_channels: int | None = Field(None, ge=0, le=MOST_CHANNELS)

    @field_validator("max_channels")
    @classmethod
    def _not_below_the_least(cls, value: int | None, info: ValidationInfo) -> int | None:
        least = info.data.get("min_channels", 0)
        if value is not None and value < least:
            raise ValueError(f"The most, {value}, is below the least, {least}.")
        return value


class GroupInput(Selection, OutcomeLimits):
    """Channels that share a limit: of what all channels spend together, in money, or on what it brings."""

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


class RiskInput(Input):
    """What of the possible results counts: what is expected of them, or the mean of the worst.

    With measure cvar and level 0.8 the plan is made for the mean of the worst fifth of what may come.
    """

    measure: Literal["expected", "cvar"] = "expected"
    level: Quantity | None = Field(
        None, gt=0, lt=1, description=f"With cvar: the share of results left out; by default {CAUTION}."
    )

    @field_validator("level")
    @classmethod
    def _belongs_to_cvar(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("measure") == "expected":
            raise ValueError("A level belongs to the measure cvar.")
        return value

    def to_terms(self) -> RiskTerms | None:
        """The core's own risk; None when the expectation counts."""
        return None if self.measure == "expected" else RiskTerms(self.level or CAUTION)


class TargetInput(Input):
    """A result to reach with as little money as possible."""

    response: Quantity = Field(gt=0, description="In units of the objective.")
    of_shop: bool = Field(False, description="Whether what the shop sells without ads counts, too.")


class Wish(Input):
    """What is wanted of a plan, beside its month and budget."""

    reserve: ReserveInput = ReserveInput()
    groups: list[GroupInput] = Field([], max_length=200)
    counts: list[CountInput] = Field([], max_length=200)
    rules: RulesInput = RulesInput()
    risk: RiskInput = RiskInput()
    target: TargetInput | None = Field(
        None, description="Reach this with the least budget; `budget` is then the most there is."
    )
    round_to: Amount | None = Field(
        None, gt=0, description="Spend is planned in multiples of this; by default the minor unit."
    )
