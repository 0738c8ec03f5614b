"""Keys and the audit trail of a workspace, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from app.access import audit, service
from app.access.schemas import AuditRead, ChainRead, KeyInput, KeyRead, NewKeyRead, RotationInput
from app.db.tables import AuditRow, KeyRow, WorkspaceRow
from app.pages import Cursor, Limit, Page, page_of
from app.plans import repository as plans
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import KeySecret, ReadSession, WhoCalls, WriteSession

router = APIRouter(prefix="/v1", tags=["access"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/keys", status_code=201, summary="Make a key")
def create_key(wish: KeyInput, caller: WhoCalls, session: WriteSession, secret: KeySecret) -> NewKeyRead:
    """A key for a person, or (role `sheet`) for the cells of a spreadsheet; shown this once."""
    caller.check("manage")
    if wish.plan_id is not None:
        plans.get(session, caller, wish.plan_id)
    row, key = service.create_key(session, caller, wish, secret)
    return _shown(row, key)


@router.get("/keys", summary="List keys")
def list_keys(
    caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100
) -> Page[KeyRead]:
    """The workspace's keys, ended ones included, without their secrets."""
    caller.check("manage")
    query = select(KeyRow).where(KeyRow.workspace_id == caller.workspace_id)
    return page_of(session, query, KeyRow.id, Page[KeyRead], after=after, limit=limit)


@router.post("/keys/{key_id}:rotate", status_code=201, summary="Replace a key")
def rotate_key(
    key_id: str, wish: RotationInput, caller: WhoCalls, session: WriteSession, secret: KeySecret
) -> NewKeyRead:
    """A new key like the old one, which works on for the hours of overlap."""
    caller.check("manage")
    row, key = service.rotate_key(session, caller, key_id, wish.overlap_hours, secret)
    return _shown(row, key)


@router.post("/keys/{key_id}:revoke", summary="End a key")
def revoke_key(key_id: str, caller: WhoCalls, session: WriteSession) -> KeyRead:
    """From the next request on, this key opens nothing."""
    caller.check("manage")
    return KeyRead.model_validate(service.revoke_key(session, caller, key_id))


def wanted(
    person: Annotated[str | None, Query(max_length=100)] = None,
    action: Annotated[str | None, Query(max_length=100, description="`plan.approve`; `plan`: all.")] = None,
    object: Annotated[str | None, Query(max_length=100)] = None,  # noqa: A002  the entry's own name
) -> dict[str, str | None]:
    """Which entries are wanted; none named is all of them."""
    return {"person": person, "action": action, "object": object}


@router.get("/audit", summary="Who did what")
def list_audit(
    caller: WhoCalls,
    session: ReadSession,
    wish: Annotated[dict[str, str | None], Depends(wanted)],
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Limit = 100,
) -> Page[AuditRead]:
    """The audit trail in order, or what is wanted of it; each entry is chained by hash to the one before."""
    query = audit.entries(caller, **wish)
    return page_of(session, query, AuditRow.number, Page[AuditRead], after=after, limit=limit)


@router.get("/audit:verify", summary="Is the trail whole?")
def verify_audit(caller: WhoCalls, session: ReadSession) -> ChainRead:
    """Walk the whole trail and compare every hash."""
    workspace = session.get_one(WorkspaceRow, caller.workspace_id)
    broken = audit.broken_link(session, caller.workspace_id)
    return ChainRead(entries=workspace.audit_count, head=workspace.audit_head, broken=broken)


def _shown(row: KeyRow, key: str) -> NewKeyRead:
    return NewKeyRead(**KeyRead.model_validate(row).model_dump(), key=key)
