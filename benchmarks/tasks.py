"""Planning tasks: what a planner is told about a world, and what its plan is truly worth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from benchmarks.worlds import World
from optimizer.curves import FloatArray
from optimizer.history import History, HistoryRow, OutcomeRow, gather
from optimizer.periods import Period

GRID = 400  # budget steps of the search for the best plan
RESERVE_SHARE = 0.10
BOUNDS = {"tight": (0.5, 1.5), "wide": (0.0, 3.0)}  # of last month's spend


@dataclass(frozen=True)
class Scenario:
    """What the shop can show: rows by `grain`, of the last `days` days (0: all), with each channel's
    `revenue` ("true", as "claimed" by its platform, or "none"), and the whole shop's or not."""

    grain: str
    revenue: str
    whole_shop: bool = False
    days: int = 0


SCENARIOS = {
    "weekly": Scenario("week", "true"),
    "monthly": Scenario("month", "true"),
    "short": Scenario("month", "true", days=366),
    "total": Scenario("week", "none", whole_shop=True),
    "claimed": Scenario("week", "claimed", whole_shop=True),
}


@dataclass(frozen=True, eq=False)
class Task:
    """A month to plan. Arrays have one entry per channel, in the world's order (and the history's).

    `last` is last month's spend brought to the plan month's days, `low` and `high` the limits,
    `total` what the channels may spend together; the budget is that and the reserve.
    """

    world: World
    scenario: str
    last: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def month(self) -> Period:
        """The month to plan."""
        return self.world.month

    @property
    def total(self) -> float:
        """What the channels may spend together."""
        return float(self.last.sum())

    @cached_property
    def rows(self) -> tuple[list[HistoryRow], list[OutcomeRow]]:
        """What is known, row by row."""
        return seen(self.world, SCENARIOS[self.scenario])

    @cached_property
    def history(self) -> History:
        """What is known, as the core takes it."""
        rows, outcomes = self.rows
        return gather(rows, outcomes, events=self.world.events)

    @cached_property
    def request(self) -> dict[str, Any]:
        """What is known, as `POST /v1/optimize` takes it."""
        rows, outcomes = self.rows
        limits = zip(self.world.channels, self.low, self.high, strict=True)
        request = {
            "month": str(self.month),
            "budget": round(self.total / (1 - RESERVE_SHARE), 2),
            "currency": "CNY",
            "reserve": {"min_share": RESERVE_SHARE, "max_share": RESERVE_SHARE},
            "channels": [
                {"id": name, "min_spend": round(float(low), 2), "max_spend": round(float(high), 2)}
                for name, low, high in limits
            ],
            "history": [_as_json(row, "channel", "spend") for row in rows],
        }
        if outcomes:
            request["outcomes"] = [_as_json(row) for row in outcomes]
        if self.world.events:
            request["events"] = [
                {"name": event.name, "start": event.start.isoformat(), "end": event.end.isoformat()}
                for event in self.world.events
            ]
        return request

    def prepare(self) -> tuple[History, dict[str, Any]]:
        """What is known in both forms, made now: so that a planner's time is its own."""
        return self.history, self.request

    @cached_property
    def keep_value(self) -> float:
        """True value of keeping last month's mix."""
        return self.world.value(self.fitted(self.last))

    @cached_property
    def best(self) -> FloatArray:
        """The plan that is truly best: dynamic programming, then again on a fine grid around it."""
        plan, step = self._search(self.low, self.high)
        plan, _ = self._search(np.maximum(self.low, plan - 3 * step), np.minimum(self.high, plan + 3 * step))
        keep = self.fitted(self.last)
        return plan if self.world.value(plan) > self.keep_value else keep

    @cached_property
    def available(self) -> float:
        """What the best plan brings more than keeping the mix, as a share of the latter."""
        return self.gain(self.best)

    @cached_property
    def roi_rule(self) -> FloatArray:
        """The usual habit: shift budget in proportion to last month's ROI."""
        spent = self.world.spend[:, -30:].sum(1)
        brought = np.maximum(self.world.attributed[:, -30:].sum(1), 0.0)
        roi = np.divide(brought, spent, out=np.zeros_like(spent), where=spent > 0)
        return self.fitted(self.last * np.maximum(roi, 1e-6))

    def gain(self, plan: FloatArray) -> float:
        """What a plan truly brings more than keeping the mix, as a share of the latter."""
        return self.world.value(plan) / self.keep_value - 1

    def fitted(self, spend: FloatArray) -> FloatArray:
        """Spend scaled to the total inside the limits."""
        for _ in range(60):
            spend = np.clip(spend * self.total / spend.sum(), self.low, self.high)
        return spend

    def check(self, plan: FloatArray) -> None:
        """Raise `ValueError` when a plan breaks its total or its limits."""
        slack = 1e-6 * self.total + 0.02 * len(plan)
        too_much = plan.sum() > self.total + slack
        if too_much or (plan < self.low - slack).any() or (plan > self.high + slack).any():
            raise ValueError(f"{self.world.family} {self.world.seed}: total or limits are broken by {plan}")

    def _search(self, low: FloatArray, high: FloatArray) -> tuple[FloatArray, float]:
        """Best split of the total over GRID steps of what is free above `low`; and the step."""
        step = (self.total - low.sum()) / GRID
        value, picks = np.full(GRID + 1, -np.inf), []
        value[0] = 0.0
        for c in range(len(low)):
            steps = min(int((high[c] - low[c]) / step + 1e-9), GRID)
            gains = self.world.month_value(c, low[c] + np.arange(steps + 1) * step)
            offers = sliding_window_view(np.append(np.full(steps, -np.inf), value), steps + 1) + gains[::-1]
            best = offers.argmax(axis=1)
            value = offers[np.arange(GRID + 1), best]
            picks.append(steps - best)
        left, plan = int(np.argmax(value)), low.copy()
        for c in range(len(low) - 1, -1, -1):
            taken = int(picks[c][left])
            plan[c] += taken * step
            left -= taken
        return plan, step


