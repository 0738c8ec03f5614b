"""Figures as people type them into forms."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from optimizer import Fault, InputError

SPACING = str.maketrans("", "", ",， \u00a0\u202f'¥￥$€£%％")


def amount(text: str, field: str) -> Decimal | None:
    """An amount such as 1,000,000 or ¥1 000 000; None where nothing was typed. Raises `InputError`."""
    plain = text.translate(SPACING)
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise InputError([Fault((field,), f"'{text[:40]}' is no number.")]) from None
    if not value.is_finite() or abs(value) > 10**15:
        raise InputError([Fault((field,), f"'{text[:40]}' is no number that can be used.")])
    return value


def share(text: str, field: str) -> float | None:
    """A share typed in per cent. Raises `InputError`."""
    value = amount(text, field)
    if value is None:
        return None
    if not 0 <= value <= 100:
        raise InputError([Fault((field,), f"{value:f} % is not between 0 and 100 %.")])
    return float(value / 100)
