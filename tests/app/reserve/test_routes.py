"""The reserve: opened with the plan, released by two people, never overdrawn, gone at the end."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from tests.app.cycle import MONTH, Cycle
from tests.app.shop import Shop


class Active:
    """An active plan and the people round it."""

    def __init__(self, shop: Shop, **wish: Any) -> None:
        cycle = Cycle(shop)
        self.planner, self.approver = cycle.planner, cycle.approver
        self.plan = cycle.run(cycle.draft(**wish))
        self.path, self.held = f"/v1/plans/{self.plan['id']}", self.plan["reserve"]["amount"]
        self.spend = {line["channel"]: line["spend"] for line in self.plan["allocations"]}

    def ask(self, amount: float, status: int = 201, **more: str) -> Any:
        wish = {"amount": amount, "reason": "live show", **more}
        return self.planner.post(f"{self.path}/reserve:release", wish, status)

    def move(self, amount: float, status: int = 201, **more: str) -> Any:
        wish = {"amount": amount, "reason": "stock is out", **more}
        return self.planner.post(f"{self.path}/reserve:transfer", wish, status)

    def decide(self, release: Any, decision: str = "approve", status: int = 200) -> Any:
        return self.approver.post(f"{self.path}/reserve/{release['id']}:{decision}", None, status)

    @property
    def ledger(self) -> Any:
        return self.planner.get(f"{self.path}/reserve")


def parts(release: Any) -> dict[str, float]:
    return {part["channel"]: part["amount"] for part in release["parts"]}


@pytest.fixture
def active(shop: Shop) -> Active:
    return Active(shop)


def test_a_granted_release_leaves_that_much_less(active: Active) -> None:
    """What was held is the plan's reserve; asking changes nothing, granting takes the amount, to the cent."""
    assert active.ledger["held"] == active.ledger["left"] == active.held > 0
    release = active.ask(1000.01, channel="jd")
    assert active.ledger["left"] == active.held
    assert active.decide(release)["decided_by"] == "wang"
    assert active.ledger["left"] == pytest.approx(active.held - 1000.01, abs=1e-6)
    assert [entry["amount"] for entry in active.ledger["entries"]] == [active.held, -1000.01]


def test_best_is_where_the_money_brings_most(active: Active) -> None:
    """The parts add up to the amount, and no other split of it brings more by the given curves."""
    release = active.ask(20_000)
    assert sum(parts(release).values()) == 20_000
    knots, values = [0, 100_000, 200_000, 400_000], [0, 300_000, 520_000, 860_000]

    def response(douyin: float) -> float:
        """Of 2.4 million · x / (500,000 + x), and of the straight lines through the points."""
        spent, other = active.spend["douyin"] + douyin, active.spend["jd"] + 20_000 - douyin
        return float(2.4e6 * spent / (5e5 + spent) + np.interp(other, knots, values))

    best = max(response(100 * split) for split in range(201))
    assert response(parts(release).get("douyin", 0)) >= best - 0.02 * release["response_bought"]


def test_the_ledger_tells_what_was_bought_and_what_is_forgone(active: Active) -> None:
    """What a release to the best buys is missing from what the rest would bring, to a thousandth."""
    before = active.ledger["response_forgone"]
    release = active.ask(round(active.held / 3, 2))
    active.decide(release)
    ledger = active.ledger
    assert ledger["response_bought"] == release["response_bought"] > 0
    assert ledger["response_bought"] + ledger["response_forgone"] == pytest.approx(before, rel=1e-3)


def test_releases_keep_within_a_channels_maximum(shop: Shop) -> None:
    """`best` goes round a full channel; naming it is refused with the room it has, as is too much in all."""
    top = {"douyin": 150_000, "jd": 210_000}
    limits = [{"id": name, "max_spend": most} for name, most in top.items()]
    active = Active(shop, channels=limits, reserve={"min_share": 0.15, "max_share": 0.15})
    assert active.spend["douyin"] == 150_000
    assert parts(active.ask(10_000)) == {"jd": 10_000}
    assert "room for 0.00 more" in active.ask(1, 409, channel="douyin")["detail"]
    assert "room for 20000.00 more" in active.ask(30_000, 409)["detail"]
    active.ask(20_000.01, 409, channel="jd")
    active.ask(20_000, channel="jd")
    first, second = (active.ask(15_000, channel="jd") for _ in range(2))
    active.decide(first)
    assert "room for 5000.00 more" in active.decide(second, status=409)["detail"]


def test_nothing_is_released_to_a_paused_or_committed_channel(shop: Shop) -> None:
    """A channel that gets nothing this month, or exactly its commitment, has no room, named or by `best`."""
    limits = [{"id": "douyin", "paused": True}, {"id": "jd", "fixed_spend": 200_000}]
    active = Active(shop, channels=limits, reserve={"min_share": 0.15, "max_share": 0.15})
    for name in ("douyin", "jd"):
        assert "room for 0.00 more" in active.ask(1_000, 409, channel=name)["detail"]


