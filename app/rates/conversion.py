"""Amounts in other currencies, converted at the rates of their own days.

    rate(period) = mean over its days of the rate of the day

where the rate of a day is that of the shortest period with a rate that holds it: a day's before a week's, a
week's before a month's. A period with any day that no rate holds cannot be converted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.rates import repository
from app.rates.schemas import ConversionRead
from optimizer import Fault, HistoryRow, InputError, OutcomeRow, Period

Row = TypeVar("Row", HistoryRow, OutcomeRow)
NameFault = Callable[[int, str], Fault]
DIGITS = Decimal("1e-10")  # to which a mean of rates is told, and used


class Rates:
    """What a currency was worth on any day."""

    def __init__(self, known: dict[Period, Decimal]) -> None:
        self._known, self._found = known, dict[Period, Decimal | None]()
        self._by_day: dict[int, Decimal] = {}
        for period in sorted(known, key=lambda period: -period.days):
            self._by_day |= dict.fromkeys(range(period.start, period.end), known[period])

    def of(self, period: Period) -> Decimal | None:
        """The mean rate over the period's days; None where any day has none."""
        if period not in self._found:
            self._found[period] = self._mean(period)
        return self._found[period]

    def missing(self, period: Period) -> Period:
        """The first day that has none."""
        days = range(period.start, period.end)
        first = next(day for day in days if day not in self._by_day)
        return Period(replace(period, days=1).first.fromordinal(first), 1)

    def _mean(self, period: Period) -> Decimal | None:
        rates = [self._by_day.get(day) for day in range(period.start, period.end)]
        found = [rate for rate in rates if rate is not None]
        if len(found) < len(rates):
            return None
        return found[0] if len(set(found)) == 1 else (sum(found) / Decimal(len(found))).quantize(DIGITS)


@dataclass
class Converter:
    """Turns rows into the workspace's currency, and remembers by which rates and what has none."""

    own: str
    rates: dict[str, Rates]
    used: Counter[tuple[str, Period]]
    faults: list[Fault]

    @classmethod
    def of(cls, session: Session, caller: Caller, currencies: Iterable[str | None]) -> Converter:
        """With the stored rates of these currencies."""
        others = {name for name in currencies if name is not None} - {caller.currency}
        known: dict[str, dict[Period, Decimal]] = {name: {} for name in others}
        for (name, first, days), row in repository.stored(session, caller, others).items() if others else ():
            known[name][Period(first, days)] = Decimal(row.rate)
        return cls(caller.currency, {name: Rates(each) for name, each in known.items()}, Counter(), [])

    def convert(
        self, rows: Sequence[Row], currencies: Sequence[str | None], fault: NameFault
    ) -> Sequence[Row]:
        """The rows, each from its currency (None: the workspace's); `fault` names a row without a rate."""
        if not self.rates:
            return rows
        return [
            self._converted(row, currency or self.own, place, fault)
            for place, (row, currency) in enumerate(zip(rows, currencies, strict=True))
        ]

    def check(self) -> None:
        """Raise `InputError` when any row had no rate."""
        if self.faults:
            raise InputError(self.faults)

    def told(self) -> list[ConversionRead]:
        """What was converted at which rate."""
        return [
            ConversionRead(currency=name, period=period, rate=rate, rows=count)
            for (name, period), count in sorted(self.used.items())
            if (rate := self.rates[name].of(period)) is not None
        ]

    def _converted(self, row: Row, currency: str, place: int, fault: NameFault) -> Row:
        if currency == self.own:
            return row
        rate = self.rates[currency].of(row.period)
        if rate is None:
            day = self.rates[currency].missing(row.period)
            message = f"There is no rate of {currency} for {day}; store one with POST /v1/rates."
            self.faults.append(fault(place, message))
            return row
        self.used[currency, row.period] += 1
        revenue = None if row.revenue is None else _at(rate, row.revenue)
        if isinstance(row, OutcomeRow):
            return replace(row, revenue=revenue)
        return replace(row, spend=_at(rate, row.spend), revenue=revenue)


def _at(rate: Decimal, amount: float) -> float:
    return float(Decimal(repr(amount)) * rate)
