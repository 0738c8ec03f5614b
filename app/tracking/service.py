"""A plan held against the stored history of its month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.db.tables import PlanRow
from app.dependencies import Language
from app.goals import repository as goals
from app.history import repository as history
from app.optimize.known import Objective
from app.optimize.words import Words
from app.plans import repository
from app.reserve import repository as reserve
from app.tracking.actuals import by_channel, sums
from app.tracking.alerts import Teller
from app.tracking.months import STRAY_WEEKS, ChannelMonth, Release
from app.tracking.schemas import (
    AlertRead,
    ChannelTrackingRead,
    GoalTrackingRead,
    LineRead,
    RangeRead,
    RatesRead,
    TrackingRead,
    WeekRead,
)
from optimizer import HistoryRow, Period, Projection, summed

GOALS = ("spend", "revenue", "conversions", "new_customers")


def tracked(session: Session, caller: Caller, plan: PlanRow, language: Language) -> TrackingRead:
    """Planned, actual and expected of a plan's month, and what to look at."""
    months = channel_months(session, caller, plan)
    as_of, month = _as_of(months), Period.parse(plan.month)
    gone = 0 if as_of is None else as_of.toordinal() + 1 - month.start
    total = _total(plan, months, caller.currency)
    return TrackingRead(
        plan_id=plan.id,
        month=month,
        currency=caller.currency,
        objective=plan.reply["objective"],
        as_of=as_of,
        elapsed_share=round(gone / month.days, 4),
        total=total,
        channels=[_channel(one, caller.currency) for one in months],
        goals=goals_tracked(session, caller, month),
        alerts=_alerts(plan, months, total, caller, language),
    )


def channel_months(session: Session, caller: Caller, plan: PlanRow) -> list[ChannelMonth]:
    """The channels of a plan, and those that spent in its month though it has none of them."""
    month, span = Period.parse(plan.month), repository.span(plan)
    first = month.first - timedelta(weeks=STRAY_WEEKS)
    rows, _ = history.rows_between(session, caller, first, date.fromordinal(month.end - 1))
    known, objective = by_channel(rows), plan.reply["objective"]
    planned = {line["channel"]: line for line in plan.reply["allocations"]}
    unplanned = {
        name: _nothing(name) for name, own in known.items() if name not in planned and _spent(own, month)
    }
    granted, margins = _releases(session, caller, plan), _margins(plan, objective)
    return [
        ChannelMonth(
            month=month,
            span=span,
            spent_before=float(money.from_minor(plan.spent.get(name, 0), caller.currency)),
            allocation=line,
            rows=known.get(name, []),
            releases=[release for release in granted if release.channel == name],
            objective=objective,
            margin=margins.get(name) or 0.0,
        )
        for name, line in (planned | unplanned).items()
    ]


def goals_tracked(session: Session, caller: Caller, month: Period) -> list[GoalTrackingRead]:
    """How far the goals are reached whose period holds the month: by the shop's results where known."""
    found = []
    for goal in goals.about(session, caller, month):
        rows, outcomes = history.rows_between(session, caller, goal.first, goal.last)
        own = sums(rows, goal.first, goal.last)
        shop = sums(outcomes, goal.first, goal.last)
        read = goals.read(goal, caller.currency)
        days = (goal.last - goal.first).days + 1
        last = max((day for day in (own.last, shop.last) if day), default=None)
        for measure in GOALS:
            if (wanted := getattr(read, measure)) is None:
                continue
            whole = getattr(shop, measure) if measure != "spend" else None
            so_far = float((getattr(own, measure) if whole is None else whole) or 0.0)
            found.append(
                GoalTrackingRead(
                    period=goal.period,
                    measure=measure,
                    goal=float(wanted),
                    so_far=round(so_far, 2),
                    elapsed_share=round(((last - goal.first).days + 1) / days, 4) if last else 0.0,
                    share=round(so_far / float(wanted), 4),
                )
            )
    return found


def _alerts(
    plan: PlanRow,
    months: Sequence[ChannelMonth],
    total: LineRead,
    caller: Caller,
    language: Language,
) -> list[AlertRead]:
    """All together first, then channel by channel."""
    names = {line["channel"]: line["name"] for line in plan.reply["allocations"]}
    objective: Objective = plan.reply["objective"]
    teller = Teller(Words(language, caller.currency, objective, names), Period.parse(plan.month))
    longest = max((one.by_plan.days for one in months), default=0)
    alerts = list(teller.of_age(_as_of(months), caller.at.date()))
    if longest and (planned := float(total.planned_spend)) > 0:
        alerts += teller.of_spend(None, Projection(**total.projected_spend.model_dump()), planned)
        if total.projected_response is not None:
            ends = Projection(**total.projected_response.model_dump())
            alerts += teller.of_response(None, ends, Projection(**total.planned_response.model_dump()))
    return alerts + [alert for one in months for alert in teller.of_channel(one, longest)]