def test_released_money_can_be_taken_back(active: Active) -> None:
    """A transfer from a channel goes into the reserve, up to what it once held and not a cent more."""
    active.decide(active.ask(5_000, channel="jd"))
    back = active.move(2_000, from_channel="jd")
    assert (parts(back), back["response_bought"] < 0) == ({"jd": -2_000}, True)
    active.decide(back)
    assert active.ledger["left"] == pytest.approx(active.held - 3_000, abs=1e-6)
    too_much = active.move(3_000.01, from_channel="jd")
    assert "more than was ever held" in active.decide(too_much, status=409)["detail"]


def test_money_moves_between_channels(active: Active) -> None:
    """A transfer from one channel to another leaves the reserve as it is, and moves what both may spend."""
    move = active.move(7_000, from_channel="douyin", to_channel="best")
    assert parts(move) == {"douyin": -7_000, "jd": 7_000}
    active.decide(move)
    ledger = active.ledger
    assert ledger["left"] == active.held
    assert [(line["kind"], line["amount"]) for line in ledger["entries"][1:]] == [
        ("transfer", 7_000),
        ("transfer", -7_000),
    ]
    rest = active.spend["douyin"] - 7_000
    refusal = active.move(round(rest + 0.01, 2), 409, from_channel="douyin", to_channel="jd")
    assert f"{rest:.2f}" in refusal["detail"]
    active.move(rest, from_channel="douyin", to_channel="jd")


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


def test_the_whole_reserve_can_go_and_not_a_cent_more(active: Active) -> None:
    """Of two wishes, for all that is held and for one cent, only the first that is decided is granted."""
    everything, cent = active.ask(active.held), active.ask(0.01)
    active.decide(everything)
    assert active.ledger["left"] == 0
    assert "less left" in active.decide(cent, status=409)["detail"]


def test_a_wish_belongs_to_its_plan(active: Active) -> None:
    """Through another plan of the same shop it cannot be decided: it is not there."""
    wish = active.ask(1000)
    another = active.planner.post("/v1/plans", {"month": str(MONTH.next()), "budget": 400000}, 201)
    active.approver.post(f"/v1/plans/{another['id']}/reserve/{wish['id']}:approve", None, 404)
    assert active.ledger["left"] == active.held


def test_faults_of_a_wish_are_named(active: Active) -> None:
    """An unknown channel, and parts of a cent, are faults of the body."""
    assert active.ask(1, 422, channel="nobody")["errors"][0]["pointer"] == "/channel"
    assert active.ask(0.001, 422)["errors"][0]["pointer"] == "/amount"
    assert active.move(1, 422, from_channel="best")["errors"][0]["pointer"] == "/from_channel"
    stays = active.move(1, 422, from_channel="jd", to_channel="jd")
    assert stays["errors"][0]["pointer"] == "/to_channel"


def test_nothing_is_left_when_the_plan_closes(active: Active) -> None:
    """After closing the rest has gone on, and nothing can be asked or granted any more."""
    release, move = active.ask(1000), active.move(1000, from_channel="douyin", to_channel="jd")
    active.planner.post(f"{active.path}:close")
    assert active.ledger["left"] == 0
    assert active.ledger["entries"][-1]["kind"] == "roll"
    active.ask(1, 409)
    for wish in (release, move):
        assert "closed" in active.decide(wish, status=409)["detail"]


def test_a_draft_holds_nothing_yet(active: Active) -> None:
    """Before a plan is active its ledger is empty, and nothing of it can be released."""
    draft = active.planner.post("/v1/plans", {"month": str(MONTH), "budget": 400000}, 201)
    assert active.planner.get(f"/v1/plans/{draft['id']}/reserve")["entries"] == []
    wish = {"amount": 1, "reason": "early"}
    active.planner.post(f"/v1/plans/{draft['id']}/reserve:release", wish, 409)


def test_nothing_is_released_to_a_channel_paid_by_commission(shop: Shop) -> None:
    """What it costs follows what it sells: the best split leaves it out, and no money is moved there."""
    union = {"id": "union", "commission_share": 0.1, "expected_revenue": 50_000}
    active = Active(shop, channels=[union])
    assert active.spend["union"] == 5_000
    assert "union" not in parts(active.ask(20_000))
    refusal = active.move(100, 409, from_channel="jd", to_channel="union")
    assert "paid by commission" in refusal["detail"]


def test_a_ledger_that_has_moved_is_not_written_on(active: Active) -> None:
    """Its ETag names its version; asked or decided against an older one, the answer is 412."""
    path = f"{active.path}/reserve"

    def tag() -> str:
        return active.planner.send("GET", path).headers["ETag"]

    first, wish = tag(), {"amount": 1, "channel": "jd", "reason": "r"}
    asked = active.planner.post(f"{path}:release", wish, 201, If_Match=first)
    second = tag()
    active.planner.post(f"{path}:release", wish, 412, If_Match=first)
    active.approver.post(f"{path}/{asked['id']}:approve", None, 412, If_Match=first)
    active.approver.post(f"{path}/{asked['id']}:approve", None, If_Match=second)
    assert len({first, second, tag()}) == 3
