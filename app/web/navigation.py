"""What the pages' head offers to whom; a page that joins adds its line here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.access.callers import Right
from app.web.desk import SAMPLE
from app.web.visits import Visit


@dataclass(frozen=True)
class Entry:
    """One way to go."""

    text: str
    path: str
    is_here: bool
    is_rest: bool = False  # on a phone it stands in the foot


EVERYBODY = (("shell.sheets", "/sheets/connect"), ("shell.api", "/docs"))
STRANGERS = (("shell.sample", "/"), *EVERYBODY)
MEMBERS: tuple[tuple[str, str], ...] = (
    ("shell.months", "/plans"),
    ("shell.tests", "/experiments"),
    ("shell.setup", "/setup/channels"),
)
MEMBERS += (("shell.sample", "/sample"), *EVERYBODY)


KEPT = ("reserve", "progress", "ahead", "paper")  # pages that only a stored plan has


def entries(visit: Visit) -> list[Entry]:
    """The head's entries for a visitor, the one that is looked at marked."""
    offered, here = MEMBERS if visit.caller else STRANGERS, visit.request.url.path
    rest = EVERYBODY if visit.caller else ()
    return [
        Entry(visit.say(name), path, _leads(room_of(path), here), (name, path) in rest)
        for name, path in offered
    ]


def room_of(path: str) -> str:
    """What the pages behind an entry have in common."""
    return path.removesuffix("/channels")


def _leads(path: str, here: str) -> bool:
    return here == path or (path != "/" and here.startswith(path + "/"))


def ways(path: str) -> list[tuple[str, str]]:
    """The pages of one plan, stored or on the desk, by the names of their texts."""
    first = "/sample" if path == f"/desk/{SAMPLE}" else path
    found = [("plan", first), ("what_if", f"{path}/what-if"), ("frontier", f"{path}/frontier")]
    found += [(name, f"{path}/{name}") for name in ("evidence", "behind")]
    return found if path.startswith("/desk/") else [*found, *((name, f"{path}/{name}") for name in KEPT)]


SETUP: tuple[tuple[str, Right], ...] = (("channels", "read"), ("events", "read"), ("goals", "read"))
SETUP += (("rates", "read"), ("imports", "read"), ("schedule", "read"), ("workspace", "read"))
SETUP += (("keys", "manage"), ("audit", "read"))


def setup_view(visit: Visit, name: str) -> dict[str, Any]:
    """What all pages of the set-up show beside their own: the ways to those that the visitor may look at."""
    caller = visit.known()
    ways = [(page, f"/setup/{page}") for page, right in SETUP if caller.may(right)]
    return {"ways": ways, "within_name": "shell.setup", "here": f"/setup/{name}"}
