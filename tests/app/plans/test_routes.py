"""A plan's way, over HTTP and on both engines: drafted from what is stored, decided by someone else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.db.tables import PlanRow
from app.errors import ConflictError
from app.plans import moves
from tests.app.cycle import MONTH, ROWS, WISH
from tests.app.shop import Person, Shop

__all__ = ["MONTH", "ROWS", "WISH", "act"]


@pytest.fixture
def planner(shop: Shop) -> Person:
    """A planner of a shop whose past is stored."""
    planner = shop.person("planner", "li")
    planner.post("/v1/history", {"rows": ROWS})
    planner.post("/v1/channels", {"id": "jd", "min_spend": 100000}, 201)
    return planner


@pytest.fixture
def approver(shop: Shop) -> Person:
    return shop.person("approver", "wang")


def act(person: Person, plan: dict[str, Any], *moves: str) -> dict[str, Any]:
    for move in moves:
        plan = person.post(f"/v1/plans/{plan['id']}:{move}")
    return plan


def test_a_draft_is_the_plan_of_the_same_request(shop: Shop, planner: Person) -> None:
    """From month and budget alone comes, to the digit, what `/v1/optimize` answers to all that is stored."""
    plan = planner.post("/v1/plans", WISH, 201)
    whole = WISH | {"history": ROWS, "channels": [{"id": "jd", "min_spend": 100000}]}
    reply = shop.client.post("/v1/optimize", json=whole).json()
    for name in ("allocations", "reserve", "expected", "unallocated"):
        assert plan[name] == reply[name]
    assert planner.get(f"/v1/plans/{plan['id']}") == plan
    assert (plan["state"], plan["version"], plan["drafted_by"]) == ("draft", 1, "li")


def test_what_a_draft_gives_goes_before_what_is_stored(planner: Person) -> None:
    """A channel's limit given with the draft counts for this plan, the stored one for the next."""
    given = planner.post("/v1/plans", WISH | {"channels": [{"id": "jd", "max_spend": 120000}]}, 201)
    spend = {line["channel"]: line["spend"] for line in given["allocations"]}
    assert 100000 <= spend["jd"] <= 120000
    assert planner.get("/v1/channels/jd")["max_spend"] is None
    assert planner.post("/v1/plans", WISH, 201)["version"] == 2


def test_faults_of_a_draft_are_named_like_those_of_a_plan(planner: Person) -> None:
    """A group of an unknown channel is a fault of the body, with its pointer."""
    groups = [{"name": "g", "channels": ["nobody"], "max_share": 0.5}]
    refusal = planner.post("/v1/plans", WISH | {"groups": groups}, 422)
    assert refusal["errors"][0]["pointer"].startswith("/groups/0/channels/0")


def test_a_plan_goes_its_way(planner: Person, approver: Person) -> None:
    """Draft, submit, approve, activate, close: each by who may, each in the trail."""
    plan = planner.post("/v1/plans", WISH, 201)
    act(planner, plan, "submit")
    assert act(approver, plan, "approve")["approved_by"] == "wang"
    assert act(planner, plan, "activate", "close")["state"] == "closed"
    actions = [entry["action"] for entry in planner.get("/v1/audit?limit=1000")["items"]]
    assert actions[-5:] == ["plan.draft", "plan.submit", "plan.approve", "plan.activate", "plan.close"]


def test_four_eyes_see_persons_not_keys(shop: Shop, planner: Person, approver: Person) -> None:
    """Who drafted cannot approve with another key, however the name is spelled; someone else can reject."""
    plan = planner.post("/v1/plans", WISH, 201)
    act(planner, plan, "submit")
    for name, move in (("li", "approve"), ("li", "reject"), (" Ｌi ", "approve")):
        shop.person("approver", name).post(f"/v1/plans/{plan['id']}:{move}", None, 403)
    assert act(approver, plan, "reject")["state"] == "rejected"


def test_who_submits_does_not_approve_either(shop: Shop, planner: Person) -> None:
    """Four eyes are closed to who drafted and to who submitted, though these be two."""
    plan = planner.post("/v1/plans", WISH, 201)
    act(shop.person("planner", "zhao"), plan, "submit")
    for name in ("li", "zhao"):
        shop.person("approver", name).post(f"/v1/plans/{plan['id']}:approve", None, 403)


