"""The caller of a request, and what each role may do.

An admin manages keys and settings and may plan, but never approves; an approver never drafts. A key of the
role sheet may stand in the address of a spreadsheet's cell, so it opens nothing but what such cells read.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.errors import ForbiddenError

Role = Literal["viewer", "planner", "approver", "admin", "sheet"]
Right = Literal["sheets", "read", "plan", "approve", "manage"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"sheets", "read"}),
    "planner": frozenset({"sheets", "read", "plan"}),
    "approver": frozenset({"sheets", "read", "approve"}),
    "admin": frozenset({"sheets", "read", "plan", "manage"}),
    "sheet": frozenset({"sheets"}),
}


@dataclass(frozen=True)
class Caller:
    """A person with a key of one workspace (or of one plan of it), at the moment of the request."""

    workspace_id: str
    currency: str
    person: str
    role: Role
    key_id: str
    at: datetime
    plan_id: str | None = None

    def is_one_of(self, *persons: str | None) -> bool:
        """Whether one of these names is the caller's, however it is spelled: `Wang Li` is `wang  li`."""
        return _plain(self.person) in {_plain(person) for person in persons if person is not None}

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]

    def check(self, right: Right) -> None:
        """Raise `ForbiddenError`, naming the roles that have the right, unless this one has it."""
        if not self.may(right):
            able = ", ".join(role for role, rights in RIGHTS.items() if right in rights)
            raise ForbiddenError(f"The role {self.role} may not do this; it takes: {able}.")


def _plain(person: str) -> str:
    """A name without what the eye takes for the same: case, spaces, full-width letters."""
    return "".join(unicodedata.normalize("NFKC", person).casefold().split())
