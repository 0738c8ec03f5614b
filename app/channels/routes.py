"""The workspace's channels over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app import versions
from app.access.callers import Caller
from app.channels import repository, service
from app.channels.schemas import ChannelRead, read
from app.db.tables import ChannelRow
from app.optimize.channels import Channel
from app.pages import Cursor, Limit, Page, page_of
from app.problems import STORED_RESPONSES
from app.retries import StoredRoute
from app.sessions import ReadSession, WhoCalls, WriteSession
from app.versions import IfMatch

router = APIRouter(prefix="/v1", tags=["channels"], route_class=StoredRoute, responses=STORED_RESPONSES)


@router.post("/channels", status_code=201, summary="Add a channel")
def add(channel: Channel, caller: WhoCalls, session: WriteSession, response: Response) -> ChannelRead:
    """A channel that money can be spent on, and its usual limits."""
    caller.check("plan")
    return _shown(service.add(session, caller, channel), caller, response)


@router.get("/channels", summary="List channels")
def every(
    caller: WhoCalls, session: ReadSession, after: Cursor = None, limit: Limit = 100
) -> Page[ChannelRead]:
    """The channels of the workspace, by id."""
    return page_of(
        session,
        repository.of(caller),
        ChannelRow.id,
        Page[ChannelRead],
        after=after,
        limit=limit,
        read=lambda row: read(row, caller.currency),
    )


@router.get("/channels/{channel_id}", summary="Read a channel")
def one(channel_id: str, caller: WhoCalls, session: ReadSession, response: Response) -> ChannelRead:
    """A channel and, in `ETag`, its version."""
    return _shown(repository.get(session, caller, channel_id), caller, response)


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
    return _shown(service.change(session, caller, channel_id, channel, match), caller, response)


def _shown(row: ChannelRow, caller: Caller, response: Response) -> ChannelRead:
    versions.show(response, row.version)
    return read(row, caller.currency)
