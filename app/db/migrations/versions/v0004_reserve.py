"""The reserve: its ledger, and wishes to release some of it."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0004"
down_revision = "0003"

PLAN = ["plans.workspace_id", "plans.id"]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reserve",
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("workspace_id", "plan_id")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=True) for name in ("channel", "release_id")),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "plan_id", "number", name=op.f("pk_reserve")),
        sa.ForeignKeyConstraint(["workspace_id", "plan_id"], PLAN, name=op.f("fk_reserve_plan")),
    )
    op.create_table(
        "releases",
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("workspace_id", "id", "plan_id")),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.String(100), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_releases")),
        sa.ForeignKeyConstraint(["workspace_id", "plan_id"], PLAN, name=op.f("fk_releases_plan")),
    )
