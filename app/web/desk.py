"""Plans that nobody asked to keep: made from a file in memory, forgotten when room or time runs out.

Nothing here touches the database. A trial is found by an id that cannot be guessed, and by nothing else.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from threading import Lock

from app.errors import NotFoundError
from app.history.files import HistoryFile
from app.history.mapping import ColumnMapping
from app.optimize.service import Planned, Studies
from app.web.forms import Typed
from app.web.kept import Ground
from optimizer import Fault

MOST_TRIALS, MOST_BYTES, KEPT_SECONDS = 64, 128_000_000, 4 * 3600
SAMPLE = "sample"
MEANINGS = ["period", "channel", "spend", "revenue", "conversions", "new_customers"]
MEANINGS += ["impressions", "clicks", "ignored"]


@dataclass(frozen=True)
class Wish:
    """What was asked for beside the file; what was left open is taken from the file."""

    month: str = ""
    budget: str = ""
    currency: str = "CNY"

    @property
    def form(self) -> Typed:
        """The form that it was typed into."""
        return Typed(asdict(self))


@dataclass(frozen=True, eq=False)
class Trial:
    """A file that was dropped, how it was read, and its plan or what stood in the way."""

    name: str
    data: bytes
    wish: Wish
    read: HistoryFile | None = None
    planned: Planned | None = None
    mapping: ColumnMapping | None = None
    faults: Sequence[Fault] = ()
    studies: Studies = field(default_factory=Studies)
    left_out: int = 0

    @cached_property
    def ground(self) -> Ground:
        """What its what-ifs start from."""
        assert self.planned
        return Ground(self.planned.request, self.studies)


class Desk:
    """The trials of this process, the latest looked at kept longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, Trial]] = OrderedDict()
        self._lock = Lock()

    def put(self, trial: Trial, place: str | None = None) -> str:
        """Keep a trial, in place of another when one is named, and say where."""
        place = place or secrets.token_urlsafe(16)
        with self._lock:
            self._kept[place] = (time.monotonic() + KEPT_SECONDS, trial)
            self._kept.move_to_end(place)
            while len(self._kept) > MOST_TRIALS or self._bytes() > MOST_BYTES:
                self._kept.popitem(last=False)
        return place

    def get(self, place: str) -> Trial:
        """A trial; raises `NotFoundError` for one that was never there, or is forgotten."""
        with self._lock:
            until, trial = self._kept.get(place, (0.0, None))
            if trial is None or until < time.monotonic():
                self._kept.pop(place, None)
                raise NotFoundError("This file is not on the desk any more; drop it again.")
            self._kept.move_to_end(place)
            return trial

    def _bytes(self) -> int:
        return sum(len(trial.data) for _, trial in self._kept.values())
