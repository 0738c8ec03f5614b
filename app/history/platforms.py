"""The exports of advertising platforms and shop systems, known by their columns, from `platforms.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from app.history.columns import Meaning, meaning_of, name_of


@dataclass(frozen=True)
class Platform:
    """One kind of export; `channel` is None where rows name their channel or stand for the whole shop."""

    name: str
    channel: str | None
    signature: tuple[frozenset[str], ...]
    columns: dict[str, Meaning]
    advice: str

    def is_met_by(self, names: Collection[str]) -> bool:
        """Whether headers of these names are this export's."""
        return all(not group.isdisjoint(names) for group in self.signature)


def _platforms() -> tuple[Platform, ...]:
    table = tomllib.loads(Path(__file__).with_name("platforms.toml").read_text("utf-8"))["platform"]
    return tuple(
        Platform(
            name=entry["name"],
            channel=entry.get("channel"),
            signature=tuple(frozenset(group) for group in entry["signature"]),
            columns={name: Meaning(meaning) for name, meaning in entry["columns"].items()},
            advice=entry.get("advice", ""),
        )
        for entry in table
    )


PLATFORMS = _platforms()


def platform_of(headers: Collection[str]) -> Platform | None:
    """The platform whose export has these headers; None when it is none that is known.

    A table with a column of channels is a planner's own, whatever platform its figures were copied from.
    """
    names = {name_of(header)[0] for header in headers}
    platform = next((platform for platform in PLATFORMS if platform.is_met_by(names)), None)
    names_channels = any((known := meaning_of(header)) and known[0] is Meaning.CHANNEL for header in headers)
    return None if platform and platform.channel and names_channels else platform
