"""The reserve at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.schemas import Amount, Input, Money, Name, Output

BEST = "best"

Kind = Literal["release", "transfer"]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class ReleaseInput(Input):
    """Some of the reserve to be spent after all."""

    amount: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})
    channel: Name = Field(
        BEST, description="A channel of the plan, or `best`: where it brings most, within every limit."
    )
    reason: Reason

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """From which channel (None: the reserve) to which."""
        return None, self.channel


class TransferInput(Input):
    """Money of one channel to be spent elsewhere, or held back again."""

    amount: Amount = Field(gt=0, json_schema_extra={"exclusiveMinimum": 0})
    from_channel: Name
    to_channel: Name | None = Field(
        None,
        description="A channel of the plan, or `best`; by default back into the reserve, which never holds "
        "more than it once held.",
    )
    reason: Reason

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """From which channel to which (None: the reserve)."""
        return self.from_channel, self.to_channel


Wish = ReleaseInput | TransferInput


class PartRead(Output):
    """What a channel gets; less than nothing where money is taken from it."""

    channel: str
    amount: Money


class ReleaseRead(Output):
    """A wish to move money out of the reserve, or (transfer) from a channel."""

    id: str
    kind: Kind
    amount: Money
    channel: str | None = Field(description="As asked for; null: into the reserve.")
    from_channel: str | None
    parts: list[PartRead] = Field(description="Where it goes, adding up to what leaves the reserve.")
    reason: str
    state: Literal["asked", "granted", "refused"]
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    response_bought: float = Field(description="What it is expected to bring, as the plan's curves tell.")
    response_forgone: float = Field(description="What the reserve would still bring after it.")


class EntryRead(Output):
    """One line of the ledger; `amount` is added to what is left."""

    number: int
    kind: Literal["opening", "rolled", "release", "transfer", "lapse", "roll"] = Field(
        description="`rolled` came from the month before, `roll` went to the month after."
    )
    amount: Money
    channel: str | None
    release_id: str | None
    at: datetime


class LedgerRead(Output):
    """The reserve of a plan: what was held back, what is left, and how that came."""

    held: Money
    left: Money
    response_bought: float = Field(description="By what was granted.")
    response_forgone: float = Field(description="What releasing all that is left would bring.")
    entries: list[EntryRead]
    releases: list[ReleaseRead]
