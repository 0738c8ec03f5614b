"""A workspace's settings at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from app.schemas import Currency, Input, Name, Output, TimeZone

ReservePolicy = Literal["roll", "lapse"]


class WorkspaceChange(Input):
    """Settings to be changed; what is left out, or null, stays."""

    name: Name | None = None
    time_zone: TimeZone | None = None
    reserve_policy: ReservePolicy | None = None
    four_eyes: bool | None = None


class WorkspaceRead(Output):
    """A workspace and its settings."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    currency: Currency
    time_zone: TimeZone = Field(description="Where its months begin and end.")
    reserve_policy: ReservePolicy = Field(
        description="What becomes of an unspent reserve when a month closes: into the next month's reserve, "
        "or gone."
    )
    four_eyes: bool = Field(
        description="Whether plans and releases need a second person; false for a shop of one."
    )
    created_at: datetime
