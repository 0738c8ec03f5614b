"""Stored events at the door."""

from __future__ import annotations

from datetime import date

from pydantic import ConfigDict

from app.schemas import Output


class EventRead(Output):
    """A stored event and its version."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    start: date
    end: date
    version: int
