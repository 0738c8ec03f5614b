"""What other currencies were worth, by period."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rates",
        sa.Column("workspace_id", sa.String(100), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("rate", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], "fk_rates_workspace_id"),
        sa.PrimaryKeyConstraint("workspace_id", "currency", "first", "days", name="pk_rates"),
    )
