"""A workspace with people in it, driven over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from app.access import service
from app.access.schemas import WorkspaceInput
from app.db.engine import Database


class Person:
    """Someone with a key."""

    def __init__(self, client: httpx.Client, key: str) -> None:
        self.client, self.key = client, key

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request with this person's key; header names are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        given["Authorization"] = f"Bearer {self.key}"
        return self.client.request(method, path, json=body, headers=given)

    def get(self, path: str, status: int = 200) -> Any:
        """What a GET answers; it must answer with this status."""
        return self._body(self.send("GET", path), status)

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """What a POST answers; it must answer with this status."""
        return self._body(self.send("POST", path, body, **headers), status)

    def put(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        """What a PUT answers; it must answer with this status."""
        return self._body(self.send("PUT", path, body, **headers), status)

    def patch(self, path: str, body: Any, status: int = 200, **headers: str) -> Any:
        """What a PATCH answers; it must answer with this status."""
        return self._body(self.send("PATCH", path, body, **headers), status)

    @staticmethod
    def _body(reply: httpx.Response, status: int) -> Any:
        assert reply.status_code == status, reply.text
        return reply.json()


class Shop:
    """A new workspace; `people` makes a key of each role as it is asked for."""

    def __init__(self, client: httpx.Client, database: Database, currency: str = "CNY") -> None:
        self.client, self.database = client, database
        with database.writing() as session:
            wish = WorkspaceInput(name="shop", currency=currency, person="owner")
            workspace, key = service.create_workspace(session, wish, "")
            self.id = workspace.id
        self.admin = Person(client, key)

    def person(self, role: str, name: str | None = None) -> Person:
        """Someone new with a key of this role."""
        made = self.admin.post("/v1/keys", {"name": name or role, "role": role}, 201)
        return Person(self.client, made["key"])
