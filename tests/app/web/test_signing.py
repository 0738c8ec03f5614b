"""Signing in with a key: out of reach of scripts, ended at will, in time, or with its key."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.db.tables import SignInRow
from tests.app.shop import Shop
from tests.app.web.conftest import Visiting


def signed_in(web: httpx.Client, key: str, then: str = "/plans") -> httpx.Response:
    """The answer to a sign-in form."""
    origin = {"origin": str(web.base_url).rstrip("/")}
    return web.post("/sign-in", data={"key": key, "next": then}, headers=origin)


def is_known(web: httpx.Client, cookie: str) -> bool:
    """Whether the sign-in's cookie opens the workspace's own page."""
    return web.get("/plans", headers={"cookie": cookie}).status_code == 200


@pytest.fixture(autouse=True)
def no_cookies(web: httpx.Client) -> None:
    """Each test starts as a stranger."""
    web.cookies.clear()


@pytest.mark.parametrize("with_scripts", [True, False], ids=["with scripts", "without"])
def test_a_key_opens_the_pages_until_signed_out(visiting: Visiting, shop: Shop, with_scripts: bool) -> None:
    """Sign in by the form, see who one is, sign out, and be a stranger again."""
    visitor = visiting(with_scripts=with_scripts)
    page = visitor.sign_in(shop.person("planner", "Lin").key)
    expect(page.get_by_text("Lin · planner")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    visitor.open("/plans")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_cookie_is_out_of_reach(web: httpx.Client, shop: Shop) -> None:
    """HttpOnly, SameSite, and without the key; Secure where the connection is."""
    reply = signed_in(web, shop.admin.key)
    cookie = reply.headers["set-cookie"]
    assert reply.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert shop.admin.key not in cookie
    behind_tls = web.post(
        "/sign-in",
        data={"key": shop.admin.key},
        headers={"origin": f"https://{web.base_url.netloc.decode()}", "x-forwarded-proto": "https"},
    )
    assert "Secure" in behind_tls.headers["set-cookie"]


def test_a_wrong_key_is_told_and_opens_nothing(web: httpx.Client, shop: Shop) -> None:
    """A key that is not known gets the form again, with 401 and no cookie."""
    known = shop.admin.key
    reply = signed_in(web, known[:-1] + ("1" if known.endswith("0") else "0"))
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers
    assert "was revoked" in reply.text


def test_a_sheet_key_signs_nobody_in(web: httpx.Client, shop: Shop) -> None:
    """A key that may stand in addresses opens cells, and no page."""
    reply = signed_in(web, shop.person("sheet").key)
    assert reply.status_code == 403
    assert "set-cookie" not in reply.headers


def test_a_sign_in_ends_with_its_time_and_with_its_key(web: httpx.Client, shop: Shop) -> None:
    """Past its end, or once its key was revoked, the cookie opens nothing."""
    person = shop.person("viewer")
    cookie = signed_in(web, person.key).headers["set-cookie"].partition(";")[0]
    assert is_known(web, cookie)
    with shop.database.writing() as session:
        session.execute(update(SignInRow).values(expires_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert not is_known(web, cookie)
    cookie = signed_in(web, person.key).headers["set-cookie"].partition(";")[0]
    assert is_known(web, cookie)
    key_id = next(row["id"] for row in shop.admin.get("/v1/keys")["items"] if row["role"] == "viewer")
    shop.admin.post(f"/v1/keys/{key_id}:revoke")
    assert not is_known(web, cookie)


def test_a_form_needs_the_sign_ins_own_token(web: httpx.Client, shop: Shop) -> None:
    """A form without the token that this sign-in was given changes nothing."""
    cookie = signed_in(web, shop.admin.key).headers["set-cookie"].partition(";")[0]
    headers = {"origin": str(web.base_url).rstrip("/"), "cookie": cookie}
    assert web.post("/sign-out", data={"form_token": "x"}, headers=headers).status_code == 403
    assert is_known(web, cookie)


def test_a_form_from_an_ended_sign_in_leads_back_to_it(web: httpx.Client, shop: Shop) -> None:
    """Sent after the sign-in ended, a form is refused with the way to sign in and return to its page."""
    origin = str(web.base_url).rstrip("/")
    headers = {"origin": origin, "referer": f"{origin}/setup/event", "accept": "text/html"}
    reply = web.post("/setup/event", data={"form_token": "x", "name": "Sale"}, headers=headers)
    assert reply.status_code == 401
    assert 'href="/sign-in?next=/setup/event"' in reply.text


@pytest.mark.parametrize(
    "there", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"]
)
def test_a_sign_in_never_leads_elsewhere(web: httpx.Client, shop: Shop, there: str) -> None:
    """Where to go afterwards is a path of this service, whatever the link said."""
    assert signed_in(web, shop.admin.key, there).headers["location"] == "/plans"
