"""The months ahead as rows of a Gantt chart: phases of each month's plan, festivals, own events and tests.

Places are in per cent of the whole time line. A festival has up to four bars in one row: the weeks to prepare
it, the run-up, its main days and what follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from app.experiments.schemas import StoredExperimentRead
from app.web.writing import Figures
from optimizer import AFTERMATH, Event, Period

PLAN_DAYS, APPROVAL_DAYS, CLOSE_DAYS = 10, 3, 5
"""Before a month begins its plan is due and approved, after it ended it is closed; a schedule says when."""
PREPARE_WEEKS = 6  # before a festival's main days: stock, prices, pictures
Kind = Literal["prepare", "before", "main", "after", "own", "plan", "run", "close", "test", "stretch"]
RUN_UP, AFTER = "before ", "after "


@dataclass(frozen=True)
class Bar:
    """Days from the first to the last, and where they lie; a `label` is written beside the bar."""

    kind: Kind
    name: str
    when: str
    left: float
    width: float
    label: str = ""

    @property
    def is_late(self) -> bool:
        """Whether the label has more room before the bar."""
        return self.left + self.width > 82


@dataclass(frozen=True)
class Milestone:
    """A day by which something is to be done."""

    day: date
    what: str
    when: str
    left: float
    is_done: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the chart."""

    name: str
    bars: list[Bar] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """Rows that belong together."""

    name: str
    rows: list[Row]


@dataclass(frozen=True)
class TimeLine:
    """From the first day to the one after the last."""

    first: date
    end: date
    figures: Figures

    def at(self, day: date) -> float:
        """A day's place, in per cent; the ends for days beyond them."""
        return round(100 * min(max((day - self.first).days, 0) / (self.end - self.first).days, 1.0), 3)

    def bar(self, kind: Kind, name: str, first: date, last: date, *, label: bool = False) -> list[Bar]:
        """The bar of these days, both included, as far as it lies on the line."""
        if last < self.first or first >= self.end:
            return []
        left, right = self.at(first), self.at(last + timedelta(days=1))
        when = self.figures.days(first, last)
        return [Bar(kind, name, when, left, round(right - left, 3), when if label else "")]

    def milestone(self, what: str, day: date, *, is_done: bool = False) -> list[Milestone]:
        """The day, if it lies on the line."""
        if not self.first <= day < self.end:
            return []
        return [Milestone(day, what, self.figures.day(day), self.at(day), is_done)]


def cycle(line: TimeLine, months: Sequence[Period], drafted: Sequence[date], *, is_approved: bool) -> Group:
    """Planning, running and closing of each month; `drafted` is when each month's plan is due.

    `is_approved`: the first month's plan is, so that what led there is done.
    """
    say = line.figures.say
    rows = {name: Row(say(f"ahead.{name}")) for name in ("planning", "running", "closing")}
    for number, (month, due) in enumerate(zip(months, drafted, strict=True)):
        name, done = line.figures.short_month(month), number == 0 and is_approved
        approval = max(due, month.first - timedelta(days=APPROVAL_DAYS))
        last = date.fromordinal(month.end - 1)
        closed = last + timedelta(days=CLOSE_DAYS)
        rows["planning"].bars.extend(line.bar("plan", say("ahead.planning_of", month=name), due, approval))
        rows["planning"].milestones.extend(
            [
                *line.milestone(say("ahead.plan_due", month=name), due, is_done=done),
                *line.milestone(say("ahead.approval_due", month=name), approval, is_done=done),
            ]
        )
        rows["running"].bars.extend(line.bar("run", say("ahead.running_of", month=name), month.first, last))
        rows["closing"].bars.extend(
            line.bar("close", say("ahead.closing_of", month=name), last + timedelta(days=1), closed)
        )
        rows["closing"].milestones.extend(line.milestone(say("ahead.close_due", month=name), closed))
    return Group(say("ahead.cycle"), list(rows.values()))


