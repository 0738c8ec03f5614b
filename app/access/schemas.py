"""Workspaces, keys and audit entries at the door."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from app.access.callers import Role
from app.schemas import Currency, Input, Name, Output, TimeZone


class WorkspaceInput(Input):
    """A shop to be made, and who holds its first key."""

    name: Name
    currency: Currency = "CNY"
    time_zone: TimeZone = "UTC"
    person: Name


class KeyInput(Input):
    """A key to be made: for whom, and what it may do."""

    name: Name = Field(description="What the key is for, e.g. 'planning sheet'.")
    role: Role = Field(description="sheet: only for `?sig=` and headers under /sheets/.")
    person: Name | None = Field(
        None, description="Who holds it; whoever drafts cannot approve, whatever key is used. Default: name."
    )
    expires_days: int | None = Field(None, ge=1, le=3660, description="By default it does not expire.")
    plan_id: Name | None = Field(
        None, description="Of a sheet key: the one plan that it opens. By default all of the workspace's."
    )

    @field_validator("plan_id")
    @classmethod
    def _belongs_to_a_sheet(cls, plan_id: str | None, info: ValidationInfo) -> str | None:
        if plan_id is not None and info.data.get("role", "sheet") != "sheet":
            raise ValueError("Only a key of the role sheet can be bound to one plan.")
        return plan_id


class RotationInput(Input):
    """How long the old key still works beside the new one."""

    overlap_hours: int = Field(24, ge=0, le=24 * 30)


class KeyRead(Output):
    """A key without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    person: str
    role: Role
    plan_id: str | None
    prefix: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class NewKeyRead(KeyRead):
    """A key just made; `key` is shown this once."""

    key: str


class AuditRead(Output):
    """One thing that was done."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    person: str
    key_id: str
    action: str
    object: str
    detail: dict[str, Any]
    previous: str
    hash: str


class ChainRead(Output):
    """Whether every entry of the trail is as it was written."""

    entries: int
    head: str
    broken: str | None = Field(description="What is wrong, in words; null when the trail is whole.")