def test_a_month_is_over_after_its_last_day() -> None:
    """On the last day its plan may still be activated, on the next no more; February ends by the year."""
    moves.check_not_past("2028-02", date(2028, 2, 29))
    for month, day in (("2028-02", date(2028, 3, 1)), ("2027-02", date(2027, 3, 1))):
        with pytest.raises(ConflictError):
            moves.check_not_past(month, day)


def test_an_illegal_move_is_told_the_legal_ones(planner: Person, approver: Person) -> None:
    """A draft cannot be approved or activated: 409 names `submit`, and the plan stays a draft."""
    plan = planner.post("/v1/plans", WISH, 201)
    refusal = approver.post(f"/v1/plans/{plan['id']}:approve", None, 409)
    assert refusal["detail"].endswith("legal now: submit.")
    planner.post(f"/v1/plans/{plan['id']}:activate", None, 409)
    assert planner.get(f"/v1/plans/{plan['id']}")["state"] == "draft"


def test_a_month_has_one_active_plan(planner: Person, approver: Person) -> None:
    """Activating a second version takes the first one's place."""
    plans = [planner.post("/v1/plans", WISH, 201) for _ in range(2)]
    for plan in plans:
        act(planner, plan, "submit")
        act(approver, plan, "approve")
        act(planner, plan, "activate")
    listed = planner.get(f"/v1/plans?month={MONTH}")["items"]
    assert [plan["state"] for plan in listed] == ["superseded", "active"]


def test_a_month_that_is_over_is_not_activated(planner: Person, approver: Person) -> None:
    """The plan of a past month may be drafted and approved, as a lesson, and not activated."""
    past = str(MONTH.next(-2))
    plan = planner.post("/v1/plans", WISH | {"month": past}, 201)
    act(planner, plan, "submit")
    act(approver, plan, "approve")
    assert "is over" in planner.post(f"/v1/plans/{plan['id']}:activate", None, 409)["detail"]


def test_what_was_approved_is_what_is_activated(shop: Shop, planner: Person, approver: Person) -> None:
    """A plan changed below the service after its approval is refused."""
    plan = planner.post("/v1/plans", WISH, 201)
    act(planner, plan, "submit")
    act(approver, plan, "approve")
    with shop.database.writing() as session:
        row = session.scalars(select(PlanRow).where(PlanRow.id == plan["id"])).one()
        row.reply = row.reply | {"unallocated": 1}
    assert "not what was approved" in planner.post(f"/v1/plans/{plan['id']}:activate", None, 409)["detail"]


def test_a_stale_move_is_refused(planner: Person, approver: Person) -> None:
    """Who approves a revision that is no longer current is told so: 412."""
    plan = planner.post("/v1/plans", WISH, 201)
    seen = planner.send("GET", f"/v1/plans/{plan['id']}").headers["ETag"]
    act(planner, plan, "submit")
    approver.post(f"/v1/plans/{plan['id']}:approve", None, 412, If_Match=seen)


def test_a_replay_gives_the_same_plan(shop: Shop, planner: Person) -> None:
    """Made again after the stored history has changed, the plan is the same; a changed input is found."""
    plan = planner.post("/v1/plans", WISH, 201)
    planner.post("/v1/history", {"rows": [ROWS[0] | {"spend": 1}]})
    assert planner.post(f"/v1/plans/{plan['id']}:replay")["is_same"]
    with shop.database.writing() as session:
        row = session.scalars(select(PlanRow).where(PlanRow.id == plan["id"])).one()
        row.request = row.request | {"budget": 400001}
    assert not planner.post(f"/v1/plans/{plan['id']}:replay")["is_same"]


def test_a_repeated_draft_is_one_plan(planner: Person) -> None:
    """A draft sent again with its Idempotency-Key is answered again, even when history has changed since."""
    first = planner.post("/v1/plans", WISH, 201, Idempotency_Key="month")
    planner.post("/v1/history", {"rows": [ROWS[0] | {"spend": 1}]})
    assert planner.post("/v1/plans", WISH, 201, Idempotency_Key="month") == first
    assert len(planner.get("/v1/plans")["items"]) == 1


def test_plans_of_another_workspace_are_not_there(shop: Shop, planner: Person) -> None:
    """Reading or moving another workspace's plan answers 404."""
    plan = planner.post("/v1/plans", WISH, 201)
    other = Shop(shop.client, shop.database).person("planner")
    other.get(f"/v1/plans/{plan['id']}", 404)
    other.post(f"/v1/plans/{plan['id']}:submit", None, 404)
    assert other.get("/v1/plans")["items"] == []
