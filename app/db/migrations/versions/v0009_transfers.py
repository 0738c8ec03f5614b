"""Releases in parts, transfers, and what both bring."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; what was asked for before this has to be asked again."""
    with op.batch_alter_table("releases") as releases:
        releases.add_column(sa.Column("kind", sa.String(10), nullable=False, server_default="release"))
        releases.alter_column("channel", existing_type=sa.String(100), nullable=True)
        releases.add_column(sa.Column("from_channel", sa.String(100), nullable=True))
        releases.add_column(sa.Column("parts", sa.JSON(), nullable=False, server_default="{}"))
        for name in ("response_bought", "response_forgone"):
            releases.add_column(sa.Column(name, sa.Double(), nullable=False, server_default="0"))
    op.execute("UPDATE releases SET state = 'refused' WHERE state = 'asked'")
