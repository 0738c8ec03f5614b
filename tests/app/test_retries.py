"""A write sent twice is done once."""

from __future__ import annotations

import threading

import httpx

from tests.app.shop import Shop

WISH = {"name": "sheet", "role": "viewer"}


def test_the_first_answer_comes_again(shop: Shop) -> None:
    """Same key, same body: one object, the same status, and a mark that it is a repeat."""
    first = shop.admin.send("POST", "/v1/keys", WISH, Idempotency_Key="a")
    second = shop.admin.send("POST", "/v1/keys", WISH, Idempotency_Key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(shop.admin.get("/v1/keys")["items"]) == 2


def test_a_used_key_with_another_body_is_refused(shop: Shop) -> None:
    """Same key, another body: 422, and nothing is made."""
    shop.admin.post("/v1/keys", WISH, 201, Idempotency_Key="a")
    reply = shop.admin.send("POST", "/v1/keys", WISH | {"role": "planner"}, Idempotency_Key="a")
    assert (reply.status_code, reply.json()["type"]) == (422, "/problems/idempotency-key")
    assert len(shop.admin.get("/v1/keys")["items"]) == 2


def test_a_key_that_another_person_used_is_refused(shop: Shop) -> None:
    """Nobody is told that they did what someone else did: a viewer's request is not a planner's again."""
    goal = {"revenue": 5}
    shop.person("planner", "li").put("/v1/goals/2030", goal, Idempotency_Key="a")
    shop.person("viewer", "zhao").put("/v1/goals/2030", goal, 422, Idempotency_Key="a")


def test_a_file_sent_again_is_stored_once(shop: Shop) -> None:
    """The random seams of a form are no difference, what the address asks is: a dry run is no upload."""
    planner = shop.person("planner")
    headers = {"Authorization": f"Bearer {planner.key}", "Idempotency-Key": "a"}

    def send(**asked: str) -> httpx.Response:
        files = {"file": ("x.csv", b"month,channel,spend\n2026-01,jd,5\n")}
        return shop.client.post("/v1/history:upload", files=files, headers=headers, params=asked)

    first, again = send(), send()
    assert (first.status_code, first.json()["added"]) == (200, 1)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert send(dry_run="true").status_code == 422


def test_a_refusal_is_not_kept(shop: Shop) -> None:
    """What was refused changed nothing, and the same key may be used for the corrected request."""
    shop.admin.post("/v1/keys", WISH | {"role": "boss"}, 422, Idempotency_Key="a")
    shop.admin.post("/v1/keys", WISH, 201, Idempotency_Key="a")


def test_many_at_once_make_one(shop: Shop) -> None:
    """Eight clients with one Idempotency-Key at the same time make one key."""
    ids: list[str] = []

    def send() -> None:
        ids.append(shop.admin.post("/v1/keys", WISH, 201, Idempotency_Key="a")["id"])

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
