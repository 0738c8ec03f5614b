"""What a spreadsheet program runs to talk with the service, as files to be pasted into it.

The files stand here as they are served, but for the address of the service, which is filled in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from app.errors import NotFoundError

FILES = ("read_plan.pq", "plan_month.pq", "office_script.ts", "apps_script.gs", "budget_plan.py")
PLACE = "{{address}}"
ADDRESS = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def connector(name: str, address: str) -> str:
    """A file with the service's address in it; raises `NotFoundError` for any other name.

    The address comes from the request's Host header, which anyone may write: nothing but a plain address is
    filled into a program.
    """
    if name not in FILES:
        raise NotFoundError("There is no such connector.")
    if not ADDRESS.fullmatch(address):
        raise NotFoundError("The service was asked for under an address that is none.")
    return _text(name).replace(PLACE, address)


@lru_cache
def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
