"""The workspace's channels over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app import versions
from app.access import audit
from app.access.callers import Caller
from app.channels import repository
from app.channels.schemas import ChannelRead, fill, read
from app.db.tables import ChannelRow
from app.errors import ConflictError
from app.optimize.channels import Channel
from app.optimize.known import MOST_CHANNELS
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["channels"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/channels", status_code=201, summary="Add a channel")
def add(channel: Channel, caller: WhoCalls, session: WriteSession, response: Response) -> ChannelRead:
    """A channel that money can be spent on, and its usual limits."""
    caller.check("plan")
    if repository.find(session, caller, channel.id):
        raise ConflictError(f"There is a channel {channel.id} already; change it with PUT.")
    if len(repository.every(session, caller)) >= MOST_CHANNELS:
        raise ConflictError(f"There are {MOST_CHANNELS} channels already, the most there can be.")
    row = ChannelRow(workspace_id=caller.workspace_id, id=channel.id)
    session.add(row)
    return _kept(session, caller, row, channel, response)


@router.get("/channels", summary="List channels")
def every(caller: WhoCalls, session: ReadSession) -> list[ChannelRead]:
    """All channels of the workspace, by id."""
    return repository.every(session, caller)


@router.get("/channels/{channel_id}", summary="Read a channel")
def one(channel_id: str, caller: WhoCalls, session: ReadSession, response: Response) -> ChannelRead:
    """A channel and, in `ETag`, its version."""
    row = repository.get(session, caller, channel_id)
    versions.show(response, row.version)
    return read(row, caller.currency)


@router.put("/channels/{channel_id}", summary="Change a channel")
def change(
    channel_id: str,
    channel: Channel,
    *,
    caller: WhoCalls,
    session: WriteSession,
    match: IfMatch,
    response: Response,
) -> ChannelRead:
    """The channel as it shall be; `If-Match` names the version that is changed."""
    caller.check("plan")
    row = repository.get(session, caller, channel_id)
    match.check(row.version, is_required=True)
    if channel.id != channel_id:
        raise ConflictError(f"The id in the body, {channel.id}, is not the one in the path.")
    return _kept(session, caller, row, channel, response)


def _kept(
    session: Session, caller: Caller, row: ChannelRow, channel: Channel, response: Response
) -> ChannelRead:
    fill(row, channel, caller.currency)
    session.flush()
    kept = read(row, caller.currency)
    audit.record(session, caller, "channel.set", row.id, **kept.model_dump(mode="json"))
    versions.show(response, row.version)
    return kept
