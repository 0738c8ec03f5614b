"""Channels in the database."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.callers import Caller
from app.channels.schemas import ChannelRead, read
from app.db.tables import ChannelRow
from app.errors import NotFoundError


def of(caller: Caller) -> Select[ChannelRow]:
    """The workspace's channels."""
    return select(ChannelRow).where(ChannelRow.workspace_id == caller.workspace_id)


def every(session: Session, caller: Caller) -> list[ChannelRead]:
    """All channels of the workspace, by id."""
    query = of(caller).order_by(ChannelRow.id)
    return [read(row, caller.currency) for row in session.scalars(query)]


def find(session: Session, caller: Caller, channel_id: str) -> ChannelRow | None:
    """A channel of the workspace, or None."""
    return session.get(ChannelRow, (caller.workspace_id, channel_id))


def get(session: Session, caller: Caller, channel_id: str) -> ChannelRow:
    """A channel of the workspace; raises `NotFoundError` without one."""
    if (row := find(session, caller, channel_id)) is None:
        raise NotFoundError("There is no such channel.")
    return row
