"""Several processes write at once: is every ledger exact, no update lost, no answer an error of the server?

Each process has releases granted, corrects a row of history that it alone writes, and one that all of them
write. Then the ledger has to add up to what was granted, and the audit trail has to tell, for the row of all,
every value that was written exactly once: as a former one, or as the last.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from app.db.engine import Database
from benchmarks.processes import ForkedServer
from tests.app.cycle import Cycle
from tests.app.databases import new_database, postgresql, server_binaries
from tests.app.shop import Person, Shop

CENT, SHARED = 0.01, "2020-01-01"
Counts = tuple[Counter[int], list[int]]


def main(processes: int = 4, operations: int = 1000) -> None:
    """`operations` releases and corrections of each of `processes` processes, on SQLite and on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        measure("sqlite", f"sqlite:///{Path(folder)}/budget.db", 1, processes, operations)
    binaries = server_binaries()
    if binaries is None:
        print("postgresql: not installed")
        return
    with postgresql(binaries) as address:
        measure("postgresql", new_database(address), processes, processes, operations)


def measure(name: str, url: str, servers: int, processes: int, operations: int) -> None:
    """Run everything against one database, check it, and print what was found."""
    running = [ForkedServer(url) for _ in range(servers)]
    for server in running:
        server.__enter__()
    database = Database(url)
    try:
        with httpx.Client(base_url=running[0].address, timeout=120) as client:
            cycle = Cycle(Shop(client, database))
            plan = cycle.run(cycle.draft())
            began = time.perf_counter()
            counts = work(cycle, plan["id"], [server.address for server in running], processes, operations)
            seconds = time.perf_counter() - began
            lost = check(cycle, plan, counts)
    finally:
        database.close()
        for server in running:
            server.kill()
    statuses = sum((found for found, _ in counts), Counter[int]())
    errors = sum(count for status, count in statuses.items() if status >= 500)
    requests = sum(statuses.values())
    print(
        f"{name}: {processes} processes × {operations} operations, {requests} requests in {seconds:.0f} s, "
        f"{dict(statuses)}; {errors} of 5xx, {lost} updates lost, ledger exact"
    )


def work(cycle: Cycle, plan_id: str, addresses: list[str], processes: int, operations: int) -> list[Counts]:
    """What each process did: its answers by status, and the values it wrote to the row of all."""
    keys = cycle.planner.key, cycle.approver.key
    jobs = [
        (addresses[number % len(addresses)], keys, plan_id, number, operations) for number in range(processes)
    ]
    with multiprocessing.get_context("forkserver").Pool(processes) as pool:
        return pool.starmap(one_process, jobs)


def one_process(address: str, keys: tuple[str, str], plan_id: str, number: int, operations: int) -> Counts:
    """Releases of a cent and corrections of two rows, in turn."""
    statuses, written = Counter[int](), []
    with httpx.Client(base_url=address, timeout=120) as client:
        planner, approver = (Person(client, key) for key in keys)
        for turn in range(operations):
            if turn % 2:
                wish = {"amount": CENT, "channel": "jd", "reason": "measured"}
                asked = planner.send("POST", f"/v1/plans/{plan_id}/reserve:release", wish)
                statuses[asked.status_code] += 1
                granted = approver.send("POST", f"/v1/plans/{plan_id}/reserve/{asked.json()['id']}:approve")
                statuses[granted.status_code] += 1
                continue
            value = 1 + turn * 1000 + number
            rows = [
                {"channel": "shared", "period": SHARED, "spend": value},
                {"channel": f"own {number}", "period": SHARED, "spend": value},
            ]
            kept = planner.send("POST", "/v1/history", {"rows": rows})
            statuses[kept.status_code] += 1
            written.append(value)
    return statuses, written


def check(cycle: Cycle, plan: dict[str, object], counts: list[Counts]) -> int:
    """How many updates were lost; raises `AssertionError` when the ledger does not add up."""
    ledger = cycle.ledger(plan)
    lines = [entry for entry in ledger["entries"] if entry["kind"] == "release"]
    granted = round(sum(-entry["amount"] for entry in lines) * 100)
    releases = sum(1 for wish in ledger["releases"] if wish["state"] == "granted")
    assert granted == len(lines) == releases == round((ledger["held"] - ledger["left"]) * 100), ledger["left"]
    lost = 0
    former = Counter(_former(cycle, "shared"))
    written = Counter(value for _, values in counts for value in values)
    former[_last(cycle, "shared")] += 1
    lost += sum(((written - former) + (former - written)).values())
    for number, (_, values) in enumerate(counts):
        lost += _last(cycle, f"own {number}") != values[-1]
    return int(lost)


def _former(cycle: Cycle, channel: str) -> list[int]:
    """The values that corrections took the place of, as the audit trail tells."""
    found, after = [], 0
    while True:
        page = cycle.admin.get(f"/v1/audit?limit=1000&after={after}")
        for entry in page["items"]:
            rows = entry["detail"].get("former", [])
            found += [round(row["spend"] / 100) for row in rows if row["channel"] == channel]
        if page["next"] is None:
            return found
        after = page["next"]


def _last(cycle: Cycle, channel: str) -> int:
    (row,) = cycle.planner.get(f"/v1/history?channel={channel}")["rows"]
    return int(row["spend"])
