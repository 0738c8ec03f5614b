"""The months ahead as a Gantt chart: budgets, what is due when, festivals, own events and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.experiments import repository as experiments
from app.outlook import service
from app.outlook.schemas import AheadRead, MonthRead, OutlookReply, OutlookRequest
from app.plans import repository
from app.schedule import repository as schedule
from app.schedule.schemas import ScheduleInput
from app.web.experiments import names_of
from app.web.gantt import (
    PLAN_DAYS,
    Group,
    Milestone,
    TimeLine,
    cycle,
    due_dates,
    festivals,
    lift_tests,
    own_events,
)
from app.web.kept import Ground
from app.web.navigation import ways
from app.web.phases import drawn, phases_of
from app.web.rendering import PageRoute, rendered, working
from app.web.visits import AVisit, ReadPage, Visit
from app.web.works import OnStep
from app.web.writing import Figures
from optimizer import Event, Period, shopping_calendar

router = APIRouter(route_class=PageRoute, include_in_schema=False)
NOTICED = 0.0005  # a smaller change is written as none


@dataclass(frozen=True)
class MonthColumn:
    """A month of the time line; heights are in per cent of the largest budget."""

    name: str
    short: str
    is_decision: bool
    budget: str
    demand: str
    totals: dict[str, str]
    left: float
    width: float
    spend_height: float
    reserve_height: float


@dataclass(frozen=True)
class ChannelAhead:
    """A channel's spend month by month: the amount, its change in per cent, and which way that goes."""

    name: str
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True)
class AheadView:
    """The page's figures."""

    months: list[MonthColumn]
    channels: list[ChannelAhead]
    groups: list[Group]
    due: list[Milestone]
    edges: str
    today: float | None
    response: str
    budget: str
    unseen: list[str]


@router.get("/plans/{plan_id}/ahead")
def look(
    plan_id: str, visit: AVisit, session: ReadPage, months: Annotated[Literal["3", "12"], Query()] = "3"
) -> Response:
    """The plan's month and those after it, planned together beside the page."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    ground: Ground = visit.request.app.state.grounds.of(session, caller, row)
    wish = phases_of(visit.request.query_params, ahead_of(ground, int(months)))
    request, language = wish.request, visit.language
    figures, spans = Figures(language, caller.currency, request.objective), request.periods
    line = TimeLine(spans[0].first, spans[-1].next().first, figures)
    known = Known(events_of(request), drafted(session, caller, spans), row.state in repository.DECIDED)
    names = names_of(session, caller)
    groups = [*groups_of(line, spans, known), lift_tests(line, experiments.every(session, caller), names)]

    def solved(on_step: OnStep) -> OutlookReply:
        on_step(0, 0)
        return service.planned(request, language, ground.studies)

    def shown(outlook: OutlookReply) -> Markup:
        phases = drawn(line, request.phases, outlook.phases)
        view = ahead_view(outlook, line, [phases, *groups], caller.at.date())
        return rendered(visit, "ahead_found.html", view=view, span=months)

    key = ("ahead", caller.workspace_id, row.id, months, language, *wish.key)
    return working(
        visit,
        "ahead.html",
        visit.request.app.state.works.of(key, solved),
        shown,
        title=figures.say("ahead.title", month=figures.month(row.month)),
        ways=ways(f"/plans/{plan_id}"),
        span=months,
        wish=wish,
        spans=[(str(each), figures.short_month(each)) for each in spans],
        channels=[("", figures.say("ahead.all_channels")), *_channel_choices(request)],
        links={count: _address(visit, count) for count in ("3", "12")},
    )


def _channel_choices(request: OutlookRequest) -> list[tuple[str, str]]:
    return [(name, channel.name or name) for name, channel in request.every_channel.items()]


def _address(visit: Visit, months: str) -> str:
    """This page for so many months, with the phases that it has."""
    return f"?{visit.request.url.remove_query_params('lang').include_query_params(months=months).query}"


@dataclass(frozen=True)
class Known:
    """What is known of the months beside budgets: events, due days, whether the first is decided."""

    events: list[tuple[Event, bool]]
    drafted: list[date]
    is_approved: bool


def groups_of(line: TimeLine, months: list[Period], known: Known) -> list[Group]:
    """The chart's rows, without tests."""
    public, own = ([event for event, is_own in known.events if is_own == side] for side in (False, True))
    phases = cycle(line, months, known.drafted, is_approved=known.is_approved)
    return [phases, festivals(line, public), own_events(line, own)]


