"""A year of a shop, month after month; and the same year again from nothing but what was stored of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.db.engine import Database
from app.schedule import jobs
from app.settings import Settings
from optimizer import Period
from tests.app.cycle import MONTH, ROWS, Cycle
from tests.app.databases import new_database
from tests.app.served import served
from tests.app.shop import Person, Shop

MONTHS = [MONTH.next(step) for step in range(12)]
RELEASED_IN = {1: 0.3, 4: 0.5, 7: 1.0, 10: 0.2}  # month of the year, share of what is left
MOVED_IN = {2, 8}
OF_ITS_OWN = {"id", "drafted_at", "certificate"}  # names, moments, and how long the solver took


@contextmanager
def shop_on(url: str) -> Iterator[Cycle]:
    """A new shop without a past, its people, and a schedule that drafts what the month before had."""
    database = Database(url)
    with served(Settings(database_url=url, tick_seconds=0, threads=4)) as client:
        cycle = Cycle.__new__(Cycle)
        cycle.shop = Shop(client, database)
        cycle.admin = cycle.shop.admin
        cycle.planner, cycle.approver = (
            cycle.shop.person("planner", "li"),
            cycle.shop.person("approver", "wang"),
        )
        cycle.planner.put("/v1/schedule", {"day": 1, "hour": 0})
        yield cycle
    database.close()


def drafted(cycle: Cycle, month: Period, budget: float) -> Any:
    """The month's draft: the first by hand, every other by the schedule on its first day."""
    if month == MONTHS[0]:
        return cycle.draft(month, budget=budget)
    now = datetime(month.first.year, month.first.month, 1, tzinfo=UTC)
    ended = list(jobs.run_due(cycle.shop.database, lambda: now))
    assert ended[-1].outcome == "drafted", ended
    return cycle.planner.get(f"/v1/plans/{ended[-1].plan_id}")


def wish(cycle: Cycle, plan: Any, kind: str, body: dict[str, Any]) -> None:
    """Asked for by one, granted by another."""
    asked = cycle.planner.post(f"/v1/plans/{plan['id']}/reserve:{kind}", body, 201)
    cycle.approver.post(f"/v1/plans/{plan['id']}/reserve/{asked['id']}:approve")


def live(cycle: Cycle, budget: float) -> None:
    """A year: each month drafted, approved, partly released or moved, spent, and closed."""
    cycle.planner.post("/v1/history", {"rows": ROWS})
    for number, month in enumerate(MONTHS):
        plan = cycle.run(drafted(cycle, month, budget))
        if number in RELEASED_IN:
            amount = round(RELEASED_IN[number] * cycle.ledger(plan)["left"], 2)
            wish(cycle, plan, "release", {"amount": amount, "reason": "busy"})
        if number in MOVED_IN:
            first, second = (line["channel"] for line in plan["allocations"][:2])
            move = {"amount": 500.5, "from_channel": first, "to_channel": second, "reason": "stock"}
            wish(cycle, plan, "transfer", move)
        cycle.spend_as_planned(plan, roi=2.2 + 0.1 * (number % 5))
        cycle.close(plan)


def stored(person: Person) -> dict[str, Any]:
    """All that is stored of a shop's year, as a viewer reads it."""
    rows, after = list[Any](), ""
    while after is not None:
        page = person.get(f"/v1/history?limit=1000{after and f'&after={after}'}")
        rows, after = rows + page["rows"], page["next"]
    names = [plan["id"] for plan in person.get("/v1/plans?limit=1000")["items"]]
    plans = [person.get(f"/v1/plans/{name}") for name in names]
    return {"rows": rows, "plans": plans, "reserves": [person.get(f"/v1/plans/{n}/reserve") for n in names]}


def live_again(cycle: Cycle, facts: dict[str, Any], months: int = 12) -> None:
    """The same decisions, on the same history, from nothing else."""
    cycle.planner.post("/v1/history", {"rows": facts["rows"]})
    for then, reserve in list(zip(facts["plans"], facts["reserves"], strict=True))[:months]:
        plan = cycle.run(drafted(cycle, Period.parse(then["month"]), then["budget"]))
        for granted in reserve["releases"]:
            body = {"amount": granted["amount"], "reason": granted["reason"]}
            if granted["kind"] == "transfer":
                body |= {"from_channel": granted["from_channel"], "to_channel": granted["channel"]}
            wish(cycle, plan, granted["kind"], body)
        cycle.close(plan)


def said(facts: dict[str, Any]) -> list[str]:
    """What the plans and their ledgers say, as text; without ids and moments."""
    plans = [
        {name: value for name, value in plan.items() if name not in OF_ITS_OWN} for plan in facts["plans"]
    ]
    lines = [
        [(line["kind"], line["amount"], line["channel"]) for line in reserve["entries"]]
        for reserve in facts["reserves"]
    ]
    bought = [reserve["response_bought"] for reserve in facts["reserves"]]
    return [json.dumps(each, ensure_ascii=False) for each in zip(plans, lines, bought, strict=True)]


def test_a_year_is_the_same_again_from_what_was_stored(tmp_path: Path, postgresql_server: str) -> None:
    """Twelve plans and ledgers, told by one database and lived again on the other: byte for byte the same.

    Each plan gives itself again, too. With one row of the past changed, the first plan is another.
    """
    with shop_on(f"sqlite:///{tmp_path}/budget.db") as cycle:
        live(cycle, 300_000)
        facts = stored(cycle.shop.person("viewer"))
        for plan in facts["plans"][::4]:
            assert cycle.planner.post(f"/v1/plans/{plan['id']}:replay")["is_same"]
    assert [plan["state"] for plan in facts["plans"]] == ["closed"] * 12
    assert all(plan["rolled_reserve"] > 0 for plan in facts["plans"][1:8])
    with shop_on(new_database(postgresql_server)) as cycle:
        live_again(cycle, facts)
        assert said(stored(cycle.shop.person("viewer"))) == said(facts)
    facts["rows"][0]["spend"] += 100
    with shop_on(f"sqlite:///{tmp_path}/other.db") as cycle:
        live_again(cycle, facts, months=1)
        assert said(stored(cycle.shop.person("viewer"))) != said(facts)[:1]
