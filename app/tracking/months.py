"""A channel's month: what was planned day by day, what came, and where it will end.

A plan of the rest of a month is held against the rest; what was spent before it is spent, and counts as
planned. So the whole month's plan is what came before and what the plan says of its own days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.optimize.known import Objective
from app.optimize.sources import metric_of
from app.tracking.actuals import Sums, sums, weeks_before
from optimizer import HistoryRow, Period, Projection, project, stray_of

STRAY_WEEKS, USUAL_WEEKS = 26, 13
PACE_DOUBT = 2.0  # a month's spend may well come to half or twice the plan: the pace decides
COMPARABLE = {"attributed", "pooled", "given"}  # curves whose response is what channels are credited with


@dataclass(frozen=True)
class Release:
    """Money that a channel got beyond its plan on a day, in currency; negative where it was taken."""

    channel: str
    amount: float
    on: date


@dataclass(frozen=True)
class ChannelMonth:
    """One channel of a plan, and its history; amounts are in currency.

    The plan is of the days of `span`; `spent_before` them was spent in its month.
    """

    month: Period
    span: Period
    spent_before: float
    allocation: Mapping[str, Any]
    rows: Sequence[HistoryRow]
    releases: Sequence[Release]
    objective: Objective
    margin: float

    @property
    def channel(self) -> str:
        """The channel's id."""
        return str(self.allocation["channel"])

    @property
    def is_comparable(self) -> bool:
        """Whether the history has what the plan counted."""
        return self.allocation["source"] in COMPARABLE and self.response is not None

    @property
    def so_far(self) -> Sums:
        """What came in the month."""
        return self.within(self.month.first, _last(self.month))

    @property
    def before(self) -> Sums:
        """What came in the month before the plan's own days."""
        return self.within(self.month.first, self.span.first - timedelta(days=1))

    @property
    def by_plan(self) -> Sums:
        """What came in the plan's own days."""
        return self.within(self.span.first, _last(self.span))

    @property
    def usual(self) -> Sums:
        """What came in the weeks before it."""
        before = self.month.first - timedelta(days=1)
        return self.within(self.month.first - timedelta(weeks=USUAL_WEEKS), before)

    @property
    def released(self) -> float:
        """Reserve granted to the channel."""
        return sum(release.amount for release in self.releases)

    @property
    def own_spend(self) -> float:
        """Of the plan's own days, released money included."""
        return float(self.allocation["spend"]) + self.released

    @property
    def planned_spend(self) -> float:
        """Of the whole month: of the plan's own days, and what was spent before."""
        return self.spent_before + self.own_spend

    @property
    def own_response(self) -> Projection:
        """What the plan expects of its own spend."""
        names = ("response", "response_low", "response_high")
        return Projection(*(float(self.allocation[name]) for name in names))

    @property
    def response_before(self) -> float:
        """What came before the plan's own days, in its objective; nothing where it cannot be compared."""
        return (self.response_of(self.before) or 0.0) if self.is_comparable else 0.0

    @property
    def planned_response(self) -> Projection:
        """Of the whole month: what the plan expects, and what came before."""
        return self.own_response.later(self.response_before)

    @property
    def response(self) -> float | None:
        """What came of it so far, in the plan's objective."""
        return self.response_of(self.so_far)

    def within(self, first: date, last: date) -> Sums:
        """What came from the first to the last day."""
        return sums(self.rows, first, last)

    def response_of(self, found: Sums) -> float | None:
        """A sum's result in the plan's objective; None where the history has none."""
        result: float | None = getattr(found, metric_of(self.objective), None)
        return self.margin * result - found.spend if result is not None and self._is_profit else result

    def planned_spend_within(self, first: date, last: date) -> float:
        """Spend is planned evenly: the plan's over its days, a release's from the day it was granted."""
        end = self.month.end
        amount = self.spent_before * _overlap(first, last, self.month.start, self.span.start)
        amount += float(self.allocation["spend"]) * _overlap(first, last, self.span.start, end)
        for release in self.releases:
            since = min(max(release.on.toordinal(), self.span.start), end - 1)
            amount += release.amount * _overlap(first, last, since, end)
        return amount

    def planned_response_within(self, first: date, last: date) -> float:
        """Evenly, too."""
        before = self.response_before * _overlap(first, last, self.month.start, self.span.start)
        return before + self.own_response.value * _overlap(first, last, self.span.start, self.month.end)

    def projected_spend(self) -> Projection:
        """The month's spend as it looks now."""
        plan, found = self.own_spend, self.by_plan
        if not found.days:
            return Projection(plan, plan, plan).later(self.before.spend)
        wide = Projection(plan, plan / PACE_DOUBT, plan * PACE_DOUBT)
        weekly = [week.spend / week.days for week in self._weeks_before()]
        return self._projected(found.spend, wide, weekly).later(self.before.spend)

    def projected_response(self) -> Projection | None:
        """The month's result as it looks now; None where it cannot be compared."""
        if not self.is_comparable or self.response is None:
            return None
        weekly = [(self.response_of(week) or 0.0) / week.days for week in self._weeks_before()]
        came = self.response_of(self.by_plan) or 0.0
        return self._projected(came, self.own_response, weekly).later(self.response_before)

    def weeks(self) -> Iterator[tuple[Period, date, date]]:
        """The month's ISO weeks, each with its first and last day in the month."""
        week = Period.week_of(self.month.first)
        while week.start < self.month.end:
            yield week, max(week.first, self.month.first), min(_last(week), _last(self.month))
            week = week.next()

    def _projected(self, came: float, planned: Projection, weekly: Sequence[float]) -> Projection:
        """Where the plan's own days end."""
        days = {"days_gone": self.by_plan.days, "days": self.span.days}
        return project(came, planned, **days, stray=stray_of(weekly))

    @property
    def _is_profit(self) -> bool:
        return self.objective == "profit"

    def _weeks_before(self) -> list[Sums]:
        return weeks_before(self.rows, self.month.first, STRAY_WEEKS)


def _last(period: Period) -> date:
    return date.fromordinal(period.end - 1)


def _overlap(first: date, last: date, start: int, end: int) -> float:
    """Of the days from `start` to before `end`, the share that lies between first and last."""
    within = min(last.toordinal() + 1, end) - max(first.toordinal(), start)
    return max(0, within) / (end - start) if end > start else 0.0
