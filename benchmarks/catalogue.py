"""A shop that has one of everything, for requests that ask for things by their ids."""

from __future__ import annotations

import httpx

from app.db.engine import Database
from optimizer import Period
from tests.app.cycle import MONTH, Cycle
from tests.app.shop import Shop

TEST = {"start": "2026-08-01", "end": "2026-08-28", "spend_change": 4000}
TEST |= {"incremental_revenue": 7100, "standard_error": 1500}
SALE = {"name": "sale", "start": f"{MONTH}-05", "end": f"{MONTH}-09"}
FILE = b"month,channel,spend,revenue\n2026-01,douyin,5000,9000\n"
MONTHS_DRAFTED = 5


def stocked(client: httpx.Client, database: Database) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The keys of the shop by role, and for each path parameter or header what it may well be."""
    cycle = Cycle(Shop(client, database))
    running = cycle.run(cycle.draft())
    months = [MONTH.next(step) for step in range(1, MONTHS_DRAFTED + 1)]
    plans = [running["id"], *(cycle.draft(month)["id"] for month in months)]
    known = {
        "path.plan_id": plans,
        "path.plan": [*plans, str(MONTH)],
        "path.release_id": wishes(cycle, plans[0]),
    }
    planner = cycle.planner
    tests = [planner.post("/v1/experiments", TEST | {"channel": name}, 201) for name in ("douyin", "jd")]
    sales = [planner.post("/v1/events", SALE, 201) for _ in range(MONTHS_DRAFTED)]
    known["path.experiment_id"] = [test["id"] for test in tests]
    known["path.event_id"] = [sale["id"] for sale in sales]
    known["path.channel_id"] = ["douyin", "jd"]
    known["path.key_id"] = [cycle.admin.post("/v1/keys", {"name": "n", "role": "viewer"}, 201)["id"]]
    known["path.import_id"] = [imported(cycle)]
    known["path.period"] = periods(cycle)
    known["header.if-match"] = ["*", '"1"', '"2"']
    return {"admin": cycle.admin.key, "approver": cycle.approver.key}, known


def wishes(cycle: Cycle, plan_id: str) -> list[str]:
    """Wishes for money of the reserve that wait to be decided."""
    wish = {"amount": 100, "channel": "jd", "reason": "it runs out"}
    path = f"/v1/plans/{plan_id}/reserve:release"
    return [cycle.planner.post(path, wish, 201)["id"] for _ in range(MONTHS_DRAFTED)]


def imported(cycle: Cycle) -> str:
    """The memory of how a file was read."""
    key = {"Authorization": f"Bearer {cycle.planner.key}"}
    cycle.shop.client.post("/v1/history:upload", files={"file": ("x.csv", FILE)}, headers=key)
    return str(cycle.planner.get("/v1/imports")["items"][0]["id"])


def periods(cycle: Cycle) -> list[str]:
    """Months, a quarter and a year; the first of them have goals."""
    named = [str(MONTH), f"{MONTH.first.year}-Q4", str(MONTH.first.year), str(Period.parse("2026-01"))]
    for period in named[:2]:
        cycle.planner.put(f"/v1/goals/{period}", {"revenue": 1000000})
    return named