def _channel(one: ChannelMonth, currency: str) -> ChannelTrackingRead:
    found = one.so_far
    ends = one.projected_response()
    return ChannelTrackingRead(
        channel=one.channel,
        name=one.allocation["name"],
        planned_spend=_paid(one.planned_spend, currency),
        planned_spend_so_far=_paid(_planned_so_far(one), currency),
        spend=_paid(found.spend, currency),
        planned_response=_range(one.planned_response),
        response=None if one.response is None else round(one.response, 2),
        projected_spend=_range(one.projected_spend()),
        projected_response=None if ends is None else _range(ends),
        released=_paid(one.released, currency),
        covered_days=found.days,
        is_comparable=one.is_comparable,
        rates=RatesRead.model_validate(found),
        usual_rates=RatesRead.model_validate(one.usual),
        weeks=[_week(one, *week, currency) for week in one.weeks()],
    )


def _week(one: ChannelMonth, week: Period, first: date, last: date, currency: str) -> WeekRead:
    found = one.within(first, last)
    response = one.response_of(found)
    return WeekRead(
        week=str(week),
        first=first,
        last=last,
        planned_spend=_paid(one.planned_spend_within(first, last), currency),
        spend=_paid(found.spend, currency),
        planned_response=round(one.planned_response_within(first, last), 2),
        response=None if response is None else round(response, 2),
        covered_days=found.days,
    )


def _as_of(months: Sequence[ChannelMonth]) -> date | None:
    return max((last for one in months if (last := one.so_far.last) is not None), default=None)


def _total(plan: PlanRow, months: Sequence[ChannelMonth], currency: str) -> LineRead:
    """All channels together; results only where those of every planned channel can be compared."""
    expected = plan.reply["expected"]
    planned = [one for one in months if one.own_spend > 0 or one.response_before]
    ends = [end for one in planned if (end := one.projected_response()) is not None]
    responses = [one.response for one in months if one.response is not None]
    before = sum(one.response_before for one in months)
    return LineRead(
        planned_spend=_paid(sum(one.planned_spend for one in months), currency),
        planned_spend_so_far=_paid(sum(map(_planned_so_far, months)), currency),
        spend=_paid(sum(one.so_far.spend for one in months), currency),
        planned_response=_range(
            Projection(expected["response"], expected["low"], expected["high"]).later(before)
        ),
        response=round(sum(responses), 2) if responses else None,
        projected_spend=_range(summed([one.projected_spend() for one in months])),
        projected_response=_range(summed(ends)) if ends and len(ends) == len(planned) else None,
    )


def _planned_so_far(one: ChannelMonth) -> float:
    last = one.so_far.last
    return 0.0 if last is None else one.planned_spend_within(one.month.first, last)


def _releases(session: Session, caller: Caller, plan: PlanRow) -> list[Release]:
    return [
        Release(line.channel, float(money.from_minor(-line.amount, caller.currency)), line.at.date())
        for line in reserve.entries(session, plan)
        if line.channel
    ]


def _margins(plan: PlanRow, objective: str) -> dict[str, float | None]:
    """Each channel's margin, which only profit asks for."""
    if objective != "profit":
        return {}
    return {channel["id"]: channel["margin"] for channel in plan.request["channels"]}


def _spent(rows: Sequence[HistoryRow], month: Period) -> bool:
    return sums(rows, month.first, date.fromordinal(month.end - 1)).spend > 0


def _nothing(channel: str) -> dict[str, object]:
    """The line of a channel that the plan does not have."""
    amounts = dict.fromkeys(("spend", "response", "response_low", "response_high"), 0.0)
    return {"channel": channel, "name": channel, "source": "unplanned", **amounts}


def _paid(amount: float, currency: str) -> Decimal:
    return money.from_minor(money.to_minor(Decimal(repr(amount)), currency), currency)


def _range(projection: Projection) -> RangeRead:
    return RangeRead(**{name: round(value, 2) for name, value in vars(projection).items()})
