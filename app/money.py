"""Amounts between the door (Decimal in the currency) and the core (integer minor units)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

WITHOUT_MINOR_UNIT = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"}
WITHOUT_MINOR_UNIT |= {"VND", "VUV", "XAF", "XOF", "XPF"}
WITH_THOUSANDTHS = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def digits(currency: str) -> int:
    """Decimals of the currency's minor unit (ISO 4217): 2, unless it has none or three."""
    if currency in WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in WITH_THOUSANDTHS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units; a fraction of one is rounded half to even."""
    return int(amount.scaleb(digits(currency)).to_integral_value(ROUND_HALF_EVEN))


def from_minor(amount: int, currency: str) -> Decimal:
    """The amount in currency units."""
    return Decimal(amount).scaleb(-digits(currency))


def is_whole(amount: Decimal, currency: str) -> bool:
    """Whether the amount can be paid: no fraction of the minor unit."""
    minor = amount.scaleb(digits(currency))
    return minor == minor.to_integral_value()