def festivals(line: TimeLine, events: Iterable[Event]) -> Group:
    """A row per festival, in order of its first day on the line."""
    rows: dict[str, Row] = {}
    events = [event for event in events if event.name != AFTERMATH]
    runs_up = {event.name.removeprefix(RUN_UP) for event in events if event.name.startswith(RUN_UP)}
    for event in events:
        kind: Kind = "before" if event.name.startswith(RUN_UP) else "main"
        kind = "after" if event.name.startswith(AFTER) else kind
        base = event.name.removeprefix(RUN_UP).removeprefix(AFTER)
        row = rows.setdefault(base, Row(line.figures.words.event(base)))
        name = line.figures.words.event(event.name)
        if kind == "main" and base in runs_up:
            row.bars.extend(_preparation(line, row.name, event, events))
            begin = event.start - timedelta(weeks=PREPARE_WEEKS)
            row.milestones.extend(line.milestone(line.figures.say("ahead.prepare", name=row.name), begin))
        row.bars.extend(line.bar(kind, name, event.start, event.end, label=kind == "main"))
    shown = [replace(row, bars=_labelled_last(row.bars)) for row in rows.values()]
    shown = [row for row in shown if row.bars or row.milestones]
    return Group(line.figures.say("ahead.festivals"), sorted(shown, key=_first_place))


def _labelled_last(bars: Iterable[Bar]) -> list[Bar]:
    """Bars in order of time; what is written beside main days stands behind the days that follow on them."""
    ordered = sorted(bars, key=lambda bar: bar.left)
    for k in range(1, len(ordered)):
        main, after = ordered[k - 1 : k + 1]
        if after.kind == "after" and main.label:
            ordered[k - 1 : k + 1] = [replace(main, label=""), replace(after, label=main.label)]
    return ordered


def _preparation(line: TimeLine, name: str, main: Event, events: Iterable[Event]) -> list[Bar]:
    """The weeks before a festival's run-up in which it is prepared."""
    before = [e for e in events if e.name == RUN_UP + main.name and e.end < main.start]
    begin = main.start - timedelta(weeks=PREPARE_WEEKS)
    end = max((event.start for event in before), default=main.start) - timedelta(days=1)
    return line.bar("prepare", line.figures.say("ahead.prepare", name=name), begin, end)


def own_events(line: TimeLine, events: Iterable[Event]) -> Group:
    """A row per event of the shop's own."""
    rows: dict[str, Row] = {}
    for event in events:
        row = rows.setdefault(event.name, Row(event.name))
        row.bars.extend(line.bar("own", event.name, event.start, event.end, label=True))
    return Group(line.figures.say("ahead.own"), [row for row in rows.values() if row.bars])


def lift_tests(line: TimeLine, kept: Iterable[StoredExperimentRead], names: dict[str, str]) -> Group:
    """A row per lift test on the line's days; the result of one that is not finished is due after it."""
    rows = []
    for test in sorted(kept, key=lambda test: test.start):
        name = names.get(test.channel, test.channel)
        due = line.figures.say("ahead.result_due", channel=name)
        bars = line.bar("test", test.name or name, test.start, test.end, label=True)
        after = test.end + timedelta(days=1)
        milestones = [] if test.state == "finished" else line.milestone(due, after)
        if bars or milestones:
            rows.append(Row(line.figures.say("ahead.test_of", channel=name), bars, milestones))
    return Group(line.figures.say("ahead.tests"), rows)


def due_dates(groups: Iterable[Group], since: date) -> list[Milestone]:
    """Everything that is to be done from a day on, in order of time."""
    every = [mark for group in groups for row in group.rows for mark in row.milestones]
    return sorted((m for m in every if m.day >= since and not m.is_done), key=lambda mark: mark.day)


def _first_place(row: Row) -> float:
    places = [bar.left for bar in row.bars if bar.kind == "main"] or [bar.left for bar in row.bars]
    return min(places or [mark.left for mark in row.milestones])
