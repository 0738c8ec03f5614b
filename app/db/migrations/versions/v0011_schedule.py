"""The schedule and its runs."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "schedules",
        _owner("schedules"),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_schedules")),
    )
    op.create_table(
        "runs",
        _owner("runs"),
        sa.Column("job", sa.String(10), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "told", "tellings")),
        sa.Column("next_at", Moment(), nullable=False),
        *(sa.Column(name, Moment(), nullable=True) for name in ("lease_until", "ended_at", "tell_at")),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("plan_id", sa.String(100), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "job", "period", name=op.f("pk_runs")),
    )


def _owner(table: str) -> sa.Column[str]:
    owner = sa.ForeignKey("workspaces.id", name=op.f(f"fk_{table}_workspace_id"))
    return sa.Column("workspace_id", sa.String(100), owner, nullable=False)
