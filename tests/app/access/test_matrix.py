"""Every stored route, with every role: who gets in is written here, and a route missing here fails."""

from __future__ import annotations

import re

import httpx
import pytest

from app.db.engine import Database
from app.main import create_app
from tests.app.shop import Person, Shop

READ, PLAN = {"viewer", "planner", "approver", "admin"}, {"planner", "admin"}
APPROVE, MANAGE = {"approver"}, {"admin"}
ROLES = READ | {"sheet"}
ROUTES = {
    "POST /v1/keys": MANAGE,
    "GET /v1/keys": MANAGE,
    "POST /v1/keys/{key_id}:rotate": MANAGE,
    "POST /v1/keys/{key_id}:revoke": MANAGE,
    "GET /v1/audit": READ,
    "GET /v1/audit:verify": READ,
    "GET /v1/schedule": READ,
    "PUT /v1/schedule": PLAN,
    "GET /v1/schedule/runs": READ,
    "GET /v1/workspace": READ,
    "PATCH /v1/workspace": MANAGE,
    "POST /v1/channels": PLAN,
    "GET /v1/channels": READ,
    "GET /v1/channels/{channel_id}": READ,
    "PUT /v1/channels/{channel_id}": PLAN,
    "POST /v1/history": PLAN,
    "GET /v1/history": READ,
    "POST /v1/history:upload": PLAN,
    "POST /v1/rates": PLAN,
    "GET /v1/rates": READ,
    "GET /v1/imports": READ,
    "GET /v1/imports/{import_id}": READ,
    "PUT /v1/imports/{import_id}": PLAN,
    "DELETE /v1/imports/{import_id}": PLAN,
    "POST /v1/events": PLAN,
    "GET /v1/events": READ,
    "GET /v1/events/{event_id}": READ,
    "PUT /v1/events/{event_id}": PLAN,
    "DELETE /v1/events/{event_id}": PLAN,
    "POST /v1/experiments": PLAN,
    "GET /v1/experiments": READ,
    "GET /v1/experiments/{experiment_id}": READ,
    "PUT /v1/experiments/{experiment_id}": PLAN,
    "DELETE /v1/experiments/{experiment_id}": PLAN,
    "GET /v1/goals": READ,
    "GET /v1/goals/{period}": READ,
    "PUT /v1/goals/{period}": PLAN,
    "DELETE /v1/goals/{period}": PLAN,
    "POST /v1/plans": PLAN,
    "GET /v1/plans": READ,
    "GET /v1/plans/{plan_id}": READ,
    "GET /v1/plans/{plan_id}/tracking": READ,
    "GET /v1/reports": READ,
    "GET /v1/reports/{period}": READ,
    "GET /v1/plans/{plan_id}.xlsx": READ,
    "GET /v1/plans/{plan_id}.csv": READ,
    "GET /v1/plans/{plan_id}.html": READ,
    "GET /v1/plans/{plan_id}.pdf": READ,
    "POST /v1/plans/{plan_id}:replay": READ,
    "POST /v1/plans/{plan_id}:compare": READ,
    "POST /v1/plans/{plan_id}:reoptimize": PLAN,
    "POST /v1/plans/{plan_id}:submit": PLAN,
    "POST /v1/plans/{plan_id}:approve": APPROVE,
    "POST /v1/plans/{plan_id}:reject": APPROVE,
    "POST /v1/plans/{plan_id}:activate": PLAN,
    "POST /v1/plans/{plan_id}:close": PLAN,
    "GET /v1/plans/{plan_id}/reserve": READ,
    "GET /sheets/{plan}/value": ROLES,
    "GET /sheets/{plan}/row": ROLES,
    "GET /sheets/{plan}/allocations.csv": ROLES,
    "GET /sheets/{plan}/allocations.xml": ROLES,
    "GET /sheets/{plan}/curves.csv": ROLES,
    "GET /sheets/{plan}/history.csv": ROLES,
    "GET /sheets/{plan}/tracking.csv": ROLES,
    "POST /v1/plans/{plan_id}/reserve:release": PLAN,
    "POST /v1/plans/{plan_id}/reserve:transfer": PLAN,
    "POST /v1/plans/{plan_id}/reserve/{release_id}:approve": APPROVE,
    "POST /v1/plans/{plan_id}/reserve/{release_id}:reject": APPROVE,
}
TEST = {"channel": "x", "start": "2026-11-01", "end": "2026-11-02", "spend_change": 1}
TEST |= {"incremental_revenue": 1, "standard_error": 1}
CURVE = {"points": [[0, 0], [10, 20]]}
BODIES = {
    "POST /v1/keys": {"name": "n", "role": "viewer"},
    "POST /v1/keys/{key_id}:rotate": {},
    "PATCH /v1/workspace": {},
    "PUT /v1/schedule": {"is_on": False},
    "POST /v1/plans/{plan_id}:compare": {"plans": ["x"]},
    "POST /v1/channels": {"id": "x"},
    "PUT /v1/channels/{channel_id}": {"id": "x"},
    "POST /v1/history": {},
    "POST /v1/rates": {"rates": [{"currency": "USD", "period": "2026-10", "rate": 7}]},
    "POST /v1/experiments": TEST,
    "PUT /v1/experiments/{experiment_id}": TEST,
    "PUT /v1/goals/{period}": {},
    "POST /v1/plans/{plan_id}/reserve:transfer": {"amount": 1, "from_channel": "x", "reason": "r"},
    "POST /v1/plans/{plan_id}/reserve:release": {"amount": 1, "reason": "r"},
    "POST /v1/plans": {"month": "2026-12", "budget": 1, "channels": [{"id": "x", "curve": CURVE}]},
    "PUT /v1/imports/{import_id}": {"columns": {}},
    "PUT /v1/events/{event_id}": {"name": "e", "start": "2026-11-01", "end": "2026-11-02"},
    "POST /v1/events": {"name": "e", "start": "2026-11-01", "end": "2026-11-02"},
}
FILES = {"POST /v1/history:upload": {"file": ("x.csv", b"")}}
FOREIGN = [  # routes to one thing by its id; goals and reports are everyone's own by their period
    route
    for route in ROUTES
    if "_id}" in route or route in {"GET /v1/goals/{period}", "DELETE /v1/goals/{period}"}
]
OPEN = {"/healthz", "/readyz", "/metrics", "/v1/optimize", "/v1/curves:fit", "/v1/backtest", "/v1/outlook"}
OPEN |= {"/v1/curves:import", "/v1/experiments:design", "/v1/experiments:read", "/v1/workbook"}


