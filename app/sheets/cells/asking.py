"""What a cell may ask in its address; anything unknown is refused, so that no slip reads as an answer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from app.dependencies import Language
from app.sheets.cells.grids import Dialect

Separator = Literal[",", ";", "\t", "comma", "semicolon", "tab"]
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


class Asked(BaseModel):
    """What every address under `/sheets/` may have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sig: str | None = Field(None, description="A key of the role `sheet`, where no header can be sent.")
    errors: Literal["status", "text"] = Field(
        "status", description="text: tell what is wrong as text with status 200, to be read in a cell."
    )
    t: str | None = Field(
        None, max_length=100, description="Means nothing; a new value makes a cell ask anew."
    )


class OneNumber(Asked):
    """Which number of a plan."""

    channel: str | None = Field(
        None, max_length=100, description="By id or name; without one the whole plan."
    )
    metric: str = Field("spend", max_length=60, description="By name or heading, e.g. spend, 花费, roi.")


class Text(Asked):
    """How a table is written."""

    sep: Separator = Field(",", description="Between cells: `,`, `;` or tab, or their names.")
    decimal: Literal["dot", "comma"] = Field("dot", description="Mark before decimals.")
    bom: bool = Field(False, description="Begin with a byte order mark, by which Excel knows UTF-8.")
    lang: Language | None = Field(None, description="Headings in this language; by default the API's names.")

    @property
    def dialect(self) -> Dialect:
        """The same, as tables are written by."""
        point = "," if self.decimal == "comma" else "."
        return Dialect(SEPARATORS.get(self.sep, self.sep), point, self.bom)


class OneRow(Text):
    """Which line of a plan."""

    channel: str | None = Field(
        None, max_length=100, description="By id or name; without one the whole plan."
    )
    header: bool = Field(False, description="Write the headings above.")


AskedQuery = Annotated[Asked, Query()]
NumberQuery = Annotated[OneNumber, Query()]
TextQuery = Annotated[Text, Query()]
RowQuery = Annotated[OneRow, Query()]
