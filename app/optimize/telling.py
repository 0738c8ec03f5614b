"""From the core's answer to the reply: units, ranges and words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from app import money
from app.dependencies import Language
from app.optimize.caution import risk_read
from app.optimize.channels import Channel
from app.optimize.commissions import commission_read, uncovered
from app.optimize.earning import unearned
from app.optimize.expected import doubts, expected_read
from app.optimize.figures import amount, figure
from app.optimize.known import Known
from app.optimize.replies import (
    AllocationRead,
    CertificateRead,
    DemandRead,
    PlanReply,
    ReleaseRead,
    ReserveRead,
    ShadowPricesRead,
    TrialRead,
    WarningRead,
)
from app.optimize.schemas import PlanRequest
from app.optimize.trials import trial_warnings, trials_read
from app.optimize.words import Words
from optimizer import (
    Allocation,
    Certificate,
    Demand,
    Estimate,
    Finding,
    Fit,
    FittedCurve,
    Line,
    __version__,
)

BESIDE = 0.004  # of a spend: on both sides of the mix to keep
NOTABLE_BREAK = 0.05  # of the slope: no smooth curve bends so much so near


def plan_reply(request: PlanRequest, fit: Fit, allocation: Allocation, language: Language) -> PlanReply:
    """The plan as it is answered, in the caller's units and language."""
    words = words_of(request, language, is_cautious=allocation.bad_case is not None)
    tried = trials_read(request, fit, allocation, words)
    lines = [_line(request, fit, allocation, line, words) for line in allocation.lines]
    return PlanReply(
        month=request.month,
        currency=request.currency,
        objective=request.objective,
        budget=money.from_minor(allocation.budget, request.currency),
        reserve=_reserve(request, allocation, tried),
        allocations=lines,
        unallocated=money.from_minor(allocation.unallocated, request.currency),
        expected=expected_read(request, fit, allocation, words),
        risk=risk_read(request, fit, allocation, words),
        certificate=certificate_read(allocation.certificate),
        shadow_prices=_prices(request, allocation, lines, words),
        demand=demand_read(fit.demand, words),
        warnings=noticed(request, fit, allocation, language),
        inputs_hash=request.inputs_hash,
        model_version=__version__,
    )


def noticed(request: PlanRequest, fit: Fit, allocation: Allocation, language: Language) -> list[WarningRead]:
    """What a planner should know of a plan, in words."""
    words = words_of(request, language)
    tried = trials_read(request, fit, allocation, words)
    found = (
        *found_in(request, fit),
        *uncovered(request, fit, allocation),
        *unearned(request, allocation),
        *doubts(request, fit, allocation),
    )
    return [*warnings_read(found, words), *trial_warnings(tried)]


def found_in(request: Known, fit: Fit) -> tuple[Finding, ...]:
    """What the fit noticed, and what of the request it could not use."""
    is_unused = bool(request.experiments) and request.metric != "revenue"
    return (*([Finding("tests_unused")] if is_unused else []), *fit.findings)


def words_of(request: Known, language: Language, *, is_cautious: bool = False) -> Words:
    """The sentences of a reply to this request; `is_cautious` where returns are those of the bad case."""
    names = {channel.id: channel.name or channel.id for channel in request.every_channel.values()}
    return Words(language, request.currency, request.objective, names, is_cautious)


def demand_read(demand: Demand, words: Words) -> DemandRead:
    """Demand as it is answered."""
    last = demand.last
    read = DemandRead(
        month_factor=figure(demand.month_factor),
        against_last=figure(demand.against_last),
        events={name: figure(factor) for name, factor in demand.event_factors.items()},
        last_day=None if last is None else date.fromordinal(last.end - 1),
        last_days=0 if last is None else last.days,
        last_events={name: figure(factor) for name, factor in demand.last_event_factors.items()},
        without_events=figure(demand.without_events),
    )
    return read.model_copy(update={"message": words.demand(read)})


def warnings_read(findings: tuple[Finding, ...], words: Words) -> list[WarningRead]:
    """What was noticed, in words."""
    return [WarningRead(code=f.code, channel=f.channel, message=words.warning(f)) for f in findings]


def range_at(fitted: FittedCurve, spend: float) -> tuple[float, float]:
    """Low and high response to a spend: the range's shares of the response, interpolated between knots."""
    knots, response = fitted.curve.spend, fitted.curve(fitted.curve.spend)
    value = float(fitted.curve(spend))
    safe = np.where(response > 0, response, 1.0)
    low, high = (
        value * float(np.interp(spend, knots, np.where(response > 0, side / safe, 1.0)))
        for side in (fitted.low, fitted.high)
    )
    return min(low, value), max(high, value)


def _reserve(request: PlanRequest, allocation: Allocation, tried: list[TrialRead]) -> ReserveRead:
    held = allocation.reserve
    return ReserveRead(
        amount=money.from_minor(held.amount, request.currency),
        share=figure(held.share),
        unit_value=figure(held.unit_value),
        response_forgone=amount(held.response_forgone),
        release_order=[
            ReleaseRead(channel=r.channel, marginal_response=figure(r.marginal_response - request.unit_cost))
            for r in held.release_order
        ],
        trials=tried,
    )


