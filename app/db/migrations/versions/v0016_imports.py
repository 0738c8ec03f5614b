"""How files were read, remembered by their headers."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "imports",
        sa.Column("workspace_id", sa.String(100), nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("file", sa.String(100), nullable=False),
        sa.Column("platform", sa.String(100), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(100), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("used_at", Moment(), nullable=False),
        sa.Column("used_by", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], "fk_imports_workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_imports"),
    )
