"""Lift tests and goals."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "experiments",
        *_owned("experiments", sa.Column("id", sa.String(100), nullable=False)),
        sa.Column("name", sa.String(100), nullable=True),
        sa.Column("channel", sa.String(100), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("start", "end")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("spend_change", "incremental_revenue")
        ),
        sa.Column("standard_error", sa.Double(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    rates = ("conversions", "new_customers", "max_spend_to_revenue", "min_roi", "max_cost_per_conversion")
    op.create_table(
        "goals",
        *_owned("goals", sa.Column("period", sa.String(7), nullable=False)),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("first", "last")),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("spend", "revenue")),
        *(sa.Column(name, sa.Double(), nullable=True) for name in rates),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _owned(table: str, key: sa.Column[object]) -> tuple[sa.schema.SchemaItem, ...]:
    """The key of a table whose rows belong to a workspace."""
    owner = sa.ForeignKey("workspaces.id", name=op.f(f"fk_{table}_workspace_id"))
    primary = sa.PrimaryKeyConstraint("workspace_id", key.name, name=op.f(f"pk_{table}"))
    return (sa.Column("workspace_id", sa.String(100), owner, nullable=False), key, primary)
