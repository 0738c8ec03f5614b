"""The workspace's settings over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch
from app.workspace import repository, service
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
    """Change what is given; the currency stays. `If-Match` names the version that is changed."""
    caller.check("manage")
    row = service.change(session, caller, wish, match)
    versions.show(response, row.settings_version)
    return WorkspaceRead.model_validate(row)
