"""Remembered ways of reading a file, at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, field_validator

from app.history.columns import Meaning
from app.schemas import Input, Name, Output

MOST_NAMES = 1000
Says = Annotated[str, Field(min_length=1, max_length=200)]


class ImportInput(Input):
    """How files with these headers shall be read from now on."""

    columns: dict[Annotated[str, Field(max_length=1000)], Says] = Field(
        max_length=500, description="Header to meaning, as an upload answers it."
    )
    channel: Name | None = Field(None, description="The channel of rows that name none.")
    names: dict[Name, Name] = Field(
        {},
        max_length=MOST_NAMES,
        description="What a file calls a channel, or a campaign, to the channel it is.",
    )

    @field_validator("columns")
    @classmethod
    def _have_meanings(cls, columns: dict[str, str]) -> dict[str, str]:
        for says in columns.values():
            if says.partition(":")[0] not in list(Meaning):
                raise ValueError(f"'{says}' is no meaning of a column; one of {', '.join(Meaning)}")
        return columns


class ImportRead(Output):
    """How files with certain headers are read, and when that was last done."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    file: str = Field(description="The last file that was read this way.")
    platform: str | None
    columns: dict[str, str]
    channel: str | None
    names: dict[str, str]
    used_at: datetime
    used_by: str
    version: int
