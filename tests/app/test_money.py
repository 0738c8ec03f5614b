"""Amounts keep every cent between the door and the core."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.money import from_minor, is_whole, to_minor


@given(st.integers(0, 10**18), st.sampled_from(["JPY", "CNY", "KWD"]))
def test_minor_units_come_back(amount: int, currency: str) -> None:
    """What is told to the core and told back is the same amount."""
    assert to_minor(from_minor(amount, currency), currency) == amount


@pytest.mark.parametrize(("currency", "smallest"), [("JPY", "1"), ("CNY", "0.01"), ("KWD", "0.001")])
def test_a_currency_has_its_own_smallest_amount(currency: str, smallest: str) -> None:
    """Yen have no fractions, yuan two decimals, dinars three."""
    assert to_minor(Decimal(smallest), currency) == 1
    assert is_whole(Decimal(smallest), currency)
    assert not is_whole(Decimal(smallest) / 2, currency)


def test_half_a_cent_goes_to_the_even_one() -> None:
    """0.005 is 0 cents and 0.015 two: halves go either way equally often."""
    assert [to_minor(Decimal(x), "CNY") for x in ("0.005", "0.015", "0.025")] == [0, 2, 2]
