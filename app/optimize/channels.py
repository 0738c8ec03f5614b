"""Channels, their limits, and the curves that a caller knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from app.optimize.rules import OutcomeLimits
from app.schemas import Amount, FaultyError, Input, Name, Quantity, Share
from optimizer import Commission, Fault, GivenCurve, GivenFamily, GivenPoints, Incrementality, InputError

MOST_POINTS = 500
ChannelKind = Literal["owned", "third_party", "affiliate"]
Role = Literal["core", "supporting"]
Metric = Literal["revenue", "conversions", "new_customers"]
CHANGES = ("max_change_share", "max_increase_share", "max_decrease_share")
DECIDED = ("min_spend", "max_spend", "fixed_spend", "min_if_used", "min_marginal_roi", *CHANGES)
Family = Literal["hill", "michaelis_menten", "log", "power", "exponential", "tanh", "logistic"]


class CurveInput(Input):
    """A curve you know: the plan month's spend to the response that this spend causes.

    Either `points`, or a `family` with its parameters.
    """

    points: list[Annotated[list[Quantity], Field(min_length=2, max_length=4)]] | None = Field(
        None,
        min_length=2,
        max_length=MOST_POINTS,
        description="Pairs [spend, response], at least two; or [spend, response, low, high] where the "
        "response lies between low and high nine times in ten.",
    )
    family: Family | None = None
    scale: Quantity | None = Field(None, gt=0, description="In units of the response.")
    half_saturation: Quantity | None = Field(None, gt=0, description="A month's spend.")
    shape: Quantity | None = Field(
        None, gt=0, description="A plain number; above 1 a hill curve is S-shaped."
    )

    @model_validator(mode="after")
    def _is_a_curve(self) -> CurveInput:
        try:
            self.to_given()
        except InputError as error:
            raise FaultyError(error.faults) from error
        return self

    def to_given(self) -> GivenCurve:
        """The core's own given curve; raises `InputError` when it is none."""
        if (self.points is None) == (self.family is None):
            raise InputError([Fault((), "A curve is given either by points or by a family.")])
        if self.points is not None:
            return _given_points(self.points)
        if self.scale is None:
            raise InputError([Fault(("scale",), f"A {self.family} curve needs scale.")])
        return GivenFamily(str(self.family), self.scale, self.half_saturation, self.shape)


def _given_points(points: list[list[float]]) -> GivenPoints:
    """Points with or without a range each; raises `InputError`."""
    sizes = {len(point) for point in points}
    if sizes - {2, 4} or len(sizes) > 1:
        odd = next(i for i, point in enumerate(points) if len(point) == 3 or len(point) != len(points[0]))
        message = "A point is [spend, response], or [spend, response, low, high] at every point."
        raise InputError([Fault(("points", odd), message)])
    ranges = tuple((point[2], point[3]) for point in points) if sizes == {4} else ()
    return GivenPoints(tuple((point[0], point[1]) for point in points), ranges)


class IncrementalityInput(Input):
    """The share of a channel's credited revenue that it caused, and where it lies 9 times in 10."""

    low: Quantity | None = Field(None, gt=0, le=10)
    value: Quantity = Field(gt=0, le=10)
    high: Quantity | None = Field(None, gt=0, le=10)

    @field_validator("value", "high")
    @classmethod
    def _in_order(cls, value: float | None, info: ValidationInfo) -> float | None:
        before = [info.data.get(name) for name in ("low", "value")]
        least = max((side for side in before if side is not None), default=None)
        if value is not None and least is not None and value < least:
            raise ValueError("low, value and high must be in rising order.")
        return value

    def to_core(self) -> Incrementality:
        return Incrementality(self.value, self.low, self.high)


