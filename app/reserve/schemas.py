"""The reserve at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.schemas import Amount, Input, Money, Name, Output

BEST = "best"


class ReleaseInput(Input):
    """Some of the reserve to be spent after all."""

    amount: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})
    channel: Name = Field(BEST, description="A channel of the plan, or `best`: the first in release order.")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ReleaseRead(Output):
    """A wish to release some of the reserve."""

    id: str
    amount: Money
    channel: str
    reason: str
    state: Literal["asked", "granted", "refused"]
    asked_by: str
    asked_at: datetime
    decided_by: str | None


class EntryRead(Output):
    """One line of the ledger; `amount` is added to what is left."""

    number: int
    kind: Literal["opening", "release", "lapse"]
    amount: Money
    channel: str | None
    release_id: str | None
    at: datetime


class LedgerRead(Output):
    """The reserve of a plan: what was held back, what is left, and how that came."""

    held: Money
    left: Money
    entries: list[EntryRead]
    releases: list[ReleaseRead]
