"""One number of a plan: a channel's, or the whole plan's."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal

from app.errors import ConflictError, NotFoundError
from app.optimize.replies import AllocationRead, PlanReply
from app.sheets.cells.headings import name_of

Number = Decimal | float | int
OF_CHANNELS = (
    "spend",
    "share",
    "last_spend",
    "change_share",
    "response",
    "response_low",
    "response_high",
    "roi",
    "marginal_roi",
    "last_marginal_roi",
    "shadow_price",
    "observed_max_spend",
)


def of_plan(reply: PlanReply) -> dict[str, Number | None]:
    """The numbers of the whole plan, in money or as shares."""
    expected, spend = reply.expected, sum((line.spend for line in reply.allocations), Decimal(0))
    return {
        "budget": reply.budget,
        "spend": spend,
        "reserve": reply.reserve.amount,
        "reserve_share": reply.reserve.share,
        "unallocated": reply.unallocated,
        "response": expected.response,
        "response_low": expected.low,
        "response_high": expected.high,
        "roi": expected.response / float(spend) if spend else None,
        "against_last_mix": expected.against_last_mix,
        "chance_of_gain": expected.chance_of_gain,
        "shadow_price": reply.shadow_prices.budget,
    }


def number(reply: PlanReply, channel: str | None, metric: str) -> Number:
    """The number asked for; raises `NotFoundError` when there is none, as a cell must not take it for 0."""
    whole = channel is None
    known = of_plan(reply) if channel is None else of_channel(find(reply, channel))
    if (name := name_of(metric)) not in known:
        whose = "a plan" if whole else "a channel"
        raise NotFoundError(f"There is no metric {metric!r} of {whose}; there are: {', '.join(known)}.")
    if (found := known[name]) is None:
        raise NotFoundError(f"This plan knows no {name} of {channel or 'the whole plan'}.")
    return found


def of_channel(line: AllocationRead) -> Mapping[str, Number | None]:
    """The numbers of one channel."""
    return {name: getattr(line, name) for name in OF_CHANNELS}


def find(reply: PlanReply, channel: str) -> AllocationRead:
    """A channel's line, by id or by name, however it is written; raises `NotFoundError` without one.

    Full-width letters, capitals and outer spaces do not matter. Two channels of one name: `ConflictError`.
    """
    for line in reply.allocations:
        if line.channel == channel:
            return line
    meant = _plain(channel)
    found = [line for line in reply.allocations if meant in (_plain(line.channel), _plain(line.name))]
    if not found:
        known = ", ".join(line.channel for line in reply.allocations[:20])
        raise NotFoundError(f"There is no channel {channel!r} in this plan; there are: {known}.")
    if len(found) > 1:
        ids = ", ".join(line.channel for line in found)
        raise ConflictError(f"Several channels are called {channel!r}; name one by its id: {ids}.")
    return found[0]


def plain_number(value: Number) -> str:
    """A number with a dot before its decimals and no other mark, never with an exponent."""
    return f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):f}"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
