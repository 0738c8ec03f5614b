"""Settings of a workspace; what of a plan's budget rolled in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns; what is stored already gets the defaults of a new workspace."""
    for name, kind, default in (
        ("time_zone", sa.String(50), "UTC"),
        ("reserve_policy", sa.String(10), "roll"),
        ("four_eyes", sa.Boolean(), sa.true()),
        ("settings_version", sa.Integer(), "1"),
    ):
        op.add_column("workspaces", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("plans", sa.Column("rolled", sa.BigInteger(), nullable=False, server_default="0"))
