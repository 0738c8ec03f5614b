"""What the core noticed and a planner should know, as facts; the service puts it into words.

A finding has a `code` (what it is), a channel (None for the whole account), the numbers that
its sentence needs, and the events that it speaks of. Codes are stable: people filter by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing worth telling, e.g. Finding("short_history", "微博", {"periods": 3})."""

    code: str
    channel: str | None = None
    facts: dict[str, float | str] = field(default_factory=dict)
    events: tuple[str, ...] = ()
