"""Sheet keys: a key may open one plan alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the plan that a key is bound to."""
    op.add_column("keys", sa.Column("plan_id", sa.String(100), nullable=True))
