"""What every schema at the door is made of.

Numbers are strict: no text, no true or false, no NaN or infinity, nothing beyond 1e15. Money comes in
as Decimal, everything else as float. Unknown fields are refused, and every fault is listed at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from optimizer import Fault, InputError, Period

LARGEST_NUMBER = 10**15
YEARS = range(1970, 2200)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Input(BaseModel):
    """What a caller sends: nothing unknown, nothing guessed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, frozen=True, str_strip_whitespace=True
    )


class Output(BaseModel):
    """What a caller gets."""

    model_config = ConfigDict(frozen=True)


class FaultyError(ValueError):
    """Several faults found by one validator; their paths start where the validator stands."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("; ".join(fault.message for fault in faults))


def refuse(faults: Sequence[Fault]) -> None:
    """Raise `FaultyError` when there is any fault."""
    if faults:
        raise FaultyError(faults)


def _float(value: object) -> object:
    """Decimal, as the JSON reader gives it, to float; anything else is left to the strict check."""
    return float(value) if isinstance(value, Decimal) else value


def _decimal(value: object) -> object:
    """A JSON number to Decimal, in one form for 1, 1.0 and 1.00."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("Input should be a number")
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > 20:
        return Decimal(LARGEST_NUMBER * 10)
    return (Decimal(repr(value)) if isinstance(value, float) else Decimal(value)).normalize()


@lru_cache(maxsize=4096)
def _parse_period(text: str) -> Period:
    try:
        period = Period.parse(text)
    except InputError as error:
        raise ValueError(str(error)) from error
    if period.first.year not in YEARS:
        raise ValueError(f"The year must lie between {YEARS[0]} and {YEARS[-1]}.")
    return period


def _period(value: object) -> Period:
    if isinstance(value, Period):
        return value
    if not isinstance(value, str):
        raise ValueError("A period is a text such as 2026-12, 2026-W49 or 2026-12-05.")
    return _parse_period(value.strip())


@lru_cache(maxsize=4096)
def _written(period: Period) -> str:
    return str(period)


def _month(period: Period) -> Period:
    if period.grain != "month":
        raise ValueError("This must be a month, such as 2026-12.")
    return period


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            day = date.fromisoformat(value)
            if day.year in YEARS:
                return day
    except ValueError:
        pass
    raise ValueError(f"A day is a text such as 2026-12-05, in the years {YEARS[0]} to {YEARS[-1]}.")


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("This is no time zone such as Asia/Shanghai or UTC.") from error
    return name


def _currency(code: str) -> str:
    if not re.fullmatch("[A-Z]{3}", code):
        raise ValueError("A currency is three capital letters, such as CNY.")
    return code


def _country(code: str) -> str:
    if not re.fullmatch("([A-Z]{2})?", code):
        raise ValueError("A country is two capital letters, such as CN; empty for no festivals.")
    return code


def _plain(amount: Decimal) -> int | float:
    """A whole amount as an integer, another as the shortest number that reads back to it."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _schema(kind: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, **more})


Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Quantity = Annotated[
    float,
    Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER),
    BeforeValidator(_float, json_schema_input_type=float),
]
Count = Annotated[Quantity, Field(ge=0)]
Share = Annotated[Quantity, Field(ge=0, le=1)]
Amount = Annotated[
    Decimal,
    Field(ge=0, le=LARGEST_NUMBER),
    BeforeValidator(_decimal, json_schema_input_type=float),
    PlainSerializer(_plain, when_used="json"),
    _schema("number", minimum=0, maximum=LARGEST_NUMBER),
]
Money = Annotated[Decimal, PlainSerializer(_plain, when_used="json"), _schema("number")]
AnyPeriod = Annotated[
    Period,
    BeforeValidator(_period),
    PlainSerializer(_written),
    _schema("string", examples=["2026-12", "2026-W49", "2026-12-05"]),
]
Month = Annotated[
    Period,
    BeforeValidator(_period),
    AfterValidator(_month),
    PlainSerializer(_written),
    _schema("string", pattern="^[0-9]{4}-[0-9]{2}$", examples=["2026-12"]),
]
Day = Annotated[date, BeforeValidator(_day), _schema("string", format="date")]
TimeZone = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,50}$"),
    AfterValidator(_time_zone),
    Field(description="IANA name, such as Asia/Shanghai."),
]
Currency = Annotated[
    str,
    AfterValidator(_currency),
    Field(description="ISO 4217 code.", json_schema_extra={"pattern": "^[A-Z]{3}$"}),
]
Country = Annotated[
    str,
    AfterValidator(_country),
    Field(
        description="ISO 3166 code; its festivals are known. Empty: none. By default the currency's.",
        json_schema_extra={"pattern": "^([A-Z]{2})?$"},
    ),
]
