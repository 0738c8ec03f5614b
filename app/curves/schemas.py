"""What the import of curves answers."""

from __future__ import annotations

from pydantic import Field

from app.optimize.replies import WarningRead
from app.schemas import AnyPeriod, Output


class CurvePoints(Output):
    """A curve as a channel of a plan takes it: [spend, response] or [spend, response, low, high]."""

    points: list[list[float]]


class ImportedChannel(Output):
    """A channel with its curve, ready to be put into `channels` of a plan."""

    id: str
    curve: CurvePoints


class CurvesImported(Output):
    """The curves of a file, for the month: which tool wrote it, and what its spend covered."""

    month: AnyPeriod
    source: str
    days: float
    notes: list[str]
    warnings: list[WarningRead] = Field(description="Where a table was not taken as it stands.")
    channels: list[ImportedChannel]
