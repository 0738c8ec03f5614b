"""What a caller asks for who wants curves alone."""

from __future__ import annotations

from pydantic import Field, ValidationInfo, field_validator

from app.optimize.channels import Channel
from app.optimize.known import Known

LONGEST_MONTH = 31  # days
USUAL_FORESIGHT, QUICK_CHANNELS = 3, 50  # months foreseen unasked, and the channels up to which they are


class CurvesRequest(Known):
    """A request for curves alone; without `month`, those of the month after the history."""

    weights: None = Field(None, description="A curve is of one result.")

    foresight_months: int | None = Field(
        None,
        ge=0,
        le=24,
        description="How many of the last months are foreseen, to show how well that goes; each costs a fit. "
        f"By default {USUAL_FORESIGHT} months for up to {QUICK_CHANNELS} channels, none for more.",
    )

    @field_validator("channels")
    @classmethod
    def _has_a_month(cls, channels: list[Channel], info: ValidationInfo) -> list[Channel]:
        if info.data.get("month") is None and not info.data.get("history", True):
            raise ValueError("Without history, the month must be given.")
        return channels

    @property
    def foreseen_months(self) -> int:
        """How many of the last months are foreseen."""
        if self.foresight_months is not None:
            return self.foresight_months
        return USUAL_FORESIGHT if len(self.every_channel) <= QUICK_CHANNELS else 0

    def to_reach(self) -> dict[str, float]:
        """Twice the fastest month's spend of each channel (at least 1), or what its limit or points say."""
        fastest: dict[str, float] = {}
        for row in self.history:
            pace = row.spend / row.period.days * LONGEST_MONTH
            fastest[row.channel] = max(pace, fastest.get(row.channel, 0.0))
        typical = max(fastest.values(), default=0.0)
        return {
            channel.id: float(channel.max_spend or 0) or 2 * (fastest.get(channel.id) or typical) or 1.0
            for channel in self.every_channel.values()
        }
