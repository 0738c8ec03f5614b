"""What else is known of a channel: pauses, commitments, what its spend has to bring."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make room beside each channel."""
    op.add_column("channels", sa.Column("more", sa.JSON(), nullable=True))
