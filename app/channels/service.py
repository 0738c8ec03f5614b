"""Channels kept: added once, and changed by whoever has seen their present version."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.access import audit
from app.access.callers import Caller
from app.channels import repository
from app.channels.schemas import fill, read
from app.db.tables import ChannelRow
from app.errors import ConflictError
from app.optimize.channels import Channel
from app.optimize.known import MOST_CHANNELS
from app.versions import Match


def add(session: Session, caller: Caller, channel: Channel) -> ChannelRow:
    """A new channel; raises `ConflictError` where its id is taken, or there are as many as there can be."""
    if repository.find(session, caller, channel.id):
        raise ConflictError(f"There is a channel {channel.id} already; change it with PUT.")
    if len(repository.every(session, caller)) >= MOST_CHANNELS:
        raise ConflictError(f"There are {MOST_CHANNELS} channels already, the most there can be.")
    row = ChannelRow(workspace_id=caller.workspace_id, id=channel.id)
    session.add(row)
    return _kept(session, caller, row, channel)


def change(session: Session, caller: Caller, channel_id: str, channel: Channel, match: Match) -> ChannelRow:
    """The channel as it shall be; raises `StaleError` when another version is meant."""
    row = repository.get(session, caller, channel_id)
    match.require(row.version)
    if channel.id != channel_id:
        raise ConflictError(f"The id in the body, {channel.id}, is not the one in the path.")
    return _kept(session, caller, row, channel)


def _kept(session: Session, caller: Caller, row: ChannelRow, channel: Channel) -> ChannelRow:
    fill(row, channel, caller.currency)
    session.flush()
    audit.record(session, caller, "channel.set", row.id, **read(row, caller.currency).model_dump(mode="json"))
    return row
