"""Rates of other currencies at the door."""

from __future__ import annotations

from pydantic import Field

from app.schemas import Amount, AnyPeriod, Currency, Input, Output

MOST_RATES = 10_000


class RateInput(Input):
    """What a unit of a currency was worth in a month, week or day."""

    currency: Currency
    period: AnyPeriod
    rate: Amount = Field(
        gt=0,
        description="Of the workspace's currency, for one unit of the other.",
        json_schema_extra={"exclusiveMinimum": 0},
    )


class RateBatch(Input):
    """Rates to be stored; one replaces that of its currency and period."""

    rates: list[RateInput] = Field(min_length=1, max_length=MOST_RATES)


class RateRead(Output):
    """A stored rate."""

    currency: str
    period: AnyPeriod
    rate: Amount


class RateCountsRead(Output):
    """What storing some rates did; amounts that were converted before stay as they are."""

    added: int
    changed: int
    unchanged: int


class ConversionRead(Output):
    """Rows that came in another currency, and the rate by which they were converted."""

    currency: str
    period: AnyPeriod
    rate: Amount = Field(description="The mean over the period's days.")
    rows: int
