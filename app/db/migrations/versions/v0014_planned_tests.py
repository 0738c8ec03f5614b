"""Lift tests that are planned: without a result yet, but with what they are expected to tell."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Let results be unknown."""
    with op.batch_alter_table("experiments") as experiments:
        experiments.alter_column("incremental_revenue", existing_type=sa.BigInteger(), nullable=True)
        experiments.alter_column("standard_error", existing_type=sa.Double(), nullable=True)
        experiments.add_column(sa.Column("expected_error", sa.Double(), nullable=True))
