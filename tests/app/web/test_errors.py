"""Whatever goes wrong on a page is told on a page; machines keep their problems."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.settings import Settings
from app.web import plans
from tests.app.served import served
from tests.app.shop import Shop
from tests.app.web.test_signing import signed_in

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHINESE = BROWSER | {"accept-language": "zh-CN"}


@pytest.fixture(autouse=True)
def no_cookies(web: httpx.Client) -> Iterator[None]:
    """Each test starts as a stranger, and leaves one."""
    web.cookies.clear()
    yield
    web.cookies.clear()


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a server with little patience."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/budget.db", failed_keys=1, max_body_bytes=5_000)
    with served(settings) as client:
        yield client


def is_page(reply: httpx.Response, status: int, words: str) -> bool:
    """Whether it is a page of this status, whole, with these words; our faults tell the request's id."""
    kind = reply.headers["content-type"].startswith("text/html")
    whole = "</html>" in reply.text
    told = (reply.headers["x-request-id"] in reply.text) == (status >= 500)
    return reply.status_code == status and kind and whole and told and words in reply.text


@pytest.mark.parametrize(("headers", "words"), [(BROWSER, "This is our fault"), (CHINESE, "这是系统的问题")])
def test_a_bug_is_told_calmly(
    web: httpx.Client, shop: Shop, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], words: str
) -> None:
    """A bug answers 500 as a page with the request's id, in either language; it is not explained."""
    cookie = signed_in(web, shop.admin.key).headers["set-cookie"].partition(";")[0]
    monkeypatch.setattr(plans, "versions", lambda *_: 1 / 0)
    reply = web.get("/plans", headers=headers | {"cookie": cookie})
    assert is_page(reply, 500, words)
    assert "ZeroDivision" not in reply.text


def test_a_bug_where_visitors_are_known_is_told_too(
    web: httpx.Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When not even the sign-in can be read, the page still says so."""
    cookie = signed_in(web, shop.admin.key).headers["set-cookie"].partition(";")[0]
    monkeypatch.setattr("app.web.visits.sign_ins.find", lambda *_: 1 / 0)
    assert is_page(web.get("/plans", headers=CHINESE | {"cookie": cookie}), 500, "登录")


@pytest.mark.parametrize("path", ["/nothing", "/desk/nothing", "/static/000000000000/style.css/x"])
def test_what_is_not_there_is_told(web: httpx.Client, path: str) -> None:
    """404 on a page for a browser, wherever it looks; a problem for whoever asks for none."""
    if not path.startswith("/static"):
        assert is_page(web.get(path, headers=CHINESE), 404, "这里没有内容")
    reply = web.get("/nothing")
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")


def test_the_api_keeps_its_problems(web: httpx.Client) -> None:
    """A browser at the API's addresses gets what every other client gets, in its language."""
    reply = web.get("/v1/nothing", headers=CHINESE)
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.json()["detail"] == "此地址没有内容。"


def test_a_method_that_no_page_takes(web: httpx.Client) -> None:
    """405 is a page, and names the methods."""
    reply = web.request("DELETE", "/sign-in", headers=BROWSER)
    assert is_page(reply, 405, "takes no such request")
    assert "POST" in reply.headers["allow"]


def test_too_many_wrong_keys(strict: httpx.Client) -> None:
    """After too many wrong keys the form answers 429 with the time to wait, as a page."""
    replies = [signed_in(strict, "budget_" + "0" * 72) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [401, 429, 429]
    assert is_page(replies[-1], 429, "wait a minute")
    assert int(replies[-1].headers["retry-after"]) > 0


def test_a_file_too_large(strict: httpx.Client) -> None:
    """413 is a page."""
    origin = BROWSER | {"origin": str(strict.base_url).rstrip("/")}
    reply = strict.post("/desk", files={"file": ("x.csv", b"a" * 6_000)}, headers=origin)
    assert is_page(reply, 413, "too large")
