"""What spend has to bring: targets and capacities of the whole plan, of a group, of a channel.

Each is a limit on cost (spend is at most a multiple of what it brings) or on a total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from app.schemas import Input, Quantity, Share
from optimizer import OutcomeRule


@dataclass(frozen=True)
class Kind:
    """Which result a limit speaks of, and which limit of the core it is.

    `counts_all` tells that, of the whole plan, what comes without ads counts too.
    """

    metric: str
    limit: str
    counts_all: bool = False


KINDS = {
    "max_spend_to_revenue": Kind("revenue", "max_cost", counts_all=True),
    "min_roi": Kind("revenue", "max_cost"),
    "max_cost_per_conversion": Kind("conversions", "max_cost"),
    "max_cost_per_new_customer": Kind("new_customers", "max_cost"),
    **{
        f"{side}_{metric}": Kind(metric, f"{side}_total", counts_all=True)
        for metric in ("revenue", "conversions", "new_customers")
        for side in ("min", "max")
    },
}


class Rates(Input):
    """Targets for the whole plan; null or left out is no target."""

    max_spend_to_revenue: Share | None = Field(
        None, gt=0, description="Spend as a share of the shop's revenue, what comes without ads included."
    )
    min_roi: Quantity | None = Field(None, gt=0, description="Revenue per unit of spend.")
    max_cost_per_conversion: Quantity | None = Field(None, gt=0, description="Spend per conversion.")


class OutcomeLimits(Input):
    """What spend has to bring, and can at most be delivered; null or left out is no limit."""

    min_roi: Quantity | None = Field(None, gt=0, description="Revenue per unit of spend.")
    max_cost_per_conversion: Quantity | None = Field(None, gt=0, description="Spend per conversion.")
    max_cost_per_new_customer: Quantity | None = Field(None, gt=0, description="Spend per new customer.")
    min_revenue: Quantity | None = Field(None, ge=0)
    max_revenue: Quantity | None = Field(None, ge=0, description="Stock: no more than this can be sold.")
    min_conversions: Quantity | None = Field(None, ge=0)
    max_conversions: Quantity | None = Field(None, ge=0, description="Orders that can be delivered.")
    min_new_customers: Quantity | None = Field(None, ge=0)
    max_new_customers: Quantity | None = Field(None, ge=0)


class RulesInput(Rates, OutcomeLimits):
    """Limits of the whole plan; totals and the share of revenue count what comes without ads, if known."""


def limits_of(limits: Input) -> dict[str, float]:
    """The limits that are set, by their field."""
    found: dict[str, Any] = {kind: getattr(limits, kind, None) for kind in KINDS}
    return {kind: value for kind, value in found.items() if value is not None}


def metrics_of(limits: Input) -> set[str]:
    """The results that these limits speak of."""
    return {KINDS[kind].metric for kind in limits_of(limits)}


def outcome_rules(
    limits: Input,
    owner: str = "",
    channels: tuple[str, ...] = (),
    *,
    baselines: Mapping[str, float],
) -> Iterator[OutcomeRule]:
    """The core's own rules, named by their field, after `owner` where it is not the whole plan.

    `baselines` is what comes without ads.
    """
    for field, value in limits_of(limits).items():
        kind = KINDS[field]
        yield OutcomeRule(
            name=f"{owner}/{field}" if owner else field,
            measure=kind.metric,
            channels=channels,
            baseline=baselines.get(kind.metric, 0.0) if kind.counts_all and not owner else 0.0,
            **{kind.limit: 1 / value if field == "min_roi" else value},
        )


def told_by(name: str) -> tuple[str, str, str]:
    """Whose limit a rule of this name is (plan, channels or groups, and the name), and its field."""
    owner, _, field = name.rpartition("/")
    of, _, whose = owner.partition("/")
    return of, whose, field
