"""The month as it runs: plan against actual by channel and week, where it will end, what to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from fastapi import APIRouter, Response

from app.plans import repository
from app.tracking import service
from app.tracking.schemas import ChannelTrackingRead, GoalTrackingRead, LineRead, RangeRead, TrackingRead
from app.web.charts import Axis, Chart, Dot, Line, Shape, Span
from app.web.navigation import ways
from app.web.pictures import response_axis
from app.web.rendering import PageRoute, page
from app.web.visits import AVisit, ReadPage
from app.web.writing import Figures

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Course:
    """Planned, come so far and expected at the month's end, of a channel or of all."""

    name: str
    planned: str
    due: str
    spent: str
    pace: str
    tone: str
    ends: str
    ends_range: str
    planned_response: str
    response: str
    response_ends: str


@dataclass(frozen=True)
class WeekRow:
    """A week of the month: planned and spent, by channel."""

    name: str
    planned: str
    spent: str
    tone: str
    cells: list[str]


@dataclass(frozen=True)
class GoalRow:
    """A goal: what it is, and how far it and its time have gone; `part` is drawn."""

    name: str
    goal: str
    part: float
    reached: str
    gone: str


@dataclass(frozen=True)
class ProgressView:
    """The page's figures."""

    title: str
    as_of: str
    elapsed: str
    total: Course
    courses: list[Course]
    weeks: list[WeekRow]
    alerts: list[str]
    goals: list[GoalRow]
    chart: Chart | None


@router.get("/plans/{plan_id}/progress")
def look(plan_id: str, visit: AVisit, session: ReadPage) -> Response:
    """A stored plan against what came of it so far."""
    caller = visit.known()
    row = repository.get(session, caller, plan_id)
    tracking = service.tracked(session, caller, row, visit.language)
    figures = Figures(visit.language, caller.currency, tracking.objective)
    view = progress_view(tracking, figures)
    return page(visit, "progress.html", plan=row, ways=ways(f"/plans/{plan_id}"), view=view)


def progress_view(tracking: TrackingRead, figures: Figures) -> ProgressView:
    """What the page says of a month's course."""
    say = figures.say
    channels = sorted(tracking.channels, key=lambda channel: -channel.planned_spend)
    return ProgressView(
        title=figures.month(tracking.month),
        as_of=figures.day(tracking.as_of) if tracking.as_of else "",
        elapsed=figures.share(tracking.elapsed_share, 0),
        total=course(say("month.all"), tracking.total, figures),
        courses=[course(channel.name, channel, figures) for channel in channels],
        weeks=week_rows(channels, figures),
        alerts=_largest_first(tracking),
        goals=[goal_row(goal, figures) for goal in tracking.goals],
        chart=spend_chart(channels, tracking.total, figures) if tracking.as_of else None,
    )


def _largest_first(tracking: TrackingRead) -> list[str]:
    """What to look at: of all together, then channel by channel, the largest first."""
    planned = {channel.channel: channel.planned_spend for channel in tracking.channels}
    ranked = sorted(
        tracking.alerts,
        key=lambda alert: (
            alert.channel is not None,
            -planned.get(alert.channel or "", 0),
            alert.channel or "",
        ),
    )
    return [alert.message for alert in ranked]


def goal_row(goal: GoalTrackingRead, figures: Figures) -> GoalRow:
    """A line of the goals' table."""
    what = figures.say(f"progress.{goal.measure}")
    is_money = goal.measure in {"spend", "revenue"}
    return GoalRow(
        name=figures.say("progress.goal", measure=what, period=figures.period(goal.period)),
        goal=figures.money(goal.goal) if is_money else f"{goal.goal:,.0f}",
        part=round(min(goal.share, 1.0), 3),
        reached=figures.share(goal.share, 0),
        gone=figures.share(goal.elapsed_share, 0),
    )


def course(name: str, line: LineRead, figures: Figures) -> Course:
    """A line of the table."""
    spent, due = float(line.spend), float(line.planned_spend_so_far)
    return Course(
        name=name,
        planned=figures.money(line.planned_spend),
        due=figures.money(due),
        spent=figures.money(spent),
        pace=figures.move(spent / due - 1) if due else "",
        tone=_tone(spent, due),
        ends=figures.money(line.projected_spend.value),
        ends_range=_range(line.projected_spend, figures.money),
        planned_response=figures.response(line.planned_response.value),
        response="" if line.response is None else figures.response(line.response),
        response_ends=_range(line.projected_response, figures.response) if line.projected_response else "",
    )


def week_rows(channels: list[ChannelTrackingRead], figures: Figures) -> list[WeekRow]:
    """The month's weeks, with what every channel spent in each."""
    rows = []
    for weeks in zip(*(channel.weeks for channel in channels), strict=True):
        planned, spent = (
            float(sum(getattr(week, side) for week in weeks)) for side in ("planned_spend", "spend")
        )
        is_known = any(week.covered_days for week in weeks)
        rows.append(
            WeekRow(
                name=figures.days(weeks[0].first, weeks[0].last),
                planned=figures.money(planned),
                spent=figures.money(spent) if is_known else "",
                tone=_tone(spent, planned) if is_known else "",
                cells=[figures.money(week.spend) if week.covered_days else "" for week in weeks],
            )
        )
    return rows


def spend_chart(channels: list[ChannelTrackingRead], total: LineRead, figures: Figures) -> Chart | None:
    """Spend added up over the month: as planned, as it came, and where it will end."""
    weeks = [list(each) for each in zip(*(channel.weeks for channel in channels), strict=True)]
    if not weeks:
        return None
    ends = [float(week[0].last.day) for week in weeks]
    planned = list(accumulate(float(sum(w.planned_spend for w in week)) for week in weeks))
    known = [week for week in weeks if any(w.covered_days for w in week)]
    spent = list(accumulate(float(sum(w.spend for w in week)) for week in known))
    say, end = figures.say, total.projected_spend
    shapes: list[Shape] = [
        Line(((0.0, 0.0), *zip(ends, planned, strict=True)), say("progress.planned"), "last", is_dashed=True),
        Line(((0.0, 0.0), *zip(ends, spent, strict=False)), say("progress.spent"), "plan"),
        Line(
            (*tuple(zip(ends, spent, strict=False))[-1:], (ends[-1], end.value)),
            say("progress.ends"),
            "plan",
            is_dashed=True,
        ),
        Span(ends[-1], end.low, end.high, f"{say('progress.ends')} {_range(end, figures.money)}", "plan"),
        Dot(ends[-1], end.value, f"{say('progress.ends')} {figures.money(end.value)}", "plan"),
    ]
    top = max(*planned, *spent, end.high) or 1.0
    apart = [day for day in ends if not 0 < ends[-1] - day < 3]
    return Chart(
        title=say("progress.chart"),
        said=say("progress.said", spent=figures.money(float(total.spend)), ends=figures.money(end.value)),
        x=Axis(say("progress.day"), 0.0, ends[-1] + 0.5, tuple((day, f"{day:.0f}") for day in apart)),
        y=response_axis(0.0, top, Figures(figures.language, figures.currency)),
        shapes=tuple(shapes),
        width=720,
        height=300,
    )


def _range(found: RangeRead, write: Callable[[float], str]) -> str:
    low, high = write(found.low), write(found.high)
    return low if low == high else f"{low} – {high}"


def _tone(spent: float, planned: float) -> str:
    """Whether spend is well beside its plan: more than a twentieth off."""
    if abs(spent - planned) <= 0.05 * planned:
        return "same"
    return "down" if spent > planned else "up"
