"""Figures below zero and changes, with one sign wherever people read them: the minus, as wide as a plus.

Files and JSON, which machines read, keep the hyphen.
"""

from __future__ import annotations

from string import Formatter
from typing import Any

MINUS = "−"
UNMOVED = 0.0005  # a change by less is none


def minus(figure: str) -> str:
    """A figure with the sign that is as wide as a plus."""
    return figure.replace("-", MINUS)


def changed(share: float, decimals: int = 1) -> str:
    """A relative change in per cent, with its sign: +12.5%, −3.1%, ±0%."""
    return minus(f"{share:+.{decimals}%}") if abs(share) >= UNMOVED else "±0%"


class _Sentence(Formatter):
    """Fills a sentence; its numbers bear the sign that people read."""

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        return minus(text) if isinstance(value, int | float) else text


def filled(sentence: str, **facts: object) -> str:
    """A sentence with its facts filled in, numbers below zero with the minus."""
    return _Sentence().format(sentence, **facts)
