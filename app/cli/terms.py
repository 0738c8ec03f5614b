"""Limits as they are typed: `抖音: max_spend=300000 min_roi=2`, with the fields of the API."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import typer

Fields = dict[str, Any]
WORDS: Fields = {"true": True, "false": False, "none": None}
LISTS = {"channels"}  # fields whose value is a list, parted by commas


def fields(text: str, option: str) -> Fields:
    """`field=value` pairs, parted by blanks; a dot leads into an object, as in reserve.max_share=20%."""
    found: Fields = {}
    for pair in text.split():
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter(f"{pair!r} is not of the form field=value.", param_hint=option)
        *path, last = name.split(".")
        inner = found
        for step in path:
            inner = inner.setdefault(step, {})
        inner[last] = value.split(",") if last in LISTS else _value(value)
    return found


def named(text: str, option: str) -> tuple[str, Fields]:
    """A name, a colon, and its fields."""
    name, colon, rest = text.partition(":")
    if not (name.strip() and colon):
        raise typer.BadParameter(f"{text!r} is not of the form NAME: field=value.", param_hint=option)
    return name.strip(), fields(rest, option)


def members(texts: Iterable[str] | None, option: str, key: str) -> list[Fields]:
    """Each named thing as an object of the API, its name in the field `key`."""
    return [{key: name} | found for name, found in (named(text, option) for text in texts or ())]


def joined(*lists: list[Fields]) -> list[Fields]:
    """Channels of several lists as one each, later fields before earlier ones."""
    found: dict[str, Fields] = {}
    for channel in (channel for each in lists for channel in each):
        found[channel["id"]] = found.get(channel["id"], {}) | channel
    return list(found.values())


def _value(text: str) -> Any:
    """A number, a share in per cent, a truth, or a word."""
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    try:
        return Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
    except InvalidOperation:
        return text
