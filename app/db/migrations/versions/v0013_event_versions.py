"""Events have versions, so that two who change one do not overwrite each other."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column."""
    op.add_column("events", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
