"""Who wants to know is told of each outcome, signed, until it was heard."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from app.db.tables import ScheduleRow
from app.schedule import webhooks
from app.schedule.schemas import WebhookInput
from app.schedule.webhooks import PrivateAddressError, public_address
from tests.app.cycle import BUDGET, MONTH, Cycle
from tests.app.schedule.test_jobs import due, run, schedule
from tests.app.shop import Shop

SECRET = "0123456789abcdef"


class Receiver(HTTPServer):
    """Keeps what it is sent; deaf, it answers 500."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, bytes]] = []
        self.is_deaf = False


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.headers["Budget-Signature"], body))
        self.send_response(500 if self.server.is_deaf else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_outcome_is_told_signed_and_once(shop: Shop, receiver: Receiver) -> None:
    """The signature is over moment and body; what was not heard comes again after a pause, then no more."""
    cycle = Cycle(shop)
    hook = {"url": f"http://127.0.0.1:{receiver.server_port}/", "secret": SECRET}
    schedule(cycle, budget={"rule": "amount", "amount": BUDGET}, webhook=hook)
    (ended,) = run(cycle, due(MONTH))
    receiver.is_deaf = True
    assert webhooks.tell(shop.database, due(MONTH), may_be_private=True) == 0
    assert webhooks.tell(shop.database, due(MONTH), may_be_private=True) == 0
    receiver.is_deaf = False
    assert webhooks.tell(shop.database, due(MONTH) + timedelta(minutes=1), may_be_private=True) == 1
    assert webhooks.tell(shop.database, due(MONTH) + timedelta(days=1), may_be_private=True) == 0
    (_, first), (signed, body) = receiver.heard
    assert first == body
    moment = signed.partition(",")[0].removeprefix("t=")
    proof = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert signed == f"t={moment},v1={proof}"
    told = json.loads(body)
    assert (told["type"], told["period"], told["plan_id"]) == ("run.done", str(MONTH), ended.plan_id)


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "localhost"])
def test_the_servers_own_network_is_out_of_reach(host: str) -> None:
    """A webhook to a private, loopback or link-local address is not sent."""
    with pytest.raises(PrivateAddressError):
        public_address(f"http://{host}/")


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message goes to the address that was found public, by its own name: no second look-up decides."""
    asked, sent = list[str](), list[httpx.Request]()

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(204)

    def look_up(host: str, *_: object, **__: object) -> Any:
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(answer)))
    hook = WebhookInput(url="https://example.com/hook", secret=SECRET)
    assert webhooks.send(hook, {}, due(MONTH), may_be_private=False).status_code == 204
    assert (asked, sent[0].url.host, sent[0].headers["host"]) == (
        ["example.com"],
        "93.184.216.34",
        "example.com",
    )
    assert sent[0].extensions["sni_hostname"] == "example.com"


def test_an_address_that_is_none_silences_nobody_else(shop: Shop, receiver: Receiver) -> None:
    """A webhook that was stored and cannot even be looked up, or read, fails alone."""
    hook = {"url": f"http://127.0.0.1:{receiver.server_port}/", "secret": SECRET}
    for wish in ({"url": "https://a..b/", "secret": SECRET}, {"url": "", "secret": ""}, hook):
        cycle = Cycle(Shop(shop.client, shop.database))
        schedule(cycle, budget={"rule": "amount", "amount": BUDGET}, webhook=hook)
        run(cycle, due(MONTH))
        with shop.database.writing() as session:
            row = session.get_one(ScheduleRow, cycle.shop.id)
            row.wish = row.wish | {"webhook": wish}
    assert webhooks.tell(shop.database, due(MONTH), may_be_private=True) == 1
