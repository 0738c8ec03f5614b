"""Whether the last money earns itself back: what stays unspent, and what is spent although it does not."""

from __future__ import annotations

from collections.abc import Iterator

from app import money
from app.optimize.schemas import PlanRequest
from app.optimize.words import Words
from optimizer import Allocation, Finding

NOTABLE = 0.01  # of what a unit must bring: when less than this is missing, it earns itself back
FULL = 1e-4  # of the budget: a reserve so near its most is full


def unearned(request: PlanRequest, allocation: Allocation) -> Iterator[Finding]:
    """Money that waits, and money that is spent although a further unit brings less than it must."""
    words, held = Words("en", request.currency, request.objective), allocation.reserve
    facts: dict[str, float | str] = {"share": f"{100 * held.share:.3g}%", "unit": words.unit}
    if amount := money.from_minor(allocation.unallocated, request.currency):
        may_go = request.unit_cost > 0 and bool(held.release_order)
        facts |= {"amount": words.amount(float(amount))}
        yield Finding("unspent_unearned" if may_go else "unspent_no_room", None, facts)
    elif _is_below_break_even(request, allocation):
        facts |= {"level": words.amount(allocation.shadow_prices.budget)}
        yield Finding("below_break_even", None, facts | {"worth": words.amount(held.unit_value)})
    if request.unit_cost and allocation.bad_case is None:
        yield from _losses(request, allocation, words)


def _is_below_break_even(request: PlanRequest, allocation: Allocation) -> bool:
    """Whether a full reserve leaves money to be spent on revenue that does not pay for it."""
    held, level = allocation.reserve, allocation.shadow_prices.budget
    is_full = held.share >= request.reserve.to_terms(0.0).max_share - FULL
    is_free = any(line.position == "free" for line in allocation.lines)
    is_asked = request.objective == "revenue" and request.target is None and allocation.bad_case is None
    return is_asked and is_full and is_free and level < (1 - NOTABLE) * held.unit_value


def _losses(request: PlanRequest, allocation: Allocation, words: Words) -> Iterator[Finding]:
    """Channels whose limits ask for spend that costs more than it brings."""
    for line in allocation.lines:
        loss, channel = request.unit_cost - line.marginal_response, request.every_channel[line.channel]
        if line.spend and channel.is_decided and loss > NOTABLE * request.unit_cost:
            spend = words.amount(float(money.from_minor(line.spend, request.currency)))
            facts: dict[str, float | str] = {"spend": spend, "unit": words.unit, "loss": words.amount(loss)}
            yield Finding("spent_at_a_loss", line.channel, facts)
