"""Workspaces, keys, the audit trail, and answers kept for retries."""

import sqlalchemy as sa
from alembic import op

from app.db.moments import Moment

revision = "0001"
down_revision = None

ONLY_ADDED = "audit entries are only ever added"


def upgrade() -> None:
    """Make the tables, and block every change of an audit entry."""
    _make_workspaces()
    _make_what_was_done()
    _protect_audit(op.get_bind().dialect.name)


def _make_workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("audit_count", sa.Integer(), nullable=False),
        sa.Column("audit_head", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "keys",
        _workspace("keys"),
        sa.Column("id", sa.String(100), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("name", "person")),
        sa.Column("role", sa.String(10), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("prefix", "digest")),
        sa.Column("created_at", Moment(), nullable=False),
        *(sa.Column(name, Moment(), nullable=True) for name in ("expires_at", "revoked_at", "used_at")),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_keys_digest")),
    )


def _make_what_was_done() -> None:
    op.create_table(
        "audit",
        _workspace("audit"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("person", "key_id")),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("action", "object")),
        sa.Column("detail", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("previous", "hash")),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_audit")),
    )
    op.create_table(
        "answers",
        _workspace("answers"),
        *(sa.Column(name, sa.String(100), nullable=False) for name in ("idempotency_key", "fingerprint")),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "idempotency_key", name=op.f("pk_answers")),
    )


def _workspace(table: str) -> sa.Column[str]:
    owner = sa.ForeignKey("workspaces.id", name=op.f(f"fk_{table}_workspace_id"))
    return sa.Column("workspace_id", sa.String(100), owner, nullable=False)


def _protect_audit(dialect: str) -> None:
    if dialect == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{ONLY_ADDED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{ONLY_ADDED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
