"""In the middle of a month: what is left of it and of its money, planned anew from what came so far.

The new version covers the days from the first one without actuals on. What was spent is spent: it comes off
the budget and off every limit, and the reserve stays what its ledger has left. Limits on a channel's change
and on a group's share are of the whole month, so they become amounts for the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import PlanRow
from app.dependencies import Language
from app.errors import ConflictError
from app.history import repository as history
from app.optimize import service
from app.optimize.channels import Channel
from app.optimize.schemas import PlanRequest
from app.optimize.wishes import GroupInput
from app.plans import drafting, rolling
from app.plans.repository import Draft
from app.reserve import repository as reserve
from app.reserve.standing import spends
from app.tracking.actuals import by_channel, sums
from optimizer import Period

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Rest:
    """What is left of a plan's days and money; amounts in currency, `spent` since the plan began."""

    base: PlanRequest
    from_day: date
    spent: dict[str, Decimal]
    last_spend: dict[str, Decimal | None]
    for_channels: Decimal
    held: Decimal

    @property
    def share(self) -> float:
        """Of the days that the plan covered, those that are left."""
        span = self.base.span
        return float((span.end - self.from_day.toordinal()) / span.days)

    def channel(self, channel: Channel) -> dict[str, Any]:
        """A channel's limits for the rest, and its given curves over fewer days."""
        spent = self.spent.get(channel.id, NOTHING)
        low, high = self._limits(channel)
        told = channel.model_dump(mode="json", exclude_unset=True, exclude=CHANGES)
        if not channel.is_decided:
            return told
        told |= {"min_spend": max(low - spent, NOTHING)}
        told |= {} if high is None else {"max_spend": max(high - spent, low - spent, NOTHING)}
        if channel.fixed_spend is not None:
            told = {name: value for name, value in told.items() if name not in {"min_spend", "max_spend"}}
            told["fixed_spend"] = max(channel.fixed_spend - spent, NOTHING)
        if spent:
            told["min_if_used"] = None
        if channel.curve is not None:
            told["curve"] = over_fewer_days(told["curve"], self.share)
        told["curves"] = {
            metric: over_fewer_days(x, self.share) for metric, x in told.get("curves", {}).items()
        }
        return told

    def group(self, group: GroupInput) -> dict[str, Any]:
        """A group's limits for the rest, as amounts."""
        members = group.members(self.base.every_channel.values())
        spent = sum((self.spent.get(name, NOTHING) for name in members), NOTHING)
        whole = self.for_channels + sum(self.spent.values(), NOTHING)
        told = group.model_dump(mode="json", exclude_unset=True, exclude={"min_share", "max_share"})
        for side, tighter in (("min", max), ("max", min)):
            share, amount = getattr(group, f"{side}_share"), getattr(group, f"{side}_spend")
            limits = [] if share is None else [Decimal(repr(share)) * whole]
            limits += [] if amount is None else [amount]
            if limits:
                left = max(tighter(limits) - spent, NOTHING)
                told[f"{side}_spend"] = drafting.whole(left, self.base.currency)
        return told

    def _limits(self, channel: Channel) -> tuple[Decimal, Decimal | None]:
        """Least and most of the plan's own days, the limits on change included."""
        last, high = self.last_spend.get(channel.id), channel.max_spend
        up, down = (
            channel.max_change_share if own is None else own
            for own in (channel.max_increase_share, channel.max_decrease_share)
        )
        low = channel.min_spend
        if last and down is not None:
            low = max(low, drafting.whole(last * max(NOTHING, 1 - Decimal(repr(down))), self.base.currency))
        if last and up is not None:
            most = drafting.whole(last * (1 + Decimal(repr(up))), self.base.currency)
            high = most if high is None else min(high, most)
        return low, high


CHANGES = {"max_change_share", "max_increase_share", "max_decrease_share", "last_spend"}