def task(world: World, scenario: str, bounds: str) -> Task:
    """The coming month of a world, under a scenario of SCENARIOS and limits of BOUNDS."""
    last = world.spend[:, -30:].mean(1) * world.month.days
    low, high = BOUNDS[bounds]
    return Task(world, scenario, last, last * low, last * high)


def score(task: Task, plan: FloatArray) -> float:
    """The share of the available uplift that a plan captures: 1 is best, 0 is keeping the mix."""
    task.check(plan)
    return task.gain(plan) / task.available


def seen(world: World, scenario: Scenario) -> tuple[list[HistoryRow], list[OutcomeRow]]:
    """Rows per channel and of the whole shop, of whole periods; lost rows are left out."""
    groups: dict[Period, list[int]] = {}
    for day in range(max(0, world.days - scenario.days) if scenario.days else 0, world.days):
        groups.setdefault(_period(world, day, scenario.grain), []).append(day)
    rows, outcomes = [], []
    for period, days in groups.items():
        if len(days) < period.days:
            continue
        for c, name in enumerate(world.channels):
            if not world.missing[c, days].all():
                spend = round(float(world.spend[c, days].sum()), 2)
                rows.append(HistoryRow(name, period, spend, revenue=_revenue(world, scenario, c, days)))
        outcomes.append(OutcomeRow(period, revenue=round(float(world.total[days].sum()), 2)))
    return rows, outcomes if scenario.whole_shop else []


def _period(world: World, day: int, grain: str) -> Period:
    at = world.date_of(day)
    return Period.week_of(at) if grain == "week" else Period.month(at.year, at.month)


def _revenue(world: World, scenario: Scenario, channel: int, days: list[int]) -> float | None:
    if scenario.revenue == "none":
        return None
    claim = world.credit[channel] if scenario.revenue == "claimed" else 1.0
    return round(float(world.attributed[channel, days].sum() * claim), 2)


def _as_json(row: HistoryRow | OutcomeRow, *fields: str) -> dict[str, Any]:
    known = {"period": str(row.period), **{name: getattr(row, name) for name in fields}}
    return known if row.revenue is None else {**known, "revenue": row.revenue}
