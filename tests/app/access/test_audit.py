"""The audit trail: complete, chained, only added to."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.access import audit
from tests.app.shop import Shop

UNPROTECT = {
    "sqlite": ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"],
    "postgresql": ["DROP TRIGGER audit_only_added ON audit"],
}
TAMPERINGS = {
    "changed": "UPDATE audit SET person = 'someone' WHERE number = 2 AND workspace_id = :id",
    "removed": "DELETE FROM audit WHERE number = 2 AND workspace_id = :id",
    "cut off": "DELETE FROM audit WHERE number = 3 AND workspace_id = :id",
}


def test_every_write_is_in_the_trail(shop: Shop) -> None:
    """Making the workspace and two keys are three entries, in order, by the people who did it."""
    shop.person("viewer")
    page = shop.admin.get("/v1/audit?limit=2")
    rest = shop.admin.get(f"/v1/audit?after={page['next']}")
    entries = page["items"] + rest["items"]
    assert [entry["action"] for entry in entries] == ["workspace.create", "key.create", "key.create"]
    assert {entry["person"] for entry in entries} == {"owner"}
    assert rest["next"] is None
    assert shop.admin.get("/v1/audit:verify")["broken"] is None


@pytest.mark.parametrize("change", ["UPDATE audit SET person = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_trail(shop: Shop, change: str) -> None:
    """Neither an update nor a deletion of an entry gets through."""
    with pytest.raises(DatabaseError, match="only ever added"), shop.database.writing() as session:
        session.execute(text(change))


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_below_the_database_is_found(shop: Shop, tampering: str) -> None:
    """With the protection taken away, an entry changed, removed, or cut off the end still shows."""
    shop.person("viewer")
    with Session(shop.database.engine) as session:
        for statement in UNPROTECT[session.get_bind().dialect.name]:
            session.execute(text(statement))
        session.execute(text(tampering), {"id": shop.id})
        assert audit.broken_link(session, shop.id)
        session.rollback()
        assert audit.broken_link(session, shop.id) is None
