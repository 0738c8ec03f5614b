"""Numbers, periods and names at the door."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from app.schemas import Amount, AnyPeriod, Count, Day, Input, Month, Name, Share

OUT_OF_RANGE: list[object] = [-1, -0.01, 10**15 + 1, 10**40, 10**400, 1e16, float("nan"), float("inf")]
OUT_OF_RANGE += [Decimal("1e999999"), Decimal("NaN"), Decimal("Infinity")]
NO_PERIODS = ["2026-13", "2026-W54", "2026-1", "26-12", "2026-02-30", "0001-01", "9999-12", "²⁰²⁶-12", ""]


class Everything(Input):
    """One field of each kind."""

    amount: Amount = Decimal(1)
    count: Count = 1.0
    share: Share = 0.5
    period: AnyPeriod | None = None
    month: Month | None = None
    day: Day | None = None
    name: Name = "x"


@pytest.mark.parametrize("field", ["amount", "count", "share"])
@pytest.mark.parametrize("value", [True, False, "1", "1_000", None, [], {}, *OUT_OF_RANGE])
def test_what_is_no_plain_number_is_refused(field: str, value: Any) -> None:
    """Text, booleans, NaN, infinities, negatives and numbers beyond 1e15 are refused everywhere."""
    with pytest.raises(ValidationError):
        Everything.model_validate({field: value})


@pytest.mark.parametrize(("written", "read"), [(1, "1"), (Decimal("1.00"), "1"), (1e6, "1e6"), (0.1, "0.1")])
def test_money_is_decimal_in_one_form(written: Any, read: str) -> None:
    """1, 1.0 and 1.00 are the same amount, to the digit."""
    amount = Everything.model_validate({"amount": written}).amount
    assert amount == Decimal(read)
    assert str(amount) == str(Decimal(read).normalize())


def test_money_goes_out_as_a_number() -> None:
    """A whole amount is an integer, another the shortest number that reads back to it."""
    assert '"amount":1000000,' in Everything(amount=Decimal("1E+6")).model_dump_json()
    assert '"amount":0.29,' in Everything(amount=Decimal("0.29")).model_dump_json()


@pytest.mark.parametrize("value", [*NO_PERIODS, 202612, True])
def test_what_is_no_period_is_refused(value: Any) -> None:
    """A period is a month, an ISO week or a day within our times, and nothing else."""
    with pytest.raises(ValidationError):
        Everything.model_validate({"period": value})


def test_a_month_is_no_week() -> None:
    """Where a month is asked for, a week or a day is refused."""
    assert str(Everything(month="2026-12").month) == "2026-12"  # type: ignore[arg-type]
    for other in ("2026-W49", "2026-12-05"):
        with pytest.raises(ValidationError, match="must be a month"):
            Everything.model_validate({"month": other})


@pytest.mark.parametrize("value", ["2026-11-31", "2026-11-01T00:00:00", 1793923200, "11/01/2026"])
def test_a_day_is_written_one_way(value: Any) -> None:
    """A day is year, month, day; no timestamps and no local forms."""
    with pytest.raises(ValidationError):
        Everything.model_validate({"day": value})


@pytest.mark.parametrize("value", ["", "   ", "a\nb", "a\x00", "x" * 101, 7])
def test_a_name_is_one_short_line(value: Any) -> None:
    """Names hold any language, but no control characters, and at most 100 letters."""
    with pytest.raises(ValidationError):
        Everything.model_validate({"name": value})
    assert Everything(name=" 抖音 ").name == "抖音"


def test_an_unknown_field_is_refused() -> None:
    """A mistyped field never passes silently."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        Everything.model_validate({"amounts": 1})
