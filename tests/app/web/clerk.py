"""Someone who fills in forms by hand, without a browser."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx

TOKEN = re.compile(r'name="form_token" value="([^"]*)"')


class Clerk:
    """Forms sent as a browser sends them, by someone signed in with a key, or by a stranger."""

    def __init__(self, web: httpx.Client, key: str = "", language: str = "en") -> None:
        self.web, self.token = web, ""
        self.headers = {"origin": str(web.base_url).rstrip("/"), "accept-language": language}
        if key:
            web.cookies.clear()
            signed = web.post("/sign-in", data={"key": key}, headers=self.headers)
            self.headers["cookie"] = signed.headers["set-cookie"].partition(";")[0]
            web.cookies.clear()
            found = TOKEN.search(self.look("/sample"))
            self.token = found[1] if found else ""

    def look(self, path: str) -> str:
        """A page."""
        return self.web.get(path, headers=self.headers).text

    def send(self, path: str, files: Any = None, **texts: str) -> httpx.Response:
        """A form, sent; no redirect is followed."""
        fields = {"form_token": self.token, **texts}
        return self.web.post(path, data=fields, files=files, headers=self.headers)


def fault(page: str, field: str) -> str:
    """What the page says is wrong beside a field, by the field's id; nothing where nothing is."""
    told = re.search(rf'id="{re.escape(field)}-fault">(.*?)</span>', page, re.DOTALL)
    return unescape(told[1]) if told else ""


def typed(page: str, field: str) -> str:
    """What a field holds, by its id."""
    tag = re.search(rf'<(?:input|textarea) [^>]*id="{re.escape(field)}"[^>]*>([^<]*)', page)
    assert tag, f"there is no field {field}"
    value = re.search(r' value="([^"]*)"', tag[0])
    return unescape(value[1] if value else tag[1])


def alert(page: str) -> str:
    """What the page says of the form as a whole."""
    told = re.search(r'role="alert">(.*?)</p>', page, re.DOTALL)
    return unescape(told[1]) if told else ""
