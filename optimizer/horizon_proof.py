"""What rounded plans of several months bring on the true curves, and which rules they break.

It reads the question, not the program, and counts money in whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.curves import FloatArray
from optimizer.horizon import Horizon, Phase
from optimizer.problem import OutcomeRule
from optimizer.proof import broken_outcome, broken_rules
from optimizer.rounding import Amounts


def spend_of(horizon: Horizon, months: Sequence[Amounts]) -> FloatArray:
    """The spend in currency, (months, channels)."""
    return np.array([amounts.spend for amounts in months]) / horizon.minor_units


def working(horizon: Horizon, spend: FloatArray) -> FloatArray:
    """What works in each month, (months, channels): (1 - carry) s + carry · (spend of the month before)."""
    carry = carries(horizon)
    return np.asarray((1 - carry) * spend + carry * np.vstack([before(horizon, spend), spend[:-1]]))


def before(horizon: Horizon, spend: FloatArray) -> FloatArray:
    """The spend before the first month, (channels,); where it is unknown it was what it then is."""
    known = [terms.last_spend for terms in horizon.channels]
    return np.array(
        [spend[0, c] if last is None else last / horizon.minor_units for c, last in enumerate(known)]
    )


def carries(horizon: Horizon) -> FloatArray:
    """The share of each channel's effect that comes a month later, (channels,)."""
    return np.array([horizon.carry_of(place) for place in range(len(horizon.channels))])


def returns(horizon: Horizon, spend: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What comes in each month, and what a further unit of each spend brings in all; (months, channels)."""
    works, carry = working(horizon, spend), carries(horizon)
    response = np.array([_responses(horizon, m, works[m]) for m in range(len(works))])
    slope = np.array([_slopes(horizon, m, works[m]) for m in range(len(works))])
    after = np.vstack([slope[1:], _slopes(horizon, len(works) - 1, spend[-1])])
    return response, (1 - carry) * slope + carry * after


def value_of(horizon: Horizon, months: Sequence[Amounts]) -> float:
    """What all months are worth: responses, money held back or idle, and what the last one leaves."""
    spend = spend_of(horizon, months)
    response, _ = returns(horizon, spend)
    left = carries(horizon) @ _responses(horizon, len(months) - 1, spend[-1])
    kept = sum(
        month.reserve.worth * amounts.reserve + month.idle_value * amounts.unallocated
        for month, amounts in zip(horizon.months, months, strict=True)
    )
    return float(response.sum() + left) + kept / horizon.minor_units


def broken_months(horizon: Horizon, months: Sequence[Amounts]) -> Iterator[str]:
    """Every rule that these whole amounts break, in words."""
    for m, amounts in enumerate(months):
        problem = horizon.month_after(m, amounts.total, months[m - 1].spend if m else None)
        yield from (f"month {m}: {fault}" for fault in broken_rules(problem, amounts))
        if abs(amounts.total - horizon.months[m].budget) > horizon.room_to_move(m):
            yield f"month {m} has {amounts.total}, too far from {horizon.months[m].budget}"
    for pool in horizon.pools:
        inside = range(pool.first, pool.last + 1)
        if sum(months[m].total - horizon.months[m].budget for m in inside):
            yield f"months {pool.first} to {pool.last} have more or less together than they were given"
    yield from _broken_together(horizon, spend_of(horizon, months))


def _broken_together(horizon: Horizon, spend: FloatArray) -> Iterator[str]:
    """Limits on what months and phases bring and spend, on the true curves."""
    works = working(horizon, spend)
    for m, month in enumerate(horizon.months):
        for rule in month.rules:
            yield from _broken_results(horizon, rule, (m, m), spend, works)
    for phase in horizon.phases:
        yield from _broken_results(horizon, phase.outcome, (phase.first, phase.last), spend, works)
        yield from _broken_money(horizon, phase, spend)


def _broken_results(
    horizon: Horizon, rule: OutcomeRule, months: tuple[int, int], spend: FloatArray, works: FloatArray
) -> Iterator[str]:
    """The limits of one outcome rule over these months."""
    brought, spent = 0.0, 0.0
    for m in range(months[0], months[1] + 1):
        for place in horizon.months[m].places(rule.channels):
            curve = horizon.months[m].channels[place].measure(rule.measure)
            brought, spent = brought + float(curve(works[m, place])), spent + float(spend[m, place])
    yield from broken_outcome(rule, brought, spent)


def _broken_money(horizon: Horizon, phase: Phase, spend: FloatArray) -> Iterator[str]:
    places = list(horizon.months[0].places(phase.channels))
    spent = round(float(spend[phase.first : phase.last + 1, places].sum()) * horizon.minor_units)
    if phase.min_spend is not None and spent < phase.min_spend:
        yield f"{phase.name} spends {spent}, less than {phase.min_spend}"
    if phase.max_spend is not None and spent > phase.max_spend:
        yield f"{phase.name} spends {spent}, more than {phase.max_spend}"


def _responses(horizon: Horizon, month: int, works: FloatArray) -> FloatArray:
    channels = horizon.months[month].channels
    return np.array([float(terms.curve(a)) for terms, a in zip(channels, works, strict=True)])


def _slopes(horizon: Horizon, month: int, works: FloatArray) -> FloatArray:
    channels = horizon.months[month].channels
    return np.array([float(terms.curve.marginal_at(a)) for terms, a in zip(channels, works, strict=True)])
