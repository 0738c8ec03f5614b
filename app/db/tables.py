"""The whole schema on one page: what the service remembers.

Money is a whole number of minor units of the workspace's currency; time is UTC. The workspace is part of
every key, so that no query can cross from one to another by an id alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.db.moments import Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
OF_A_PLAN = ["workspace_id", "plan_id"], ["plans.workspace_id", "plans.id"]
Minor = Annotated[int, mapped_column(BigInteger)]


class Table(DeclarativeBase):
    """What every table has in common."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: String(100), datetime: Moment, float: Double, dict[str, Any]: JSON}  # noqa: RUF012


class Versioned:
    """A row that counts its changes, so that nobody overwrites another's unseen."""

    version: Mapped[int] = mapped_column()

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  SQLAlchemy gives the class
        return {"version_id_col": cls.version}


class WorkspaceRow(Table):
    """One shop: its currency, its rules, and the end of its audit chain."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(50), default="UTC")
    reserve_policy: Mapped[str] = mapped_column(String(10), default="roll")
    four_eyes: Mapped[bool] = mapped_column(default=True)
    settings_version: Mapped[int] = mapped_column(default=1)
    audit_count: Mapped[int]
    audit_head: Mapped[str]


class KeyRow(Table):
    """An API key of a person: never the key itself, only its digest and its first letters."""

    __tablename__ = "keys"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    person: Mapped[str]
    role: Mapped[str] = mapped_column(String(10))
    plan_id: Mapped[str | None]
    prefix: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class SignInRow(Table):
    """A person signed in to the pages with a key: the cookie's token is known by its digest alone."""

    __tablename__ = "sign_ins"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    form_token: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "key_id"], ["keys.workspace_id", "keys.id"], "fk_sign_ins_key"),
    )


class AuditRow(Table):
    """One thing that was done; rows are only ever added, each carrying the hash of the one before."""

    __tablename__ = "audit"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person: Mapped[str]
    key_id: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]


class AnswerRow(Table):
    """The answer to a write that named an `Idempotency-Key`, kept in the write's own transaction."""

    __tablename__ = "answers"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class ChannelRow(Versioned, Table):
    """A channel that money can be spent on, and its usual limits."""

    __tablename__ = "channels"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    min_spend: Mapped[Minor]
    max_spend: Mapped[Minor | None]
    last_spend: Mapped[Minor | None]
    max_change_share: Mapped[float | None]
    margin: Mapped[float | None]
    curve: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    more: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class HistoryTableRow(Table):
    """Spend and results of a channel in a period; the channel '' stands for the whole shop."""

    __tablename__ = "history"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    spend: Mapped[Minor]
    revenue: Mapped[Minor | None]
    conversions: Mapped[float | None]
    new_customers: Mapped[float | None]
    impressions: Mapped[float | None]
    clicks: Mapped[float | None]


class RateRow(Table):
    """What a unit of another currency was worth in a period, in the workspace's own: an exact decimal."""

    __tablename__ = "rates"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    rate: Mapped[str] = mapped_column(String(40))


class ImportRow(Versioned, Table):
    """How files with certain headers are read: what columns and names were last taken for."""

    __tablename__ = "imports"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    platform: Mapped[str | None]
    columns: Mapped[dict[str, Any]]
    channel: Mapped[str | None]
    names: Mapped[dict[str, Any]]
    used_at: Mapped[datetime]
    used_by: Mapped[str]


class EventRow(Versioned, Table):
    """A promotion or festival, both days included."""

    __tablename__ = "events"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    start: Mapped[date]
    end: Mapped[date]


class ExperimentRow(Versioned, Table):
    """A lift test: a change of a channel's spend, and what it brought; None while it is planned or runs."""

    __tablename__ = "experiments"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    channel: Mapped[str]
    start: Mapped[date]
    end: Mapped[date]
    spend_change: Mapped[Minor]
    incremental_revenue: Mapped[Minor | None]
    standard_error: Mapped[float | None]
    expected_error: Mapped[float | None]


class GoalRow(Versioned, Table):
    """What a month, quarter or year shall bring and may cost."""

    __tablename__ = "goals"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    first: Mapped[date]
    last: Mapped[date]
    spend: Mapped[Minor | None]
    revenue: Mapped[Minor | None]
    conversions: Mapped[float | None]
    new_customers: Mapped[float | None]
    max_spend_to_revenue: Mapped[float | None]
    min_roi: Mapped[float | None]
    max_cost_per_conversion: Mapped[float | None]


class PlanRow(Table):
    """A version of a month's plan: what it was made from and what it says never change, its state does."""

    __tablename__ = "plans"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(2))
    request: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # long, and read only to replay
    reply: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)
    content_hash: Mapped[str]
    rolled: Mapped[Minor] = mapped_column(default=0)
    base_id: Mapped[str | None]
    spent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    submitted_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    approved_hash: Mapped[str | None]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012
    __table_args__ = (UniqueConstraint("workspace_id", "month", "version", name="uq_plans_version"),)


class ReserveRow(Table):
    """One line of a plan's reserve ledger; `amount` is added to what is left, rows are only ever added."""

    __tablename__ = "reserve"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Minor]
    channel: Mapped[str | None]
    release_id: Mapped[str | None]
    at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(*OF_A_PLAN, "fk_reserve_plan"),)


class ReleaseRow(Table):
    """A wish to release some of a plan's reserve or to transfer between channels, and what became of it."""

    __tablename__ = "releases"

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[Minor]
    channel: Mapped[str | None]
    from_channel: Mapped[str | None]
    parts: Mapped[dict[str, Any]]
    response_bought: Mapped[float]
    response_forgone: Mapped[float]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None]

    __table_args__ = (ForeignKeyConstraint(*OF_A_PLAN, "fk_releases_plan"),)


class ScheduleRow(Versioned, Table):
    """When and how a workspace's next plan is drafted by itself; `since` is when that began."""

    __tablename__ = "schedules"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    is_on: Mapped[bool]
    wish: Mapped[dict[str, Any]]
    since: Mapped[datetime]


class RunRow(Table):
    """A job's run for a month: whoever moves `attempt` on has it until the lease ends."""

    __tablename__ = "runs"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    job: Mapped[str] = mapped_column(String(10), primary_key=True)
    period: Mapped[str] = mapped_column(String(7), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="due")
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    next_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    plan_id: Mapped[str | None]
    message: Mapped[str | None] = mapped_column(Text)
    told: Mapped[int] = mapped_column(default=0)
    tellings: Mapped[int] = mapped_column(default=0)
    tell_at: Mapped[datetime | None]
