"""Failed keys, counted by address: after too many, the answer is "later" instead of "no".

A valid key always passes, so that nobody can lock others out behind a shared address.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from threading import Lock

from app.errors import TooManyError

WITHIN_SECONDS, MOST_ADDRESSES = 60.0, 10_000


class Failures:
    """The failures of the last minute in this process; `most` of one address are answered "no"."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def add(self, address: str) -> None:
        """Count one more; raises `TooManyError` when there are more than `most` within a minute."""
        now = time.monotonic()
        with self._lock:
            times = self._seen.setdefault(address, deque(maxlen=self.most + 1))
            self._seen.move_to_end(address)
            times.append(now)
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            recent = [moment for moment in times if moment > now - WITHIN_SECONDS]
        if len(recent) > self.most:
            raise TooManyError("Too many failed keys from this address.", retry_after=WITHIN_SECONDS)
