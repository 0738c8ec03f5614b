"""Plans of the rest of a month: the plan they go on from, and what was spent before."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("plans", sa.Column("base_id", sa.String(100), nullable=True))
    op.add_column("plans", sa.Column("spent", sa.JSON(), nullable=False, server_default="{}"))