def drafted(session: Session, caller: Caller, months: list[Period]) -> list[date]:
    """When each month's plan is due: by the schedule while it is on, otherwise some days before it begins."""
    row = schedule.find(session, caller)
    if row is None or not row.is_on:
        return [month.first - timedelta(days=PLAN_DAYS) for month in months]
    calendar = ScheduleInput.model_validate(row.wish).calendar
    zone = ZoneInfo(calendar.time_zone)
    return [calendar.due_at(month).astimezone(zone).date() for month in months]


def ahead_of(ground: Ground, months: int) -> OutlookRequest:
    """The plan's own request over several months: what is expected counts, without a target."""
    fields = set(ground.request.model_fields_set) - {"risk", "target"}
    known = {name: getattr(ground.request, name) for name in fields}
    return OutlookRequest.model_validate(known | {"months": months})


def events_of(request: OutlookRequest) -> list[tuple[Event, bool]]:
    """Festivals round the months and the shop's own events, by their start; whether each is its own."""
    first, last = request.periods[0].first, request.periods[-1].next().first
    known = [(event, False) for event in shopping_calendar(request.calendar, first.year, last.year)]
    known += [(Event(event.name, event.start, event.end), True) for event in request.events]
    return sorted(known, key=lambda each: (each[0].start, each[0].name))


def ahead_view(outlook: OutlookReply, line: TimeLine, groups: list[Group], today: date) -> AheadView:
    """What the page says of the months."""
    spans = [Period.parse(str(month.month)) for month in outlook.months]
    most, figures = max(float(month.budget) for month in outlook.months), line.figures
    columns = [_column(m, s, line, most) for m, s in zip(outlook.months, spans, strict=True)]
    inside = line.first <= today < line.end
    return AheadView(
        months=columns,
        channels=_channels(outlook.months, figures),
        groups=[group for group in groups if group.rows],
        due=due_dates(groups, max(today, line.first)),
        edges=", ".join(
            f"linear-gradient(var(--faint) 0 0) {column.left}% 0 / 1px 100% no-repeat"
            for column in columns[1:]
        ),
        today=line.at(today) if inside else None,
        response=figures.response(outlook.response),
        budget=figures.money(sum(month.budget for month in outlook.months)),
        unseen=[warning.message for warning in outlook.warnings if warning.code == service.UNSEEN],
    )


def _column(month: MonthRead, span: Period, line: TimeLine, most: float) -> MonthColumn:
    figures = line.figures
    spent = sum(allocation.spend for allocation in month.allocations)
    left, right = line.at(span.first), line.at(span.next().first)
    totals = {"spend": spent, "reserve": month.reserve, "budget": month.budget, "response": month.response}
    return MonthColumn(
        name=figures.month(span),
        short=figures.short_month(span),
        is_decision=month.is_decision,
        budget=figures.money(month.budget),
        demand=figures.share(month.demand, 0),
        totals={name: f"{amount:,.0f}" for name, amount in totals.items()},
        left=left,
        width=round(right - left, 3),
        spend_height=round(100 * float(spent) / most, 2),
        reserve_height=round(100 * float(month.reserve) / most, 2),
    )


def _channels(months: Sequence[MonthRead], figures: Figures) -> list[ChannelAhead]:
    """Each channel's months, the largest channel first."""
    every = zip(*(month.allocations for month in months), strict=True)
    by_size = sorted(every, key=lambda lines: -sum(line.spend for line in lines))
    return [ChannelAhead(lines[0].name, [_cell(line, figures) for line in lines]) for lines in by_size]


def _cell(line: AheadRead, figures: Figures) -> tuple[str, str, str]:
    change = line.change_share or 0.0
    tone = "up" if change >= NOTICED else "down" if change <= -NOTICED else "same"
    return f"{line.spend:,.0f}", figures.move(line.change_share), tone
