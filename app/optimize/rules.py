"""Targets for the whole plan: spend against revenue, return, cost per conversion.

Each is a limit on cost: what all channels spend together is at most a multiple of what they bring.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from app.schemas import Input, Quantity, Share
from optimizer import RESPONSE, OutcomeRule


class RulesInput(Input):
    """Targets for the whole plan; null or left out is no target."""

    max_spend_to_revenue: Share | None = Field(
        None, gt=0, description="Spend as a share of the shop's revenue, what comes without ads included."
    )
    min_roi: Quantity | None = Field(None, gt=0, description="Revenue per unit of all spend.")
    max_cost_per_conversion: Quantity | None = Field(
        None, gt=0, description="Spend per conversion, all channels together."
    )

    def metrics(self) -> set[str]:
        """The results that the targets speak of."""
        speaks_of_revenue = self.max_spend_to_revenue is not None or self.min_roi is not None
        return ({"revenue"} if speaks_of_revenue else set()) | (
            {"conversions"} if self.max_cost_per_conversion is not None else set()
        )

    def to_terms(self, own_metric: str | None, baseline: float) -> Iterator[OutcomeRule]:
        """The core's own rules.

        `own_metric` is the result that the objective itself counts, None for profit; `baseline` the
        month's revenue without ads, 0 where it is not known.
        """

        def measure(metric: str) -> str:
            return RESPONSE if metric == own_metric else metric

        if self.max_spend_to_revenue is not None:
            share, revenue = self.max_spend_to_revenue, measure("revenue")
            yield OutcomeRule("max_spend_to_revenue", revenue, baseline=baseline, max_cost=share)
        if self.min_roi is not None:
            yield OutcomeRule("min_roi", measure("revenue"), max_cost=1 / self.min_roi)
        if self.max_cost_per_conversion is not None:
            cost = self.max_cost_per_conversion
            yield OutcomeRule("max_cost_per_conversion", measure("conversions"), max_cost=cost)