@pytest.fixture(scope="module")
def people(stored_server: tuple[httpx.Client, Database]) -> dict[str, Person]:
    """Someone of each role, all of one workspace."""
    shop = Shop(*stored_server)
    return {role: shop.person(role) for role in sorted(ROLES)}


def test_every_route_is_in_the_matrix() -> None:
    """A new route cannot be forgotten: it is open on purpose, or somebody's."""
    found = {
        re.sub(r":\{\w+\}$", ":…", f"{method.upper()} {path}")
        for path, methods in create_app().openapi()["paths"].items()
        if path not in OPEN and not path.startswith("/v1/optimize:")
        for method in methods
    }
    assert found == {re.sub(":(submit|approve|reject|activate|close)$", ":…", route) for route in ROUTES}


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("route", ROUTES)
def test_roles_open_what_they_should(people: dict[str, Person], route: str, role: str) -> None:
    """A role with the right gets past the door (if only to a 404); any other is told 403."""
    method, path = route.split()
    path = re.sub(
        r"\{\w+\}", "missing", path.replace("reports/{period}", "reports/2026-12").replace("{period}", "2026")
    )
    key = {"Authorization": f"Bearer {people[role].key}"}
    reply = people[role].client.request(
        method, path, json=BODIES.get(route), files=FILES.get(route), headers=key
    )
    assert (reply.status_code != 403) == (role in ROUTES[route]), reply.text
    assert reply.status_code < 500


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_in_without_a_key(people: dict[str, Person], route: str) -> None:
    """Without a key the answer is 401, whatever the body."""
    method, path = route.split()
    reply = people["viewer"].client.request(method, path, json=BODIES.get(route))
    assert reply.status_code == 401


@pytest.fixture(scope="module")
def things(stored_server: tuple[httpx.Client, Database]) -> dict[str, str]:
    """One thing of each kind, all of another workspace, by the name that paths have for its id."""
    other = Shop(*stored_server)
    planner = other.person("planner")
    found = {"key_id": other.admin.get("/v1/keys")["items"][0]["id"]}
    found["channel_id"] = planner.post("/v1/channels", {"id": "theirs", "curve": CURVE}, 201)["id"]
    found["experiment_id"] = planner.post("/v1/experiments", TEST, 201)["id"]
    found["event_id"] = planner.post("/v1/events", BODIES["POST /v1/events"], 201)["id"]
    found["plan_id"] = planner.post("/v1/plans", {"month": "2199-12", "budget": 10}, 201)["id"]
    planner.put("/v1/goals/2026", {"revenue": 1})
    found |= {"period": "2026", "release_id": "release"}
    approver = other.person("approver")
    for person, move in ((planner, "submit"), (approver, "approve"), (planner, "activate")):
        person.post(f"/v1/plans/{found['plan_id']}:{move}")
    file, key = b"month,channel,spend\n2026-01,theirs,5\n", {"Authorization": f"Bearer {planner.key}"}
    planner.client.post("/v1/history:upload", files={"file": ("x.csv", file)}, headers=key)
    found["import_id"] = planner.get("/v1/imports")["items"][0]["id"]
    wish = {"amount": 0.01, "channel": "theirs", "reason": "r"}
    asked = planner.post(f"/v1/plans/{found['plan_id']}/reserve:release", wish, 201)
    return found | {"release_id": asked["id"]}


@pytest.mark.parametrize("route", FOREIGN)
def test_another_workspaces_things_are_not_there(
    people: dict[str, Person], things: dict[str, str], route: str
) -> None:
    """Reading, changing or deciding another workspace's thing answers 404, as if there were nothing."""
    method, path = route.split()
    path = re.sub(r"\{(\w+)\}", lambda name: things[name[1]], path)
    who = people[sorted(ROUTES[route])[0]]
    reply = who.send(method, path, BODIES.get(route), If_Match="*")
    assert reply.status_code == 404, reply.text


def test_the_things_are_there_for_their_owners(things: dict[str, str]) -> None:
    """Each id that is tried on others stands for something: none is missing."""
    assert all(things[name] for name in ("key_id", "channel_id", "experiment_id", "event_id", "plan_id"))
    assert things["release_id"].startswith("release_")
