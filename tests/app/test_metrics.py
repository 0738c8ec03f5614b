"""What is counted, and that nothing unbounded or secret is."""

from __future__ import annotations

import re

import httpx

from app import metrics
from app.optimize import examples
from tests.app.shop import Shop


def value(client: httpx.Client, name: str, **labels: str) -> float:
    """A figure at `/metrics`; 0 where it was never counted."""
    for line in client.get("/metrics").text.splitlines():
        if line.split("{")[0].split(" ")[0] == name and all(f'{k}="{v}"' in line for k, v in labels.items()):
            return float(line.rsplit(" ", 1)[1])
    return 0.0


def test_requests_are_counted_by_route_and_status(client: httpx.Client) -> None:
    """Two missing paths are one count more each, under no route's name; a health check under its own."""
    lost = {"method": "GET", "route": "(none)", "status": "404"}
    before = value(client, "budget_requests_total", **lost)
    alive = value(client, "budget_requests_total", route="/healthz", status="200")
    for path in ("/nowhere", "/elsewhere", "/healthz"):
        client.get(path)
    assert value(client, "budget_requests_total", **lost) == before + 2
    assert value(client, "budget_requests_total", route="/healthz", status="200") == alive + 1
    assert "elsewhere" not in client.get("/metrics").text


def test_plans_fits_and_the_solver_are_counted(client: httpx.Client) -> None:
    """A plan from history is one plan, at least one fit, one solver time; a refused one counts as refused."""
    names = ("budget_plans_total", "budget_fit_seconds_count", "budget_solver_seconds_count")
    before = [value(client, name, **({"outcome": "made"} if "plans" in name else {})) for name in names]
    refused = value(client, "budget_plans_total", outcome="InfeasibleError")
    wish = {"month": "2026-12", "budget": 400000, "history": examples.HISTORY}
    assert client.post("/v1/optimize", json=wish).status_code == 200
    after = [value(client, name, **({"outcome": "made"} if "plans" in name else {})) for name in names]
    assert after[0] == before[0] + 1
    assert after[1] >= before[1] + 1
    assert after[2] == before[2] + 1
    wish["channels"] = [{"id": "jd", "min_spend": 400000}]
    assert client.post("/v1/optimize", json=wish).status_code == 422
    assert value(client, "budget_plans_total", outcome="InfeasibleError") == refused + 1


def test_labels_are_bounded_and_hold_nobodys_name(shop: Shop) -> None:
    """Ids, keys, persons and made-up methods never become labels."""
    planner = shop.person("planner", "somebody special")
    planner.get("/v1/plans/plan_of_mine", 404)
    planner.send("BREW", "/v1/plans/plan_of_mine")
    text = shop.client.get("/metrics").text
    for word in ("plan_of_mine", "somebody special", planner.key, "BREW", shop.id):
        assert word not in text
    assert 'method="other"' in text
    routes = set(re.findall(r'route="([^"]*)"', text))
    assert "/v1/plans/{plan_id}" in routes
    assert not [route for route in routes if re.search(r"[0-9a-f]{12}", route)]


def test_a_name_in_a_label_would_be_found(client: httpx.Client) -> None:
    """The search above sees what stands in a label."""
    metrics.requests.labels("GET", "/canary/0123456789ab", "200").inc()
    assert "/canary/0123456789ab" in client.get("/metrics").text
    metrics.requests.remove("GET", "/canary/0123456789ab", "200")