class Channel(OutcomeLimits):
    """A channel that money can be spent on, and its limits for the month."""

    id: Name
    name: Name | None = None
    kind: ChannelKind = "third_party"
    role: Role = "supporting"
    paused: bool = Field(False, description="Gets nothing this month.")
    min_spend: Amount = Decimal(0)
    max_spend: Amount | None = None
    fixed_spend: Amount | None = Field(None, description="A commitment: exactly this is spent.")
    min_if_used: Amount | None = Field(None, description="It gets nothing, or at least this.")
    max_change_share: Quantity | None = Field(
        None, ge=0, le=1000, description="Largest change up or down against last month's spend."
    )
    max_increase_share: Quantity | None = Field(
        None, ge=0, le=1000, description="Largest change up; before max_change_share."
    )
    max_decrease_share: Quantity | None = Field(
        None, ge=0, le=1, description="Largest change down; before max_change_share."
    )
    min_marginal_roi: Quantity | None = Field(
        None, ge=0, description="Response that the last currency unit spent here has to bring."
    )
    last_spend: Amount | None = Field(
        None, description="Last month's spend, when the history does not tell it."
    )
    margin: Share | None = Field(None, description="Of revenue; needed when the objective is profit.")
    commission_share: Share | None = Field(
        None, gt=0, lt=1, description="Paid by commission: its spend is this share of the revenue it brings."
    )
    expected_revenue: Quantity | None = Field(
        None, ge=0, description="What a channel paid by commission sells in the month; by default foreseen."
    )
    expected_revenue_low: Quantity | None = Field(None, ge=0)
    expected_revenue_high: Quantity | None = Field(None, ge=0)
    curve: CurveInput | None = None
    curves: dict[Metric, CurveInput] = Field(
        {}, description="Curves of other results, for rules and objectives that speak of them."
    )
    incrementality: IncrementalityInput | None = Field(
        None, description="What of its credited revenue the channel caused, when you know; e.g. 0.7."
    )

    @property
    def is_decided(self) -> bool:
        """Whether its spend is for the plan to decide: not where it is paid by commission."""
        return self.commission_share is None

    def commission(self, share_of_month: float = 1.0) -> Commission | None:
        """The core's own commission, for a share of the month's days; None where spend is decided on."""
        if self.commission_share is None:
            return None
        stated = (self.expected_revenue, self.expected_revenue_low, self.expected_revenue_high)
        value, low, high = (None if x is None else x * share_of_month for x in stated)
        causes = self.incrementality.value if self.incrementality else 1.0
        return Commission(self.commission_share, value, low, high, causes)

    @field_validator("commission_share")
    @classmethod
    def _is_not_decided_on(cls, share: float | None, info: ValidationInfo) -> float | None:
        decided = [name for name in DECIDED if info.data.get(name)] if share is not None else []
        if decided:
            raise ValueError(f"What is paid by commission is not decided on; leave out {', '.join(decided)}.")
        return share

    @field_validator("expected_revenue", "expected_revenue_low", "expected_revenue_high")
    @classmethod
    def _is_of_a_commission(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None or "commission_share" not in info.data:
            return value
        if info.data["commission_share"] is None:
            raise ValueError("Expected revenue is stated for channels paid by commission only.")
        stated = info.data.get("expected_revenue")
        if info.field_name != "expected_revenue":
            is_low = str(info.field_name).endswith("low")
            if stated is None or (value > stated if is_low else value < stated):
                raise ValueError("The range encloses expected_revenue, which must be given with it.")
        return value

    @field_validator("curve", "curves")
    @classmethod
    def _has_a_say(cls, curve: Any, info: ValidationInfo) -> Any:
        if curve and info.data.get("commission_share") is not None:
            raise ValueError("A channel paid by commission has no curve; state its expected_revenue.")
        return curve

    @field_validator("fixed_spend")
    @classmethod
    def _within_its_limits(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        least, most = info.data.get("min_spend", Decimal(0)), info.data.get("max_spend")
        if value is not None and (value < least or (most is not None and value > most)):
            raise ValueError(f"The commitment {value:f} is outside the channel's own limits.")
        return value

    @field_validator("min_spend", "fixed_spend")
    @classmethod
    def _not_while_paused(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value and info.data.get("paused"):
            raise ValueError("A paused channel gets nothing.")
        return value

    @field_validator("min_if_used")
    @classmethod
    def _not_above_the_maximum(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        most = info.data.get("max_spend")
        if value is not None and most is not None and value > most:
            raise ValueError(f"The least when used, {value:f}, is above the maximum {most:f}.")
        return value

    @field_validator("max_spend")
    @classmethod
    def _not_below_the_minimum(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        least = info.data.get("min_spend")
        if value is not None and least is not None and value < least:
            raise ValueError(f"The maximum {value:f} is below the minimum {least:f}.")
        return value
