"""What is known: channels, history, events."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "channels",
        *_owned("channels", sa.Column("id", sa.String(100), nullable=False)),
        sa.Column("name", sa.String(100), nullable=True),
        *(sa.Column(name, sa.String(20), nullable=False) for name in ("kind", "role")),
        sa.Column("min_spend", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("max_spend", "last_spend")),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("max_change_share", "margin")),
        sa.Column("curve", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "history",
        *_owned(
            "history",
            sa.Column("channel", sa.String(100), nullable=False),
            sa.Column("first", sa.Date(), nullable=False),
            sa.Column("days", sa.Integer(), nullable=False),
        ),
        sa.Column("spend", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        *(
            sa.Column(name, sa.Double(), nullable=True)
            for name in ("conversions", "new_customers", "impressions", "clicks")
        ),
    )
    op.create_table(
        "events",
        *_owned("events", sa.Column("id", sa.String(100), nullable=False)),
        sa.Column("name", sa.String(100), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("start", "end")),
    )


def _owned(table: str, *keys: sa.Column[object]) -> tuple[sa.schema.SchemaItem, ...]:
    """The key of a table whose rows belong to a workspace."""
    owner = sa.ForeignKey("workspaces.id", name=op.f(f"fk_{table}_workspace_id"))
    names = ("workspace_id", *(key.name for key in keys))
    primary = sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_{table}"))
    return (sa.Column("workspace_id", sa.String(100), owner, nullable=False), *keys, primary)
