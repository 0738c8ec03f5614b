"""A workspace's settings, changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.db.tables import WorkspaceRow
from app.versions import Match
from app.workspace import repository
from app.workspace.schemas import WorkspaceChange


def change(session: Session, caller: Caller, wish: WorkspaceChange, match: Match) -> WorkspaceRow:
    """Change what is given; raises `StaleError` or `UnconditionalError` when not this version is meant."""
    row = repository.get(session, caller)
    match.require(row.settings_version)
    changed = {
        name: value
        for name, value in wish.model_dump(exclude_none=True).items()
        if value != getattr(row, name)
    }
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.settings_version += 1
        audit.record(session, caller, "workspace.change", row.id, **changed)
    return row
