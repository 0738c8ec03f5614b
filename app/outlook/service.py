"""Several months from one request: curves once, demand month by month, one program."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app import money
from app.dependencies import Language
from app.optimize.figures import figure
from app.optimize.replies import WarningRead
from app.optimize.service import Studies, posed
from app.optimize.telling import certificate_read, warnings_read, words_of
from app.optimize.words import Words
from app.outlook.refusals import told
from app.outlook.schemas import AheadRead, MonthRead, OutlookReply, OutlookRequest
from optimizer import Demand, Fit, InfeasibleError, Line, MonthAhead, Outlook, Period, __version__, plan_ahead

APART: dict[Language, str] = {
    "en": "Each month may have a plan, but not all of them together: allow larger changes from month to "
    "month, more money to move between months, or less in a phase.",
    "zh": "各月单独可行，但合在一起没有方案：请放宽逐月变动限额、允许各月之间多调剂预算，或降低阶段要求。",
}
UNSEEN = "unseen_event"
UNSEEN_AHEAD: dict[Language, str] = {
    "en": "{month} has {events}, which no day of the history had: what that does to demand is not known, so "
    "nothing is counted on.",
    "zh": "{month}有{events}，历史数据中从未出现：对需求的影响未知，因此未计入。",
}


def planned(request: OutlookRequest, language: Language, studies: Studies | None = None) -> OutlookReply:
    """The months' plans, in words; `studies` know what the history teaches, if it was learnt before."""
    studies = studies or Studies()
    sizes = request.each_size
    sized = {
        size: posed(request.model_copy(update={"budget": size}), studies) for size in dict.fromkeys(sizes)
    }
    fit, problems = sized[sizes[0]][0], [sized[size][1] for size in sizes]
    demand = studies.ahead(request, request.periods)
    try:
        outlook = plan_ahead(request.to_horizon(problems, fit, demand))
    except InfeasibleError as error:
        raise (told(request, error, language) if error.clashes else apart(language)) from error
    factors = request.season or [each.month_factor for each in demand]
    words = words_of(request, language)
    learnt = demand[:1] if request.season else demand
    return OutlookReply(
        currency=request.currency,
        objective=request.objective,
        months=[_month(request, fit, outlook, m, factors) for m in range(request.months)],
        response=round(outlook.response - request.unit_cost * _spent(request, outlook.months), 2),
        phases={name: figure(price) for name, price in outlook.phases.items()},
        certificate=certificate_read(outlook.certificate),
        warnings=_warnings(fit, dict(zip(request.periods, learnt, strict=False)), words),
        inputs_hash=request.inputs_hash,
        model_version=__version__,
    )


def _warnings(fit: Fit, demand: Mapping[Period, Demand], words: Words) -> list[WarningRead]:
    """What was noticed; events that no day of the history had are named for each month that has them."""
    unseen = [
        WarningRead(
            code=UNSEEN,
            channel=None,
            message=UNSEEN_AHEAD[words.language].format(
                month=words.month(month), events=words.listed(each.unseen_events)
            ),
        )
        for month, each in demand.items()
        if each.unseen_events
    ]
    return [*unseen, *warnings_read(tuple(f for f in fit.findings if f.code != UNSEEN), words)]


def apart(language: Language) -> InfeasibleError:
    """The refusal of months that have a plan each, but none together."""
    return InfeasibleError(APART[language])


def _month(
    request: OutlookRequest, fit: Fit, outlook: Outlook, place: int, factors: list[float]
) -> MonthRead:
    month = outlook.months[place]
    if place:
        before = {line.channel: _paid(request, line.spend) for line in outlook.months[place - 1].lines}
    else:
        every = request.every_channel.values()
        before = {channel.id: request.last_spend(channel, fit) or Decimal(0) for channel in every}
    return MonthRead(
        month=request.periods[place],
        is_decision=place == 0,
        budget=_paid(request, month.budget),
        moved=_paid(request, month.moved),
        reserve=_paid(request, month.reserve),
        unallocated=_paid(request, month.unallocated),
        response=round(month.response - request.unit_cost * _spent(request, [month]), 2),
        demand=figure(factors[place] / factors[0]),
        shadow_price=figure(month.budget_price - request.unit_cost),
        allocations=[_line(request, month, line, before[line.channel]) for line in month.lines],
    )


def _line(request: OutlookRequest, month: MonthAhead, line: Line, before: Decimal) -> AheadRead:
    spent, spend = sum(each.spend for each in month.lines), _paid(request, line.spend)
    channel = request.every_channel[line.channel]
    return AheadRead(
        channel=line.channel,
        name=channel.name or line.channel,
        spend=spend,
        share=figure(line.spend / spent) if spent else 0.0,
        change_share=figure(float(spend / before) - 1) if before else None,
        response=round(line.response - request.unit_cost * float(spend), 2),
        marginal_roi=figure(line.marginal_response - request.unit_cost) if channel.is_decided else 0.0,
        position=line.position if channel.is_decided else "commission",
    )


def _spent(request: OutlookRequest, months: list[MonthAhead] | tuple[MonthAhead, ...]) -> float:
    """What the channels spend in these months, in currency."""
    return float(_paid(request, sum(line.spend for month in months for line in month.lines)))


def _paid(request: OutlookRequest, amount: int) -> Decimal:
    return money.from_minor(amount, request.currency)
