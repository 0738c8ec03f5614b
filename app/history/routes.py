"""Spend and results of the past, stored over HTTP: as rows, or as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from pydantic import TypeAdapter, ValidationError

from app.chinese import in_language
from app.dependencies import ChosenLanguage
from app.history import repository, service
from app.history.files import HistoryFile
from app.history.mapping import ColumnMapping
from app.history.schemas import HistoryBatch, HistoryPage, MappingRead, NoteRead, StoredRead, UploadRead
from app.imports import service as imports
from app.optimize.known import HistoryInput
from app.pages import Cursor, Limit
from app.problems import STORED_RESPONSES
from app.retries import OnceRoute, StoredRoute
from app.schemas import Currency
from app.sessions import ReadSession, WhoCalls, WriteSession
from optimizer import Fault, InputError

router = APIRouter(prefix="/v1", tags=["history"], route_class=StoredRoute, responses=STORED_RESPONSES)
files = APIRouter(route_class=OnceRoute)
MAPPING = TypeAdapter(ColumnMapping)


@router.post("/history", summary="Store rows of history")
def store(batch: HistoryBatch, caller: WhoCalls, session: WriteSession) -> StoredRead:
    """Add rows, or correct those of the same channel and period; all of them or none."""
    caller.check("plan")
    return service.store_batch(session, caller, batch)


@router.get("/history", summary="Read history")
def read(
    caller: WhoCalls,
    session: ReadSession,
    channel: Annotated[str | None, Query(max_length=100)] = None,
    after: Cursor = None,
    limit: Limit = 100,
) -> HistoryPage:
    """Rows of channels, by channel and period."""
    place = _place(after)
    rows = repository.page(session, caller, channel, place, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    items = [HistoryInput.model_validate(vars(row)) for row in rows[:limit]]
    return HistoryPage(rows=items, next=f"{last.period.first}:{last.channel}" if last else None)


def read_upload(
    request: Request,
    caller: WhoCalls,
    file: Annotated[UploadFile, File(description="CSV or XLSX.")],
    mapping: Annotated[str | None, Form(description="`mapping` of an earlier answer, changed.")] = None,
) -> HistoryFile:
    """The file's rows, read before the upload takes its turn to write, as its kind was read before."""
    caller.check("plan")
    with request.app.state.database.reading() as session:
        known = _mapping(mapping)
        return imports.read(session, caller, file.file.read(), file.filename or "file", mapping=known)


@files.post("/history:upload", summary="Store a file of history")
def upload(
    read: Annotated[HistoryFile, Depends(read_upload)],
    *,
    caller: WhoCalls,
    session: WriteSession,
    language: ChosenLanguage,
    dry_run: Annotated[bool, Query(description="Say what would be stored, and store nothing.")] = False,
    currency: Annotated[
        Currency | None, Query(description="Of the file's amounts, where no column says it.")
    ] = None,
) -> UploadRead:
    """Read a CSV or XLSX file of any known layout and store its rows; a wrong cell stops all of it."""
    with session.begin_nested() as attempt:
        stored = service.store_file(session, caller, read, currency)
        imports.remember(session, caller, read)
        if dry_run:
            attempt.rollback()
    return UploadRead(
        **stored.model_dump(),
        dry_run=dry_run,
        mapping=MappingRead(**vars(read.mapping)),
        notes=[NoteRead(code=note.code, message=in_language(note.message, language)) for note in read.notes],
    )


def _mapping(text: str | None) -> ColumnMapping | None:
    if text is None:
        return None
    try:
        return MAPPING.validate_json(text)
    except ValidationError as error:
        raise InputError([Fault(("mapping",), "This is no mapping as an upload answers it.")]) from error


def _place(after: str | None) -> tuple[str, str] | None:
    if after is None:
        return None
    first, _, channel = after.partition(":")
    return channel, first


router.include_router(files)
