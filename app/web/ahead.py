"""The months ahead on a time line: what each is planned to spend, the festivals and promotions in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.outlook import service
from app.outlook.schemas import MonthRead, OutlookReply, OutlookRequest
from app.plans import repository
from app.web.kept import Ground
from app.web.navigation import ways
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage
from app.web.writing import Figures
from optimizer import AFTERMATH, Event, Period, shopping_calendar

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Bar:
    """An event on the time line: where it starts and how long it is, in per cent of the whole."""

    name: str
    when: str
    left: float
    width: float
    is_own: bool


@dataclass(frozen=True)
class MonthColumn:
    """A month of the time line; heights are in per cent of the largest budget."""

    name: str
    short: str
    is_decision: bool
    budget: str
    spend: str
    reserve: str
    response: str
    demand: str
    left: float
    width: float
    spend_height: float
    reserve_height: float


@dataclass(frozen=True)
class ChannelAhead:
    """A channel's spend month by month, each with its share of the channel's largest month."""

    name: str
    cells: list[tuple[str, float, str]]


@dataclass(frozen=True)
class AheadView:
    """The page's figures."""

    months: list[MonthColumn]
    channels: list[ChannelAhead]
    lanes: list[list[Bar]]
    response: str
    budget: str


@router.get("/plans/{plan_id}/ahead")
def look(
    plan_id: str, visit: AVisit, session: ReadPage, months: Annotated[Literal["3", "12"], Query()] = "3"
) -> Response:
    """The plan's month and those after it, planned together."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    ground: Ground = visit.request.app.state.grounds.of(session, caller, row)
    request = ahead_of(ground, int(months))
    outlook = service.planned(request, visit.language, ground.studies)
    view = ahead_view(
        outlook, events_of(request), Figures(visit.language, caller.currency, outlook.objective)
    )
    return page(visit, "ahead.html", plan=row, ways=ways(f"/plans/{plan_id}"), view=view, span=months)


def ahead_of(ground: Ground, months: int) -> OutlookRequest:
    """The plan's own request over several months: what is expected counts, without a target."""
    fields = set(ground.request.model_fields_set) - {"risk", "target"}
    known = {name: getattr(ground.request, name) for name in fields}
    return OutlookRequest.model_validate(known | {"months": months})


def events_of(request: OutlookRequest) -> list[tuple[Event, bool]]:
    """Festivals and the shop's own events in the months, by their start; whether each is the shop's own."""
    first, last = request.periods[0].first, request.periods[-1].next().first
    public = shopping_calendar(request.calendar, first.year, last.year)
    known = [(event, False) for event in public if event.name != AFTERMATH]
    known += [(Event(event.name, event.start, event.end), True) for event in request.events]
    inside = [(event, own) for event, own in known if event.end >= first and event.start < last]
    return sorted(inside, key=lambda each: (each[0].start, each[0].name))


def ahead_view(outlook: OutlookReply, events: Sequence[tuple[Event, bool]], figures: Figures) -> AheadView:
    """What the page says of the months."""
    spans = [Period.parse(str(month.month)) for month in outlook.months]
    line = TimeLine(spans[0].first, spans[-1].next().first)
    most = max(float(month.budget) for month in outlook.months)
    return AheadView(
        months=[_column(m, s, line, most, figures) for m, s in zip(outlook.months, spans, strict=True)],
        channels=_channels(outlook.months, figures),
        lanes=lanes(line.bar(event, own, figures) for event, own in events),
        response=figures.response(outlook.response),
        budget=figures.money(sum(month.budget for month in outlook.months)),
    )


@dataclass(frozen=True)
class TimeLine:
    """From the first day to the one after the last."""

    first: date
    end: date

    def at(self, day: date) -> float:
        """A day's place, in per cent; the ends for days beyond them."""
        return round(100 * min(max((day - self.first).days, 0) / (self.end - self.first).days, 1.0), 3)

    def bar(self, event: Event, own: bool, figures: Figures) -> Bar:
        """An event's bar."""
        left, right = self.at(event.start), self.at(date.fromordinal(event.end.toordinal() + 1))
        when = f"{event.start:%m-%d} – {event.end:%m-%d}"
        return Bar(figures.words.event(event.name), when, left, round(right - left, 3), own)


def lanes(bars: Iterable[Bar], room: float = 18.0) -> list[list[Bar]]:
    """Bars in as few lanes as keep them and their names, at least `room` per cent wide, apart."""
    found: list[list[Bar]] = []
    for bar in bars:
        free = (lane for lane in found if lane[-1].left + max(lane[-1].width, room) <= bar.left)
        lane = next(free, None)
        if lane is None:
            found.append(lane := [])
        lane.append(bar)
    return found


def _column(month: MonthRead, span: Period, line: TimeLine, most: float, figures: Figures) -> MonthColumn:
    spent = sum(allocation.spend for allocation in month.allocations)
    left, right = line.at(span.first), line.at(span.next().first)
    return MonthColumn(
        name=figures.month(span),
        short=figures.short_month(span),
        is_decision=month.is_decision,
        budget=figures.money(month.budget),
        spend=figures.money(spent),
        reserve=figures.money(month.reserve),
        response=figures.response(month.response),
        demand=figures.share(month.demand, 0),
        left=left,
        width=round(right - left, 3),
        spend_height=round(100 * float(spent) / most, 2),
        reserve_height=round(100 * float(month.reserve) / most, 2),
    )


def _channels(months: Sequence[MonthRead], figures: Figures) -> list[ChannelAhead]:
    rows = []
    for lines in zip(*(month.allocations for month in months), strict=True):
        most = max(float(line.spend) for line in lines) or 1.0
        cells = [
            (figures.money(x.spend), round(float(x.spend) / most, 3), figures.move(x.change_share))
            for x in lines
        ]
        rows.append(ChannelAhead(lines[0].name, cells))
    return rows
