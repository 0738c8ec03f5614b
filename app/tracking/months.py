"""A channel's month: what was planned day by day, what came, and where it will end."""

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
    """One channel of a plan, and its history; amounts are in currency."""

    month: Period
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
    def usual(self) -> Sums:
        """What came in the weeks before it."""
        before = self.month.first - timedelta(days=1)
        return self.within(self.month.first - timedelta(weeks=USUAL_WEEKS), before)

    @property
    def released(self) -> float:
        """Reserve granted to the channel."""
        return sum(release.amount for release in self.releases)

    @property
    def planned_spend(self) -> float:
        """Of the whole month, released money included."""
        return float(self.allocation["spend"]) + self.released

    @property
    def planned_response(self) -> Projection:
        """What the plan expects of its own spend."""
        names = ("response", "response_low", "response_high")
        return Projection(*(float(self.allocation[name]) for name in names))

    @property
    def response(self) -> float | None:
        """What came of it so far, in the plan's objective."""
        return self.response_of(self.so_far)

    def within(self, first: date, last: date) -> Sums:
        """What came from the first to the last day."""
        return sums(self.rows, first, last)

    def response_of(self, found: Sums) -> float | None:
        """A sum's result in the plan's objective; None where the history has none."""
        result: float | None = getattr(found, metric_of(self.objective))
        return self.margin * result - found.spend if result is not None and self._is_profit else result

    def planned_spend_within(self, first: date, last: date) -> float:
        """Spend is planned evenly: the plan's over the month, a release's from the day it was granted."""
        amount = float(self.allocation["spend"]) * _overlap(first, last, self.month.first, self.month)
        for release in self.releases:
            since = min(max(release.on, self.month.first), _last(self.month))
            amount += release.amount * _overlap(first, last, since, self.month)
        return amount

    def projected_spend(self) -> Projection:
        """The month's spend as it looks now."""
        plan = self.planned_spend
        wide = Projection(plan, plan / PACE_DOUBT, plan * PACE_DOUBT)
        weekly = [week.spend / week.days for week in self._weeks_before()]
        found = self.so_far
        end = project(found.spend, wide, days_gone=found.days, days=self.month.days, stray=stray_of(weekly))
        return end if found.days else Projection(plan, plan, plan)

    def projected_response(self) -> Projection | None:
        """The month's result as it looks now; None where it cannot be compared."""
        if not self.is_comparable or self.response is None:
            return None
        weekly = [(self.response_of(week) or 0.0) / week.days for week in self._weeks_before()]
        days = {"days_gone": self.so_far.days, "days": self.month.days}
        return project(self.response, self.planned_response, **days, stray=stray_of(weekly))

    def weeks(self) -> Iterator[tuple[Period, date, date]]:
        """The month's ISO weeks, each with its first and last day in the month."""
        week = Period.week_of(self.month.first)
        while week.start < self.month.end:
            yield week, max(week.first, self.month.first), min(_last(week), _last(self.month))
            week = week.next()

    @property
    def _is_profit(self) -> bool:
        return self.objective == "profit"

    def _weeks_before(self) -> list[Sums]:
        return weeks_before(self.rows, self.month.first, STRAY_WEEKS)


def _last(period: Period) -> date:
    return date.fromordinal(period.end - 1)


def _overlap(first: date, last: date, since: date, month: Period) -> float:
    """Of the days from `since` to the month's end, the share that lies between first and last."""
    within = min(last.toordinal() + 1, month.end) - max(first, since).toordinal()
    return max(0, within) / (month.end - since.toordinal())
