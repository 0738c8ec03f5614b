"""The service as a whole: health, errors of the web itself, limits, request ids and logs."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
import time

import httpx
import pytest

from app.main import create_app
from app.observability import JsonLines
from app.optimize import examples
from app.settings import Settings
from tests.app.served import served

PROBLEM = "application/problem+json"


def half_a_request(client: httpx.Client) -> socket.socket:
    """A connection on which a body of 99 bytes was promised and one was sent."""
    connection = socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=5)
    head = ["POST /v1/optimize HTTP/1.1", "host: x", "content-type: application/json", "content-length: 99"]
    connection.sendall("\r\n".join([*head, "", "{"]).encode())
    return connection


def test_the_service_lives_and_can_plan(client: httpx.Client) -> None:
    """Both health paths answer 200 and name the model's version."""
    for path, status in (("/healthz", "alive"), ("/readyz", "ready")):
        reply = client.get(path)
        assert (reply.status_code, reply.json()["status"]) == (200, status)
        assert reply.json()["model_version"]


def test_it_is_not_ready_before_it_has_planned() -> None:
    """Until the first plan is made at start, the service is alive but not ready."""
    assert create_app(Settings()).state.is_ready is False


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("GET", "/nowhere", None, None, 404),
        ("POST", "/v1/optimize/", "{}", "application/json", 404),
        ("GET", "/v1/optimize", None, None, 405),
        ("POST", "/v1/optimize", "{", "application/json", 400),
        ("POST", "/v1/optimize", "", "application/json", 400),
        ("POST", "/v1/optimize", '{"month": 1, "month": 2}', "application/json", 400),
        ("POST", "/v1/optimize", "month=2026-12", "application/x-www-form-urlencoded", 415),
        ("POST", "/v1/optimize", "{}", "text/plain", 415),
        ("POST", "/v1/optimize", "{}", None, 415),
        ("POST", "/v1/optimize", "{}", "application/json", 422),
        ("POST", "/v1/optimize", "null", "application/json", 422),
        ("POST", "/v1/optimize", "[1]", "application/json; charset=utf-8", 422),
        ("POST", "/v1/optimize?lang=fr", "{}", "application/json", 422),
    ],
)
def test_every_refusal_is_a_problem(
    client: httpx.Client, method: str, path: str, body: str | None, content_type: str | None, status: int
) -> None:
    """Whatever is refused is answered as RFC 9457 has it, with its own status and the request's id."""
    headers = {"content-type": content_type} if content_type else {}
    reply = client.request(method, path, content=body, headers=headers)
    problem = reply.json()
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    assert problem["status"] == status
    assert problem["type"].startswith("/problems/")
    assert min(len(problem["title"]), len(problem["detail"])) > 3
    assert problem["instance"] == path.partition("?")[0]
    assert problem["request_id"] == reply.headers["x-request-id"]


def test_a_body_too_large_is_a_problem() -> None:
    """A body above the limit is answered 413, whether its length is told or it comes in pieces."""
    with served(Settings(max_body_bytes=2000)) as client:
        headers = {"content-type": "application/json"}
        pieces = (b" " * 500 for _ in range(10))
        for path, content in (("/v1/optimize", b" " * 5000), ("/v1/optimize", pieces)):
            reply = client.post(path, content=content, headers=headers)
            assert (reply.status_code, reply.headers["content-type"]) == (413, PROBLEM)
        assert client.get("/healthz").status_code == 200


def test_a_body_that_never_ends_is_not_waited_for() -> None:
    """A client that sends half a body and stalls gets 408 and does not hold its place."""
    with served(Settings(body_seconds=0.2)) as client:
        with half_a_request(client) as stalled:
            assert b" 408 " in stalled.recv(1000).splitlines()[0]
        assert client.post("/v1/optimize", json=examples.TWO_CURVES).status_code == 200


def test_one_request_too_many_is_told_to_come_back() -> None:
    """Above the limit the answer is 503 with Retry-After, while health is still answered."""
    with served(Settings(max_requests=1, body_seconds=60)) as client:
        with half_a_request(client):
            reply = client.get("/healthz")
            deadline = time.monotonic() + 50
            while time.monotonic() < deadline:
                reply = client.post("/v1/optimize", json=examples.TWO_CURVES)
                if reply.status_code == 503:
                    break
            assert (reply.status_code, reply.headers["content-type"]) == (503, PROBLEM)
            assert int(reply.headers["retry-after"]) > 0
            assert client.get("/healthz").status_code == 200
        for _ in range(100):
            if client.post("/v1/optimize", json=examples.TWO_CURVES).status_code == 200:
                return
            time.sleep(0.02)
        pytest.fail("The place was not given back.")


def test_a_request_keeps_its_id(client: httpx.Client) -> None:
    """A plain id from the caller is kept; anything else is replaced."""
    assert client.get("/healthz", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    for bad in ("a b", "x" * 65, '"><script>'):
        assert client.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"] != bad


def test_log_lines_hold_no_body_path_or_query(client: httpx.Client) -> None:
    """A request's line is JSON: id, method, route, status, time; nothing that was sent."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("budget")
    log.addHandler(handler)
    log.setLevel("INFO")
    client.post("/v1/optimize?lang=zh&secret=1", json={"secret": 2}, headers={"x-request-id": "id-1"})
    client.get("/secret-path")
    until = time.monotonic() + 5
    while written.getvalue().count('"(none)"') < 1 and time.monotonic() < until:
        time.sleep(0.01)  # a line is written after its answer was sent
    log.removeHandler(handler)
    read = [json.loads(line) for line in written.getvalue().splitlines()]
    lines = [line for line in read if line["route"] != "/healthz"]  # a test before may log a little late
    assert set(lines[0]) == {"time", "level", "message", "request_id", "method", "route", "status", "ms"}
    assert [(line["route"], line["status"]) for line in lines] == [("/v1/optimize", 422), ("(none)", 404)]
    assert lines[0]["request_id"] == "id-1"
    assert "secret" not in written.getvalue()


def test_health_is_answered_while_plans_are_computed(client: httpx.Client) -> None:
    """Plans run in threads of their own: health answers in the meantime, all from one process."""
    statuses: list[int] = []

    def plan() -> None:
        statuses.append(client.post("/v1/optimize", json=examples.TWO_CURVES).status_code)

    threads = [threading.Thread(target=plan) for _ in range(16)]
    for thread in threads:
        thread.start()
    assert client.get("/healthz", timeout=2).status_code == 200
    for thread in threads:
        thread.join()
    assert statuses == [200] * 16
