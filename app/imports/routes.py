"""How files are read, over HTTP: remembered by their headers, changed, forgotten."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.db.tables import ImportRow
from app.imports import repository, service
from app.imports.schemas import ImportInput, ImportRead
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["history"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.get("/imports", summary="How files are read")
def every(
    caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100
) -> Page[ImportRead]:
    """Each kind of file that was stored, by its headers."""
    return page_of(session, repository.of(caller), ImportRow.id, Page[ImportRead], after=after, limit=limit)


@router.get("/imports/{import_id}", summary="How one kind of file is read")
def one(import_id: str, caller: WhoCalls, session: ReadSession, response: Response) -> ImportRead:
    """What its columns and names are taken for and, in `ETag`, the version of that."""
    return _shown(repository.get(session, caller, import_id), response)


@router.put("/imports/{import_id}", summary="Have files read otherwise")
def change(
    import_id: str,
    wish: ImportInput,
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
    response: Response,
) -> ImportRead:
    """From the next file with these headers on; what is stored stays. `If-Match` names the version."""
    caller.check("plan")
    return _shown(service.change(session, caller, import_id, wish, match), response)


@router.delete("/imports/{import_id}", summary="Forget how a file was read")
def forget(import_id: str, caller: WhoCalls, session: WriteSession, match: IfMatch) -> ImportRead:
    """The next file with these headers is read by itself again."""
    caller.check("plan")
    match.check(repository.get(session, caller, import_id).version)
    return service.forget(session, caller, import_id)


def _shown(row: ImportRow, response: Response) -> ImportRead:
    versions.show(response, row.version)
    return ImportRead.model_validate(row)
