"""How exactly figures are answered: to the cent, or to as many digits as any fit supports."""

from __future__ import annotations


def amount(value: float) -> float:
    """A response, to two decimals."""
    return round(value, 2) + 0.0


def figure(value: float) -> float:
    """Six significant digits: more would be a claim that no fit supports."""
    return float(f"{value:.6g}") + 0.0