def _prices(
    request: PlanRequest, allocation: Allocation, lines: list[AllocationRead], words: Words
) -> ShadowPricesRead:
    prices, may_go = allocation.shadow_prices, bool(allocation.reserve.release_order)
    level = figure(prices.budget - request.unit_cost)
    return ShadowPricesRead(
        budget=level,
        groups={name: figure(price) for name, price in prices.groups.items()},
        counts={**prices.counts},
        rules={name: figure(price) for name, price in prices.rules.items()},
        message=words.level(level, lines, may_go=may_go),
    )


def _line(request: PlanRequest, fit: Fit, allocation: Allocation, line: Line, words: Words) -> AllocationRead:
    channel, fitted = request.every_channel[line.channel], fit.curves[line.channel]
    spend = money.from_minor(line.spend, request.currency)
    spent = sum(other.spend for other in allocation.lines)
    response, low, high = _in_range(request, channel, fitted, float(spend))
    last = request.last_spend(channel, fit)
    observed = fitted.observed_max_spend
    extrapolated = observed is not None and float(spend) > observed * (1 + 1e-9)
    at_last = (
        None
        if last is None or not channel.is_decided
        else _marginal(request, fitted, allocation, float(last))
    )
    read = AllocationRead(
        channel=line.channel,
        name=channel.name or line.channel,
        spend=spend,
        share=figure(line.spend / spent) if spent else 0.0,
        last_spend=None if last is None else _paid(last, request),
        change_share=figure(float(spend / last) - 1) if last else None,
        response=amount(response),
        response_low=amount(low),
        response_high=amount(high),
        roi=figure(response / float(spend)) if line.spend else None,
        marginal_roi=figure(line.marginal_response - request.unit_cost) if channel.is_decided else 0.0,
        last_marginal_roi=None if at_last is None else figure(at_last),
        position=_position(channel, line),
        shadow_price=figure(line.shadow_price) if channel.is_decided else 0.0,
        commission=commission_read(channel, fitted, request.currency),
        observed_max_spend=seen(observed, request),
        extrapolated=extrapolated,
        source=fitted.source,
        why="",
    )
    level = allocation.shadow_prices.budget - request.unit_cost
    held = _held_by(channel, allocation) or _kept(request, fitted, allocation, read)
    return read.model_copy(update={"held_by": held, "why": words.why(read, level, held)})


def _in_range(
    request: PlanRequest, channel: Channel, fitted: FittedCurve, spend: float
) -> tuple[float, float, float]:
    """What a spend brings, and its range, in the objective; a commission costs more as more is sold."""
    worth, cost = request.worth_of(channel), request.unit_cost
    paid = fitted.commission or Estimate(spend, spend, spend)
    low, high = range_at(fitted, spend)
    response = worth * float(fitted.curve(spend)) - cost * spend
    return response, worth * low - cost * paid.low, worth * high - cost * paid.high


def _position(channel: Channel, line: Line) -> str:
    """Which rule holds the channel, in the caller's terms."""
    if channel.paused:
        return "zero"
    return line.position if channel.is_decided else "commission"


def _held_by(channel: Channel, allocation: Allocation) -> str | None:
    """What holds it beside its position: a pause, a commitment, what results are asked, no other channel."""
    if channel.paused or channel.fixed_spend is not None:
        return "paused" if channel.paused else "fixed"
    if any(price > 0 for price in allocation.shadow_prices.rules.values()):
        return "ruled"
    return "alone" if len(allocation.lines) == 1 else None


def _kept(
    request: PlanRequest, fitted: FittedCurve, allocation: Allocation, line: AllocationRead
) -> str | None:
    """Whether the spend is where the planned curve breaks: at last month's mix, which only what is known to
    be better may leave; or at nothing, where the expected curve would have it start.

    Only prudence breaks a curve so: one that is taken at its word, or planned for the bad case, is not kept.
    """
    if request.planned_with(fitted) is fitted.curve or allocation.bad_case is not None:
        return None
    if line.position == "zero" and line.last_spend == 0:
        worth = request.worth_of(request.every_channel[line.channel])
        would = worth * float(fitted.curve.marginal_at(0.0))
        return "kept_out" if would > allocation.shadow_prices.budget else None
    spends = (float(line.spend) * (1 + side) for side in (-BESIDE, BESIDE))
    below, above = (_marginal(request, fitted, allocation, spend) + request.unit_cost for spend in spends)
    return "kept" if below - above > NOTABLE_BREAK * below else None


def _marginal(request: PlanRequest, fitted: FittedCurve, allocation: Allocation, spend: float) -> float:
    """What the next unit would bring after some spend, on the curve that is planned with."""
    if allocation.bad_case is not None:
        return float(allocation.bad_case.curves[fitted.channel].marginal_at(spend)) - request.unit_cost
    worth = request.worth_of(request.every_channel[fitted.channel])
    return worth * float(request.planned_with(fitted).marginal_at(spend)) - request.unit_cost


def certificate_read(proof: Certificate) -> CertificateRead:
    """The proof as it is answered."""
    return CertificateRead(
        status=proof.status,
        value=amount(proof.value),
        ceiling=amount(proof.ceiling),
        gap_share=float(f"{proof.gap_share:.3g}"),
        method=proof.method,
        solver=proof.solver,
        seconds=round(proof.seconds, 4),
    )


def seen(spend: float | None, request: Known) -> Decimal | None:
    """A spend that the history shows, in whole minor units."""
    return None if spend is None else _paid(Decimal(repr(float(spend))), request)


def _paid(amount: Decimal, request: Known) -> Decimal:
    """The amount in whole minor units."""
    return money.from_minor(money.to_minor(amount, request.currency), request.currency)