def make(session: Session, caller: Caller, plan: PlanRow, language: Language) -> Draft:
    """A draft for the rest of an active plan's month; raises `ConflictError` where nothing is left."""
    if plan.state != "active":
        raise ConflictError(f"Only an active plan can be planned anew; this one is {plan.state}.")
    rest = _rest(session, caller, plan)
    request = _request(session, caller, rest)
    made = service.made(request, language)
    spent = {
        name: plan.spent.get(name, 0) + money.to_minor(amount, caller.currency)
        for name, amount in rest.spent.items()
    }
    rolled = rolling.into(session, caller, plan.month)
    return Draft(request, made.reply(language), made.evidence, language, rolled, plan.id, spent)


def over_fewer_days(curve: dict[str, Any], share: float) -> dict[str, Any]:
    """A given curve over a share of its days at the same pace: f(x) becomes share · f(x / share)."""
    if curve.get("points"):
        return curve | {"points": [[value * share for value in point] for point in curve["points"]]}
    if curve["family"] == "power":
        return curve | {"scale": curve["scale"] * share ** (1 - curve["shape"])}
    return curve | {name: curve[name] * share for name in ("scale", "half_saturation")}


def _rest(session: Session, caller: Caller, plan: PlanRow) -> Rest:
    base = PlanRequest.model_validate(plan.request)
    rows, _ = history.rows_between(session, caller, base.span.first, date.fromordinal(base.span.end - 1))
    inside = [row for row in rows if row.period.end > base.span.start]
    day = _first_without(base.span, (row.period.end for row in inside))
    own, currency = by_channel(inside), caller.currency
    standing = spends(plan, reserve.granted(session, plan))
    last_day = date.fromordinal(day.toordinal() - 1)
    spent = {
        name: drafting.whole(
            Decimal(repr(sums(own.get(name, []), base.span.first, last_day).spend)), currency
        )
        for name in sorted({*standing, *own})
    }
    idle = Decimal(repr(plan.reply["unallocated"]))
    for_channels = money.from_minor(sum(standing.values()), currency) + idle - sum(spent.values(), NOTHING)
    if for_channels <= 0:
        raise ConflictError("All that the channels may spend is spent; release some of the reserve first.")
    lasts = {line["channel"]: line["last_spend"] for line in plan.reply["allocations"]}
    return Rest(
        base,
        day,
        spent,
        {name: None if last is None else Decimal(repr(last)) for name, last in lasts.items()},
        for_channels,
        money.from_minor(reserve.left(session, plan), currency),
    )


def _first_without(span: Period, ends: Iterable[int]) -> date:
    """The first day without actuals; raises `ConflictError` when there are none, or no day is left."""
    end = max(ends, default=None)
    if end is None:
        raise ConflictError("There are no actuals of these days yet; the plan stands as it is.")
    if end >= span.end:
        raise ConflictError("The actuals reach to the end of the month; close it instead.")
    return date.fromordinal(end)


def _request(session: Session, caller: Caller, rest: Rest) -> PlanRequest:
    """What the rest is planned from: the plan's own wish, less what is spent, and what is known by now."""
    base, budget = rest.base, rest.for_channels + rest.held
    rows, outcomes = history.rows_before(session, caller, Period(rest.from_day, 1))
    minor = money.to_minor(budget, caller.currency)
    share = rolling.share_of(money.to_minor(rest.held, caller.currency), minor)
    told = base.model_dump(mode="json", exclude={"history", "outcomes", "channels", "groups", "target"})
    told |= {
        "from_day": rest.from_day.isoformat(),
        "budget": budget,
        "reserve": {"min_share": share, "max_share": share, "unit_value": base.reserve.unit_value},
        "history": [vars(row) for row in rows],
        "outcomes": [vars(row) for row in outcomes],
        "events": drafting.calendar(session, caller),
        "channels": [rest.channel(channel) for channel in base.every_channel.values()],
        "groups": [rest.group(group) for group in base.groups],
    }
    try:
        return PlanRequest.model_validate(told)
    except ValidationError as error:
        raise drafting.refusal(error) from error
