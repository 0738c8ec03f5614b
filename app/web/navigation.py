"""What the pages' head offers to whom; a page that joins adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.desk import SAMPLE
from app.web.visits import Visit


@dataclass(frozen=True)
class Entry:
    """One way to go."""

    text: str
    path: str
    is_here: bool


STRANGERS = (("shell.sample", "/"), ("shell.api", "/docs"))
MEMBERS = (("shell.months", "/plans"), ("shell.sample", "/sample"), ("shell.api", "/docs"))


KEPT = ("reserve", "progress", "ahead", "paper")  # pages that only a stored plan has


def entries(visit: Visit) -> list[Entry]:
    """The head's entries for a visitor, the one that is looked at marked."""
    offered, here = MEMBERS if visit.caller else STRANGERS, visit.request.url.path
    return [Entry(visit.say(name), path, _leads(path, here)) for name, path in offered]


def _leads(path: str, here: str) -> bool:
    return here == path or (path != "/" and here.startswith(path + "/"))


def ways(path: str) -> list[tuple[str, str]]:
    """The pages of one plan, stored or on the desk, by the names of their texts."""
    first = "/sample" if path == f"/desk/{SAMPLE}" else path
    found = [("plan", first), ("what_if", f"{path}/what-if"), ("frontier", f"{path}/frontier")]
    found.append(("evidence", f"{path}/evidence"))
    return found if path.startswith("/desk/") else [*found, *((name, f"{path}/{name}") for name in KEPT)]
