"""What cells were told, remembered while nothing in their workspace has changed.

A sheet of 500 cells asks some 2,000 times, mostly for what it was told a moment ago, or for another number of
the plan that was read a moment ago. Both are remembered together with the head of the workspace's audit trail
before they were read: under another head they are not there.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from starlette.responses import Response

Kept = TypeVar("Kept")
HEADERS = {
    "Cache-Control": "private, no-cache",  # may be kept by the asker, and must be asked for again
    "Referrer-Policy": "no-referrer",  # an address may hold a key
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Remembered(Generic[Kept]):
    """The last things that were read, each true under one head of a trail."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[str, Kept]] = OrderedDict()
        self._lock = Lock()

    def has(self, name: Hashable) -> bool:
        """Whether something is remembered by this name, be it still true or not."""
        return name in self._kept

    def find(self, name: Hashable, head: str) -> Kept | None:
        """What was read under this head, if it is remembered."""
        with self._lock:
            known = self._kept.get(name)
        return known[1] if known is not None and known[0] == head else None

    def keep(self, name: Hashable, head: str, thing: Kept) -> None:
        """Remember what was read after the trail had this head."""
        with self._lock:
            self._kept[name] = (head, thing)
            self._kept.move_to_end(name)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


class Answer(NamedTuple):
    """What a cell is told: body, media type, tag, the name of a file, and the route that told it."""

    body: bytes
    media_type: str
    tag: str
    name: str | None
    route: Any

    @classmethod
    def of(cls, body: bytes, media_type: str, name: str | None, route: Any) -> Answer:
        """An answer and its tag, which is the same for the same body."""
        return cls(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"', name, route)

    def response(self, if_none_match: str) -> Response:
        """The body with its tag, or 304 when the asker names that tag."""
        headers = {**HEADERS, "ETag": self.tag}
        if self.name:
            headers["Content-Disposition"] = f'inline; filename="{self.name}"'
        held = {each.strip().removeprefix("W/") for each in if_none_match.split(",")} if if_none_match else ()
        if self.tag in held or "*" in held:
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.media_type)
