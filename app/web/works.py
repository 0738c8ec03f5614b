"""Work of seconds for a page: done once beside it, watched while it goes on, and kept.

One thread works, so that pages that are quick stay so. Whoever looks at the same work sees the same
progress; whoever leaves and comes back finds it done.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from app.errors import TooBusyError

MOST_KEPT, MOST_WAITING = 64, 16
OnStep = Callable[[int, int], None]
"""Told after every step how many are done, of how many."""


@dataclass(eq=False)
class Work:
    """A piece of work: how far it is, and what came of it."""

    done: int = 0
    of: int = 0
    future: Future[Any] = field(default_factory=Future)

    def step(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.done, self.of = done, of

    @property
    def is_over(self) -> bool:
        """Whether it came to a result, or failed."""
        return self.future.done()

    @property
    def has_failed(self) -> bool:
        """Whether it came to no result."""
        return self.future.done() and self.future.exception() is not None


class Works:
    """The works of this process, those looked at last kept longest; what failed is tried again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], Work] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, "work")

    def of(self, key: tuple[str, ...], do: Callable[[OnStep], Any]) -> Work:
        """The work of this key: begun now, going on, or done. Raises `TooBusyError` when too much waits."""
        with self._lock:
            work = self._kept.get(key)
            if work is None or work.has_failed:
                work = self._begun(do)
            self._kept[key] = work
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return work

    def _begun(self, do: Callable[[OnStep], Any]) -> Work:
        if sum(not work.is_over for work in self._kept.values()) >= MOST_WAITING:
            raise TooBusyError("Much is being worked on already; try again in a minute.")
        work = Work()
        work.future = self._worker.submit(copy_context().run, do, work.step)
        return work
