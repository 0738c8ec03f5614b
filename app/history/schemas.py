"""Stored history at the door."""

from __future__ import annotations

from pydantic import Field

from app.optimize.known import MOST_ROWS, HistoryInput, OutcomeInput
from app.schemas import Input, Output


class HistoryBatch(Input):
    """Rows to be stored: per channel, and of the whole shop. A row replaces the one of its period."""

    rows: list[HistoryInput] = Field([], max_length=MOST_ROWS)
    outcomes: list[OutcomeInput] = Field([], max_length=MOST_ROWS)


class CountsRead(Output):
    """What storing some rows did."""

    added: int
    changed: int
    unchanged: int


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


class UploadRead(CountsRead):
    """What a file would do (dry run) or did."""

    dry_run: bool
    mapping: MappingRead
    notes: list[NoteRead]


class HistoryPage(Output):
    """Some rows of history, by channel and period; results of the whole shop have their own list."""

    rows: list[HistoryInput]
    next: str | None = Field(description="Send as `after` to get the next page; null on the last one.")
