"""The schedule at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from app.dependencies import Language
from app.schedule.calendar import Calendar, MonthMeant, month_meant
from app.schemas import Amount, Input, Month, Output, Share, TimeZone


def _address(text: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        host = b""
    if parts.scheme not in {"http", "https"} or not host or parts.username:
        raise ValueError("This is no address such as https://example.com/hook.")
    return text


Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_address)]
Secret = Annotated[str, StringConstraints(min_length=16, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class BudgetRule(Input):
    """Where a drafted month's budget comes from; a reserve that rolled in comes on top."""

    rule: Literal["same", "amount", "share"] = Field(
        "same", description="The last approved month's, an amount, or a share of last month's revenue."
    )
    amount: Amount | None = Field(None, gt=0)
    share: Share | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _says_how_much(self) -> BudgetRule:
        given = {name for name in ("amount", "share") if getattr(self, name) is not None}
        if given != {self.rule} - {"same"}:
            raise ValueError(f"The rule {self.rule} takes {'nothing' if self.rule == 'same' else self.rule}.")
        return self


class WebhookInput(Input):
    """Who is told of each run, and the secret that the message is signed with."""

    url: Address
    secret: Secret


class ScheduleInput(Input):
    """When each month's plan is drafted, and how; everything has a default."""

    day: int = Field(1, ge=1, le=31, description="In a shorter month its last day.")
    hour: int = Field(6, ge=0, le=23)
    time_zone: TimeZone | None = Field(None, description="By default the workspace's.")
    month: MonthMeant | None = Field(
        None,
        description="Which month is drafted: the one that the day is in, or the next. By default what lies "
        "ahead: this month until the 15th, the next one after.",
    )
    budget: BudgetRule = BudgetRule()
    action: Literal["draft", "submit"] = "draft"
    language: Language = "en"
    webhook: WebhookInput | None = None
    is_on: bool = True

    def filled(self, time_zone: str) -> ScheduleInput:
        """With the defaults that depend on the workspace and the day."""
        month = self.month or month_meant(self.day)
        return self.model_copy(update={"time_zone": self.time_zone or time_zone, "month": month})

    @property
    def calendar(self) -> Calendar:
        """When months are due; for a schedule that is `filled`."""
        assert self.time_zone
        assert self.month
        return Calendar(self.day, self.hour, self.time_zone, self.month)


class ScheduleRead(ScheduleInput):
    """The schedule of a workspace, its defaults filled in; a webhook's secret is not shown."""

    webhook: str | None = None  # type: ignore[assignment]
    next_at: datetime | None = Field(description="When the next month is due; null while it is off.")


class RunRead(Output):
    """The run of one month."""

    model_config = ConfigDict(from_attributes=True)

    period: Month
    state: Literal["due", "running", "done", "failed"]
    attempt: int
    outcome: Literal["drafted", "submitted", "kept", "failed"] | None = Field(
        description="`kept`: the month had an approved plan already, and nothing was drafted."
    )
    plan_id: str | None
    message: str | None
    next_at: datetime = Field(description="Not before this is it tried (again).")
    ended_at: datetime | None
