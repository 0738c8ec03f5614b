"""Keys: made, told apart, ended; over HTTP and on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.access.keys import PREFIX, digest_of, is_well_formed, new_key
from app.db.tables import AnswerRow, KeyRow
from tests.app.shop import Person, Shop


def test_a_key_with_one_wrong_letter_is_no_key() -> None:
    """Every single changed letter is found by the checksum, without a database."""
    key = new_key()
    assert is_well_formed(key)
    wrong = [key[:i] + ("0" if key[i] != "0" else "1") + key[i + 1 :] for i in range(len(PREFIX), len(key))]
    assert not any(is_well_formed(other) for other in wrong)


def test_the_digest_depends_on_the_servers_secret() -> None:
    """Who has the database alone cannot make digests."""
    key = new_key()
    assert digest_of(key, "one") != digest_of(key, "other")


def test_a_key_is_shown_once_and_stored_as_a_digest(shop: Shop) -> None:
    """Neither the list of keys, the rows, nor the answers kept for retries hold the key."""
    wish = {"name": "sheet", "role": "viewer"}
    made = shop.admin.post("/v1/keys", wish, 201, Idempotency_Key="make")
    again = shop.admin.post("/v1/keys", wish, 201, Idempotency_Key="make")
    assert again == made | {"key": None}
    assert "key" not in shop.admin.get("/v1/keys")["items"][0]
    with shop.database.reading() as session:
        rows = [*session.scalars(select(KeyRow)), *session.scalars(select(AnswerRow))]
        stored = " ".join(str(value) for row in rows for value in vars(row).values())
    assert made["key"] not in stored


def test_a_revoked_key_opens_nothing_from_the_next_request_on(shop: Shop) -> None:
    """Revocation needs no waiting and no restart; ending a key twice is refused."""
    viewer = shop.person("viewer")
    viewer.get("/v1/audit")
    key_id = next(key["id"] for key in shop.admin.get("/v1/keys")["items"] if key["role"] == "viewer")
    shop.admin.post(f"/v1/keys/{key_id}:revoke")
    viewer.get("/v1/audit", 401)
    shop.admin.post(f"/v1/keys/{key_id}:revoke", None, 409)


def test_a_rotated_key_overlaps(shop: Shop) -> None:
    """With an overlap both keys work; without one the old key ends at once."""
    viewer = shop.person("viewer")
    key_id = next(key["id"] for key in shop.admin.get("/v1/keys")["items"] if key["role"] == "viewer")
    fresh = shop.admin.post(f"/v1/keys/{key_id}:rotate", {"overlap_hours": 1}, 201)
    for person in (viewer, Person(shop.client, fresh["key"])):
        person.get("/v1/audit")
    shop.admin.post(f"/v1/keys/{key_id}:rotate", {"overlap_hours": 0}, 201)
    viewer.get("/v1/audit", 401)


def test_the_last_admin_key_stays(shop: Shop) -> None:
    """A workspace cannot lock itself out."""
    first = shop.admin.get("/v1/keys")["items"][0]
    shop.admin.post(f"/v1/keys/{first['id']}:revoke", None, 409)
    shop.person("admin", "second")
    shop.admin.post(f"/v1/keys/{first['id']}:revoke")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic eDp5"])
def test_without_a_live_key_the_answer_is_401(shop: Shop, header: str) -> None:
    """A missing, malformed or foreign key is asked for, as the standard says."""
    reply = shop.client.get("/v1/audit", headers={"Authorization": header})
    assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, "Bearer")
