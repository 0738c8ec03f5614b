"""Days on which everybody buys: the shopping calendar of a country, as named events.

Public holidays come from the `holidays` library; shopping festivals that no law knows are
counted from them or from the calendar. Each festival is up to three events, run-up, main days
and aftermath, because demand climbs before it and rests after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from optimizer.periods import Event

AFTERMATH = "after a festival"
GREAT = 0.6  # spread of the effect of festivals that may double what a shop sells


@lru_cache(maxsize=64)
def shopping_calendar(country: str, first_year: int, last_year: int) -> tuple[Event, ...]:
    """The shopping festivals of `country` (ISO 3166 alpha-2) that touch these years, in order of time.

    An empty country has none; a country without a calendar of its own has the international ones.
    """
    if not country:
        return ()
    events: list[Event] = []
    for year in range(first_year - 1, last_year + 2):
        events += _chinese(year) if country in {"CN", "HK", "MO", "TW", "SG"} else _western(year)
    return tuple(sorted(events, key=lambda event: (event.start, event.name)))


def _chinese(year: int) -> Iterator[Event]:
    yield from _festival("women's day", date(year, 3, 5), date(year, 3, 8))
    yield from _festival("6.18", date(year, 6, 16), date(year, 6, 18), run_up_days=15, spread=GREAT)
    yield from _festival("national day", date(year, 10, 1), date(year, 10, 7))
    yield from _festival("double 11", date(year, 11, 9), date(year, 11, 11), run_up_days=16, spread=GREAT)
    yield from _festival("double 12", date(year, 12, 9), date(year, 12, 12))
    yield from _black_friday(year)
    new_year = spring_festival(year)
    yield _around("before spring festival", new_year, -25, -6)
    yield _around("spring festival", new_year, -5, 8)
    yield _around("after spring festival", new_year, 9, 25)


def _western(year: int) -> Iterator[Event]:
    yield from _black_friday(year)
    yield from _festival("christmas", date(year, 12, 12), date(year, 12, 23), run_up_days=10)


def _black_friday(year: int) -> Iterator[Event]:
    """The day after the fourth Thursday of November, to the Monday after it."""
    first = date(year, 11, 1)
    thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    yield from _festival("black friday", thursday + timedelta(days=1), thursday + timedelta(days=4))


def _festival(
    name: str, start: date, end: date, *, run_up_days: int = 0, spread: float = Event.spread
) -> Iterator[Event]:
    if run_up_days:
        first = start - timedelta(days=run_up_days)
        yield Event(f"before {name}", first, start - timedelta(days=1), spread)
    yield Event(name, start, end, spread)
    yield Event(AFTERMATH, end + timedelta(days=1), end + timedelta(days=7))


def _around(name: str, day: date, first: int, last: int) -> Event:
    return Event(name, day + timedelta(days=first), day + timedelta(days=last), GREAT)


@lru_cache(maxsize=64)
def spring_festival(year: int) -> date:
    """New Year's Day of the lunar calendar."""
    from holidays import country_holidays

    calendar = country_holidays("CN", years=year, observed=False, language="en_US")
    days = sorted(calendar.get_named("Spring Festival"))
    return days[0]
