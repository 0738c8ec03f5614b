"""Stored history at the door."""

from __future__ import annotations

from pydantic import Field

from app.optimize.known import MOST_ROWS, HistoryInput, OutcomeInput
from app.rates.schemas import ConversionRead
from app.schemas import Currency, Input, Output


class StoredHistoryInput(HistoryInput):
    """A row to be stored; amounts in another currency are converted at the rates of its days."""

    currency: Currency | None = Field(None, description="The workspace's own where none is named.")


class StoredOutcomeInput(OutcomeInput):
    """A result of the whole shop to be stored; its revenue may be in another currency."""

    currency: Currency | None = None


class HistoryBatch(Input):
    """Rows to be stored: per channel, and of the whole shop. A row replaces the one of its period."""

    rows: list[StoredHistoryInput] = Field([], max_length=MOST_ROWS)
    outcomes: list[StoredOutcomeInput] = Field([], max_length=MOST_ROWS)


class CountsRead(Output):
    """What storing some rows did."""

    added: int
    changed: int
    unchanged: int


class StoredRead(CountsRead):
    """What storing some rows did, and at which rates amounts in other currencies were converted."""

    converted: list[ConversionRead]


class NoteRead(Output):
    """Something noticed while a file was read."""

    code: str
    message: str


class MappingRead(Output):
    """What the columns of a file were taken for; send it back, changed, to have them read otherwise."""

    columns: dict[str, str]
    channel: str | None
    period: str | None
    sheet: str | None
    platform: str | None
    names: dict[str, str] = Field(description="What the file calls a channel, to the channel it is.")


class UploadRead(StoredRead):
    """What a file would do (dry run) or did."""

    dry_run: bool
    mapping: MappingRead
    notes: list[NoteRead]


class HistoryPage(Output):
    """Some rows of history, by channel and period; results of the whole shop have their own list."""

    rows: list[HistoryInput]
    next: str | None = Field(description="Send as `after` to get the next page; null on the last one.")
