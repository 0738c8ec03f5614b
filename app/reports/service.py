"""A report made from stored history, and from what became of the plans of its days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from app import money
from app.access.callers import Caller
from app.channels import repository as channels
from app.db.tables import PlanRow
from app.dependencies import Language
from app.history import repository as history
from app.optimize.words import Words
from app.plans import repository as plans
from app.reports.schemas import (
    ChannelReportRead,
    FiguresRead,
    PlanReportRead,
    ReportList,
    ReportRead,
    ReportSummary,
)
from app.reports.words import Teller
from app.reserve import repository as reserve
from app.tracking.actuals import Sums, by_channel, sums
from app.tracking.schemas import TrackingRead
from optimizer import HistoryRow, OutcomeRow, Period

RUN = ("active", "closed")
WEEKS_A_YEAR = 52


def plans_of(session: Session, caller: Caller, period: Period) -> list[PlanRow]:
    """The plans that ran in the months of the period."""
    days = period.first, date.fromordinal(period.end - 1)
    months = sorted({f"{day:%Y-%m}" for day in days})
    query = plans.of(caller).where(PlanRow.month.in_(months), PlanRow.state.in_(RUN))
    return list(session.scalars(query.order_by(PlanRow.month, PlanRow.version)))


def report(
    session: Session,
    caller: Caller,
    period: Period,
    tracked: Mapping[PlanRow, TrackingRead],
    language: Language,
) -> ReportRead:
    """The report of a week or a month; `tracked` are the plans of its days."""
    rows, outcomes = _rows(session, caller, period)
    names = {one.id: one.name or one.id for one in channels.every(session, caller)}
    told = [_plan(session, caller, plan, tracking, period) for plan, tracking in tracked.items()]
    found = sums(rows, period.first, _last(period))
    total, before = _figures(found, caller), _known(rows, period.next(-1), caller)
    lines = _channels(rows, period, names, caller)
    shop = _known(outcomes, period, caller)
    teller = Teller(Words(language, caller.currency, "revenue", names), period.grain)
    parts = [teller.of_all(total, before), teller.of_shop(shop), teller.of_channels(lines)]
    summary = [line for part in [*parts, *map(teller.of_plan, told)] for line in part]
    return ReportRead(
        period=str(period),
        first=period.first,
        last=_last(period),
        currency=caller.currency,
        covered_days=_covered(rows, period),
        summary=summary if found.days or shop else [teller.nothing(str(period))],
        total=total,
        before=before,
        year_before=_known(rows, _year_before(period), caller),
        shop=shop,
        channels=lines,
        plans=told,
        goals=[goal for tracking in tracked.values() for goal in tracking.goals],
    )


def listed(session: Session, caller: Caller, grain: str, after: Period | None, limit: int) -> ReportList:
    """The weeks or months that stored history reaches into, newest first."""
    days = history.first_and_last(session, caller)
    if days is None:
        return ReportList(items=[], next=None)
    first, last = (_holding(day, grain) for day in days)
    newest = last if after is None or after.start > last.start else after.next(-1)
    found = list(islice(_back(newest, first), limit + 1))
    items = [ReportSummary(period=str(one), first=one.first, last=_last(one)) for one in found[:limit]]
    return ReportList(items=items, next=items[-1].period if len(found) > limit else None)


def _back(newest: Period, oldest: Period) -> Iterator[Period]:
    while newest.start >= oldest.start:
        yield newest
        newest = newest.next(-1)


def _holding(day: date, grain: str) -> Period:
    return Period.week_of(day) if grain == "weekly" else Period.month(day.year, day.month)


def _year_before(period: Period) -> Period:
    return period.next(-WEEKS_A_YEAR if period.grain == "week" else -12)


def _last(period: Period) -> date:
    return date.fromordinal(period.end - 1)


def _rows(session: Session, caller: Caller, period: Period) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    """The rows that the period, the one before and the one a year before are made of."""
    return history.rows_between(session, caller, _year_before(period).first, _last(period))


def _covered(rows: Sequence[HistoryRow], period: Period) -> int:
    """Days of the period on which any channel has a row."""
    spans = [range(max(r.period.start, period.start), min(r.period.end, period.end)) for r in rows]
    return len({day for span in spans for day in span})


def _channels(
    rows: Sequence[HistoryRow], period: Period, names: Mapping[str, str], caller: Caller
) -> list[ChannelReportRead]:
    """The channels with any row in the period, most spend first."""
    found = [
        ChannelReportRead(
            channel=name, name=names.get(name, name), figures=now, before=_known(own, period.next(-1), caller)
        )
        for name, own in by_channel(rows).items()
        if (now := _known(own, period, caller)) is not None
    ]
    return sorted(found, key=lambda one: (-one.figures.spend, one.channel))


def _plan(
    session: Session, caller: Caller, plan: PlanRow, tracking: TrackingRead, period: Period
) -> PlanReportRead:
    """A plan's part in the period: the whole month, or its share of the week."""
    weeks = [week for line in tracking.channels for week in line.weeks if week.week == str(period)]
    spends: tuple[Decimal, Decimal]
    if period.grain == "month":
        spends = tracking.total.planned_spend, tracking.total.spend
        planned, response = tracking.total.planned_response.value, tracking.total.response
    else:
        spends = sum((w.planned_spend for w in weeks), Decimal(0)), sum((w.spend for w in weeks), Decimal(0))
        known = [week.response for week in weeks if week.response is not None]
        planned, response = sum(week.planned_response for week in weeks), sum(known) if known else None
    return PlanReportRead(
        plan_id=plan.id,
        month=tracking.month,
        planned_spend=spends[0],
        spend=spends[1],
        planned_response=round(planned, 2),
        response=None if response is None else round(response, 2),
        reserve_held=_amount(reserve.held(session, plan), caller),
        reserve_left=_amount(reserve.left(session, plan), caller),
        alerts=tracking.alerts,
    )


def _known(rows: Sequence[HistoryRow | OutcomeRow], period: Period, caller: Caller) -> FiguresRead | None:
    """The figures of a period that any row reaches into."""
    found = sums(rows, period.first, _last(period))
    return _figures(found, caller) if found.days else None


def _figures(found: Sums, caller: Caller) -> FiguresRead:
    plain = ("conversions", "new_customers", "impressions", "clicks", "roi", "ctr", "cvr", "cpa")
    rounded = {name: None if (x := getattr(found, name)) is None else round(x, 6) for name in plain}
    revenue = None if found.revenue is None else _paid(found.revenue, caller)
    return FiguresRead(spend=_paid(found.spend, caller), revenue=revenue, **rounded)


def _paid(amount: float, caller: Caller) -> Decimal:
    return _amount(money.to_minor(Decimal(repr(amount)), caller.currency), caller)


def _amount(minor: int, caller: Caller) -> Decimal:
    return money.from_minor(minor, caller.currency)
