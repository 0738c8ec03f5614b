"""Keys that stand in addresses: they open cells and nothing else, end at once, and are written nowhere."""

from __future__ import annotations

import io
import json
import logging

import httpx
import pytest

from app import observability
from app.db.engine import Database
from tests.app.sheets.planned import PlannedShop
from tests.app.shop import Person


@pytest.fixture
def shop(stored_server: tuple[httpx.Client, Database]) -> PlannedShop:
    """A new planned shop, on each engine in turn."""
    return PlannedShop(*stored_server)


def test_only_a_sheet_key_may_stand_in_an_address(shop: PlannedShop) -> None:
    """Anyone's key reads cells as a header; in an address every key but a sheet key is refused."""
    viewer = shop.person("viewer")
    assert viewer.send("GET", "/sheets/latest/value").status_code == 200
    assert shop.ask("latest/value", sig=viewer.key).status_code == 403
    assert shop.ask("latest/value").status_code == 200
    assert shop.client.get("/sheets/latest/value").status_code == 401


def test_a_sheet_key_opens_nothing_else(shop: PlannedShop) -> None:
    """Not even what a viewer may read, neither as a header nor in the address."""
    sheet = Person(shop.client, shop.sig)
    assert sheet.send("GET", "/sheets/latest/value").status_code == 200
    assert sheet.send("GET", "/v1/plans").status_code == 403
    assert shop.client.get("/v1/plans", params={"sig": shop.sig}).status_code == 401


def test_a_key_of_one_plan_knows_no_other(shop: PlannedShop) -> None:
    """`latest` is then that plan; another of the same workspace, or of its month, is not there."""
    sig = shop.sheet_key(plan_id=shop.plan["id"])
    other = shop.admin.post("/v1/plans", {"month": "2027-01", "budget": 1000}, 201)
    assert shop.ask("latest/value", sig=sig, metric="budget").text == "80000.5"
    assert shop.ask("2026-12/value", sig=sig).status_code == 200
    for name in (other["id"], "2027-01"):
        assert shop.ask(f"{name}/value", sig=sig).status_code == 404
        assert shop.ask(f"{name}/value").status_code == 200


def test_a_key_is_bound_to_a_plan_that_is_there(shop: PlannedShop) -> None:
    """Another workspace's plan is not there, and only sheet keys can be bound at all."""
    other = PlannedShop(shop.client, shop.database)
    shop.admin.post("/v1/keys", {"name": "s", "role": "sheet", "plan_id": other.plan["id"]}, 404)
    shop.admin.post("/v1/keys", {"name": "s", "role": "viewer", "plan_id": shop.plan["id"]}, 422)


def test_another_workspaces_plan_is_not_there(shop: PlannedShop) -> None:
    """Under every address another workspace's plan answers 404, as if there were none."""
    other = PlannedShop(shop.client, shop.database)
    for path in (
        "value",
        "row",
        "allocations.csv",
        "allocations.xml",
        "curves.csv",
        "history.csv",
        "tracking.csv",
    ):
        assert shop.ask(f"{other.plan['id']}/{path}").status_code == 404
        assert other.ask(f"{other.plan['id']}/{path}").status_code == 200


def test_a_key_ends_at_once_and_is_replaced_alike(shop: PlannedShop) -> None:
    """Rotated it stays bound to its plan; revoked it opens nothing from the next cell on."""
    made = shop.admin.post("/v1/keys", {"name": "s", "role": "sheet", "plan_id": shop.plan["id"]}, 201)
    new = shop.admin.post(f"/v1/keys/{made['id']}:rotate", {}, 201)
    assert (new["role"], new["plan_id"]) == ("sheet", shop.plan["id"])
    shop.admin.post(f"/v1/keys/{new['id']}:revoke")
    assert shop.ask("latest/value", sig=new["key"]).status_code == 401
    assert shop.ask("latest/value", sig=made["key"]).status_code == 200


def test_no_log_line_holds_a_key(shop: PlannedShop) -> None:
    """Read, refused, or broken inside: what is logged names the route and never the key."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(observability.JsonLines())
    roots = [logging.getLogger(name) for name in ("budget", "uvicorn", "uvicorn.access", "")]
    levels = [logger.level for logger in roots]
    for logger in roots:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        shop.ask("latest/value")
        shop.ask("latest/value", metric="luck")
        shop.ask(f"{shop.sig}/value")
        logging.getLogger("budget").error("GET /sheets/latest/value?sig=%s&t=1 and %s", "abc", shop.sig)
        logging.getLogger("budget").warning("broken", extra={"facts": {"url": f"?t=1&sig={shop.sig}"}})
    finally:
        for logger, level in zip(roots, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
    text = written.getvalue()
    assert "/sheets/{plan}/value" in text
    assert shop.sig not in text
    assert "sig=abc" not in text
    assert all(json.loads(line) for line in text.splitlines())
