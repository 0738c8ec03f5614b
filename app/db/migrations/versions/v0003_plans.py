"""Plans."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    owner = sa.ForeignKey("workspaces.id", name=op.f("fk_plans_workspace_id"))
    op.create_table(
        "plans",
        sa.Column("workspace_id", sa.String(100), owner, nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("request", "reply")),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("content_hash", "drafted_by")),
        sa.Column("drafted_at", Moment(), nullable=False),
        *(
            sa.Column(name, sa.String(100), nullable=True)
            for name in ("submitted_by", "approved_by", "approved_hash")
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_plans")),
        sa.UniqueConstraint("workspace_id", "month", "version", name=op.f("uq_plans_version")),
    )
