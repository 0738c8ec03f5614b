"""Demand of the plan month: by how much it differs from the last days known, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pytest

from optimizer.fitting.fit import Study
from optimizer.fitting.fitted import Demand
from optimizer.history import History, HistoryRow, gather
from optimizer.periods import Event, Period

MONTH = Period.month(2026, 1)
WEEKS = [Period.parse("2024-W01").next(k) for k in range(104)]  # to 28 December 2025
SALE = Event("season sale", date(2025, 12, 8), date(2025, 12, 21))
CLEARANCE = Event("season sale", date(2024, 6, 3), date(2024, 6, 16))


def shop(
    demand: Callable[[Period], float], events: Sequence[Event] = (), weeks: Sequence[Period] = WEEKS
) -> History:
    """Two channels that bring four times their spend to the half, times the week's demand."""
    rng = np.random.default_rng(8)
    rows = []
    for week in weeks:
        for name in ("抖音", "快手"):
            spend = 7_000 * float(np.exp(0.3 * rng.normal()))
            brought = 2_000 * (spend / 1_000) ** 0.5 * demand(week) * float(np.exp(0.05 * rng.normal()))
            rows.append(HistoryRow(name, week, spend, brought))
    return gather(rows, events=events)


def asked(history: History) -> Demand:
    return Study(history, MONTH, "").fit({"抖音": 60_000.0, "快手": 60_000.0}).demand


def season(week: Period) -> float:
    """Highest at the end of March: the sine of the year, and nothing of its cosine."""
    return float(np.exp(0.4 * np.sin(2 * np.pi * week.first.timetuple().tm_yday / 365)))


def on_sale(week: Period) -> float:
    """Sales double in every week of a promotion."""
    return 2.0 if any(event.days_within(week) for event in (SALE, CLEARANCE)) else 1.0


def test_months_ahead_have_their_own_season() -> None:
    """The plan month is seen as its own plan sees it, April well above it, and October below April."""
    study = Study(shop(season), MONTH, "")
    planned = study.fit({"抖音": 60_000.0, "快手": 60_000.0}).demand
    january, april, october = study.ahead([MONTH, MONTH.next(3), MONTH.next(9)])
    assert january.month_factor == pytest.approx(planned.month_factor)
    assert april.month_factor / january.month_factor == pytest.approx(np.exp(0.4 * (0.95 - 0.26)), rel=0.1)
    assert october.month_factor / april.month_factor == pytest.approx(np.exp(0.4 * (-0.95 - 0.95)), rel=0.15)


def test_a_promotion_that_is_over_tells_the_fall() -> None:
    """Two of the last thirty days' four weeks were sold at twice the usual: January sells that much less."""
    demand = asked(shop(on_sale, [SALE, CLEARANCE]))
    assert demand.last == Period(date(2025, 11, 29), 30)
    assert demand.event_factors == {}
    assert demand.last_event_factors["season sale"] == pytest.approx(1 + 14 / 30, rel=0.05)
    assert demand.without_events == pytest.approx(1.0, abs=0.08)
    told = demand.without_events / demand.last_event_factors["season sale"]
    assert demand.against_last == pytest.approx(told, rel=1e-6)


def test_any_name_names_an_event() -> None:
    """Also one that begins as the model's own terms do."""
    assert "season sale" in asked(shop(on_sale, [SALE, CLEARANCE])).last_event_factors


def test_a_promotion_that_never_was_is_told_and_not_counted_on() -> None:
    """Its effect is unknown: the month stays as it is, and the reply can say so."""
    opening = Event("店庆", date(2026, 1, 10), date(2026, 1, 20))
    plain, told = asked(shop(lambda _: 1.0)), asked(shop(lambda _: 1.0, [opening]))
    assert (plain.unseen_events, told.unseen_events) == ((), ("店庆",))
    assert told.month_factor == pytest.approx(plain.month_factor, rel=0.02)
    again = Event("店庆", date(2025, 1, 10), date(2025, 1, 20))
    assert asked(shop(lambda _: 1.0, [opening, again])).unseen_events == ()


def test_each_month_ahead_names_what_never_was() -> None:
    """Each month that has it, and no other, also where the first month has none."""
    history = shop(lambda _: 1.0, [Event("店庆", date(2026, 2, 25), date(2026, 3, 5))])
    study = Study(history, MONTH, "")
    study.fit(dict.fromkeys(history.channels, 100000.0))
    months = study.ahead([MONTH.next(m) for m in range(4)])
    assert [month.unseen_events for month in months] == [(), ("店庆",), ("店庆",), ()]
