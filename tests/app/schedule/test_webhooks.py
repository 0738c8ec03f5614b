"""Who wants to know is told of each outcome, signed, until it was heard."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.schedule import webhooks
from app.schedule.webhooks import PrivateAddressError, check_public
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
        check_public(f"http://{host}/")
