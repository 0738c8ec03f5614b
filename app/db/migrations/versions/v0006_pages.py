"""Sign-ins to the pages, and what a plan's pictures are drawn from."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table, and room beside each plan."""
    op.create_table(
        "sign_ins",
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("workspace_id", "id", "key_id")),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("digest", "form_token")),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ins_digest")),
        sa.ForeignKeyConstraint(
            ["workspace_id", "key_id"], ["keys.workspace_id", "keys.id"], name=op.f("fk_sign_ins_key")
        ),
    )
    op.add_column("plans", sa.Column("evidence", sa.JSON(), nullable=True))
