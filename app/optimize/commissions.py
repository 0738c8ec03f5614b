"""Channels paid by commission: what they are expected to sell and cost, and whether the reserve covers it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import sqrt

from app import money
from app.optimize.channels import Channel
from app.optimize.replies import CommissionRead
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Allocation, Finding, Fit, FittedCurve


def commission_read(channel: Channel, fitted: FittedCurve, currency: str) -> CommissionRead | None:
    """What it should sell, and the range of what that costs; None where spend is decided on."""
    cost, share = fitted.commission, channel.commission_share
    if cost is None or share is None or channel.paused:
        return None
    low, high = (
        money.from_minor(money.to_minor(Decimal(repr(side)), currency), currency)
        for side in (cost.low, cost.high)
    )
    return CommissionRead(share=share, revenue=round(cost.value / share, 2), spend_low=low, spend_high=high)


def uncovered(request: PlanRequest, fit: Fit, allocation: Allocation) -> Iterator[Finding]:
    """Where commissions together may cost more than planned by more than is held back, nine times in ten."""
    costs = [
        curve.commission
        for name, curve in fit.curves.items()
        if curve.commission and not request.every_channel[name].paused
    ]
    more = sqrt(sum((cost.high - cost.value) ** 2 for cost in costs))
    held = float(money.from_minor(allocation.reserve.amount, request.currency))
    if more > held:
        words = Words("en", request.currency, request.objective)
        facts: dict[str, float | str] = {"more": words.amount(more), "held": words.amount(held)}
        yield Finding("commission_uncovered", None, facts)
