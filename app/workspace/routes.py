"""The workspace's settings over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.access import audit
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch
from app.workspace import repository
from app.workspace.schemas import WorkspaceChange, WorkspaceRead

router = APIRouter(prefix="/v1", tags=["workspace"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.get("/workspace", summary="Read the workspace's settings")
def read(caller: WhoCalls, session: ReadSession, response: Response) -> WorkspaceRead:
    """Name, currency, time zone, and the rules that its plans are under."""
    row = repository.get(session, caller)
    versions.show(response, row.settings_version)
    return WorkspaceRead.model_validate(row)


@router.patch("/workspace", summary="Change the workspace's settings")
def change(
    wish: WorkspaceChange, *, caller: WhoCalls, session: WriteSession, match: IfMatch, response: Response
) -> WorkspaceRead:
    """Change what is given; the currency stays what it was made with."""
    caller.check("manage")
    row = repository.get(session, caller)
    match.check(row.settings_version)
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
    versions.show(response, row.settings_version)
    return WorkspaceRead.model_validate(row)
