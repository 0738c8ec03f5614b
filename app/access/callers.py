"""The caller of a request, and what each role may do.

An admin manages keys and settings and may plan, but never approves; an approver never drafts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.errors import ForbiddenError

Role = Literal["viewer", "planner", "approver", "admin"]
Right = Literal["read", "plan", "approve", "manage"]
RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"read"}),
    "planner": frozenset({"read", "plan"}),
    "approver": frozenset({"read", "approve"}),
    "admin": frozenset({"read", "plan", "manage"}),
}


@dataclass(frozen=True)
class Caller:
    """A person with a key of one workspace, at the moment of the request."""

    workspace_id: str
    currency: str
    person: str
    role: Role
    key_id: str
    at: datetime

    def may(self, right: Right) -> bool:
        """Whether the role has this right."""
        return right in RIGHTS[self.role]

    def check(self, right: Right) -> None:
        """Raise `ForbiddenError`, naming the roles that have the right, unless this one has it."""
        if not self.may(right):
            able = ", ".join(role for role, rights in RIGHTS.items() if right in rights)
            raise ForbiddenError(f"The role {self.role} may not do this; it takes: {able}.")
