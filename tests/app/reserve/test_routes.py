"""The reserve: opened with the plan, released by two people, never overdrawn, gone at the end."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.app.plans.test_routes import MONTH, ROWS
from tests.app.shop import Shop


class Active:
    """An active plan and the people round it."""

    def __init__(self, shop: Shop) -> None:
        self.planner, self.approver = shop.person("planner", "li"), shop.person("approver", "wang")
        self.planner.post("/v1/history", {"rows": ROWS})
        plan = self.planner.post("/v1/plans", {"month": str(MONTH), "budget": 400000}, 201)
        self.path, self.plan = f"/v1/plans/{plan['id']}", plan
        self.planner.post(f"{self.path}:submit")
        self.approver.post(f"{self.path}:approve")
        self.planner.post(f"{self.path}:activate")
        self.held = plan["reserve"]["amount"]

    def ask(self, amount: float, status: int = 201, **more: str) -> Any:
        wish = {"amount": amount, "reason": "live show", **more}
        return self.planner.post(f"{self.path}/reserve:release", wish, status)

    def decide(self, release: Any, decision: str = "approve", status: int = 200) -> Any:
        return self.approver.post(f"{self.path}/reserve/{release['id']}:{decision}", None, status)

    @property
    def ledger(self) -> Any:
        return self.planner.get(f"{self.path}/reserve")


@pytest.fixture
def active(shop: Shop) -> Active:
    return Active(shop)


def test_a_granted_release_leaves_that_much_less(active: Active) -> None:
    """What was held is the plan's reserve; asking changes nothing, granting takes the amount, to the cent."""
    assert active.ledger["held"] == active.ledger["left"] == active.held > 0
    release = active.ask(1000.01)
    assert release["channel"] == active.plan["reserve"]["release_order"][0]["channel"]
    assert active.ledger["left"] == active.held
    assert active.decide(release)["decided_by"] == "wang"
    assert active.ledger["left"] == pytest.approx(active.held - 1000.01, abs=1e-6)
    assert [entry["amount"] for entry in active.ledger["entries"]] == [active.held, -1000.01]


def test_who_asks_does_not_decide(shop: Shop, active: Active) -> None:
    """The asker's other key is refused; a refusal by someone else leaves the reserve as it was."""
    release = active.ask(1000)
    shop.person("approver", "li").post(f"{active.path}/reserve/{release['id']}:approve", None, 403)
    assert active.decide(release, "reject")["state"] == "refused"
    active.decide(release, "approve", 409)
    assert active.ledger["left"] == active.held


def test_the_reserve_is_never_overdrawn(active: Active) -> None:
    """More than is left cannot be asked; of two wishes that exceed it together, one is granted."""
    active.ask(active.held + 1, 409)
    wishes = [active.ask(active.held * 0.75) for _ in range(2)]
    statuses = []

    def decide(wish: Any) -> None:
        path = f"{active.path}/reserve/{wish['id']}:approve"
        statuses.append(active.approver.send("POST", path).status_code)

    threads = [threading.Thread(target=decide, args=[wish]) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    assert active.ledger["left"] == pytest.approx(active.held * 0.25)


def test_faults_of_a_wish_are_named(active: Active) -> None:
    """An unknown channel, and parts of a cent, are faults of the body."""
    assert active.ask(1, 422, channel="nobody")["errors"][0]["pointer"] == "/channel"
    assert active.ask(0.001, 422)["errors"][0]["pointer"] == "/amount"


def test_the_rest_lapses_when_the_plan_closes(active: Active) -> None:
    """After closing nothing is left, and nothing can be asked or granted any more."""
    release = active.ask(1000)
    active.planner.post(f"{active.path}:close")
    assert active.ledger["left"] == 0
    assert active.ledger["entries"][-1]["kind"] == "lapse"
    active.ask(1, 409)
    active.decide(release, "approve", 409)


def test_a_draft_holds_nothing_yet(active: Active) -> None:
    """Before a plan is active its ledger is empty, and nothing of it can be released."""
    draft = active.planner.post("/v1/plans", {"month": str(MONTH), "budget": 400000}, 201)
    assert active.planner.get(f"/v1/plans/{draft['id']}/reserve")["entries"] == []
    wish = {"amount": 1, "reason": "early"}
    active.planner.post(f"/v1/plans/{draft['id']}/reserve:release", wish, 409)
