"""What stored rows say of any span of days: a row's figures are spread evenly over its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from optimizer import HistoryRow, OutcomeRow

METRICS = ("revenue", "conversions", "new_customers", "impressions", "clicks")


@dataclass(frozen=True)
class Sums:
    """What came in some days; a result that no row has is None. `days` were covered, up to `last`."""

    spend: float = 0.0
    revenue: float | None = None
    conversions: float | None = None
    new_customers: float | None = None
    impressions: float | None = None
    clicks: float | None = None
    days: int = 0
    last: date | None = None

    @property
    def roi(self) -> float | None:
        """Revenue per unit of spend."""
        return _ratio(self.revenue, self.spend)

    @property
    def ctr(self) -> float | None:
        """Clicks per impression."""
        return _ratio(self.clicks, self.impressions)

    @property
    def cvr(self) -> float | None:
        """Conversions per click."""
        return _ratio(self.conversions, self.clicks)

    @property
    def cpa(self) -> float | None:
        """Spend per conversion."""
        return _ratio(self.spend, self.conversions)


def sums(rows: Iterable[HistoryRow | OutcomeRow], first: date, last: date) -> Sums:
    """What came from the first to the last day, both included."""
    start, end = first.toordinal(), last.toordinal() + 1
    spend, days, seen = 0.0, 0, 0
    found = dict.fromkeys(METRICS, 0.0)
    known = set[str]()
    for row in rows:
        until = min(row.period.end, end)
        within = until - max(row.period.start, start)
        if within <= 0:
            continue
        share = within / row.period.days
        days, seen = days + within, max(seen, until - 1)
        spend += share * getattr(row, "spend", 0.0)
        for metric in METRICS:
            if (value := getattr(row, metric, None)) is not None:
                known.add(metric)
                found[metric] += share * value
    results = {metric: found[metric] for metric in known}
    return Sums(spend, **results, days=days, last=date.fromordinal(seen) if seen else None)


def weeks_before(rows: Sequence[HistoryRow], day: date, weeks: int) -> list[Sums]:
    """The sums of each of the last weeks before a day, oldest first; weeks without any row left out."""
    starts = (day - timedelta(weeks=back) for back in range(weeks, 0, -1))
    found = (sums(rows, start, start + timedelta(days=6)) for start in starts)
    return [week for week in found if week.days]


def by_channel(rows: Iterable[HistoryRow]) -> dict[str, list[HistoryRow]]:
    """The rows of each channel."""
    found: dict[str, list[HistoryRow]] = {}
    for row in rows:
        found.setdefault(row.channel, []).append(row)
    return found


def _ratio(part: float | None, of: float | None) -> float | None:
    return None if part is None or not of or of <= 0 else part / of
